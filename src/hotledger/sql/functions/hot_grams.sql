-- The pairs of neighbouring letters of a text, each as one of 4,096 numbers; NULL for less than two letters. An index of titles is made of these
-- (`titles_index`), and so this function must never give other numbers for a text than it did.
CREATE OR REPLACE FUNCTION public.hot_grams(title TEXT) RETURNS INTEGER[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_agg(DISTINCT (ascii(substr(folded, place, 1)) * 31 + ascii(substr(folded, place + 1, 1))) & 4095)
    FROM lower(title COLLATE "C") AS folded CROSS JOIN LATERAL generate_series(1, length(folded) - 1) AS place
$$;

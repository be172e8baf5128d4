-- The address of an entry from its platform's template: {id} is put in as it is, {id:Q_} without its beginning Q_ (an id
-- that begins otherwise has no such address), {title} percent-encoded. NULL where the id is needed and unknown.
CREATE OR REPLACE FUNCTION public.hot_link(template TEXT, source_id TEXT, title TEXT) RETURNS TEXT
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN template NOT LIKE '%{title}%' THEN identified ELSE replace(identified, '{title}', (
      SELECT string_agg(CASE
               WHEN letter ~ '^[A-Za-z0-9_.~-]$' THEN letter
               ELSE regexp_replace(upper(encode(convert_to(letter, 'UTF8'), 'hex')), '(..)', '%\1', 'g')
             END, '' ORDER BY place)
        FROM regexp_split_to_table(title, '') WITH ORDINALITY AS letters (letter, place))) END
    FROM (SELECT CASE
            WHEN template LIKE '%{id}%' THEN replace(template, '{id}', source_id)
            WHEN template LIKE '%{id:%' THEN (
              SELECT CASE WHEN starts_with(source_id, beginning)
                          THEN replace(template, '{id:' || beginning || '}', substr(source_id, length(beginning) + 1)) END
                FROM substring(template FROM '{id:([^}]*)}') AS beginning)
            WHEN template LIKE '%{title}%' THEN template
          END AS identified) AS step
$$;

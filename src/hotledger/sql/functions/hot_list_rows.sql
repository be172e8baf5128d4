-- The rows of a list as they are stored, each with its rank and the key by which its entry is found.
CREATE OR REPLACE FUNCTION public.hot_list_rows(platform_number SMALLINT, list JSONB)
RETURNS TABLE (rank INTEGER, title TEXT, source_id TEXT, url TEXT, heat DOUBLE PRECISION, extras JSONB, key UUID)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT place::INTEGER, left(item.title, 1000), left(item.id, 500), left(item.url, 2000), item.heat, item.extras,
         md5(platform_number || chr(31) || COALESCE(item.id || chr(31), '') || left(item.title, 1000))::UUID
    FROM ROWS FROM (jsonb_to_recordset(list) AS (title TEXT, id TEXT, url TEXT, heat DOUBLE PRECISION, extras JSONB))
         WITH ORDINALITY AS item (title, id, url, heat, extras, place)
$$;

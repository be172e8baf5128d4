-- A number of seconds for people: its two largest units.
CREATE OR REPLACE FUNCTION public.hot_span(seconds DOUBLE PRECISION) RETURNS TEXT
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN seconds >= 86400 THEN concat(floor(seconds / 86400), ' d ', floor(seconds::NUMERIC % 86400 / 3600), ' h')
              WHEN seconds >= 3600 THEN concat(floor(seconds / 3600), ' h ', floor(seconds::NUMERIC % 3600 / 60), ' min')
              WHEN seconds >= 60 THEN concat(floor(seconds / 60), ' min ', floor(seconds::NUMERIC % 60), ' s')
              ELSE concat(round(seconds::NUMERIC, 1), ' s') END
$$;

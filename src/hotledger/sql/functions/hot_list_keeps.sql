-- Whether a reading with this verdict keeps its list; all others have failed.
CREATE OR REPLACE FUNCTION public.hot_list_keeps(verdict TEXT) RETURNS BOOLEAN
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT verdict IN ('ok', 'short', 'frozen', 'stale', 'drifted')
$$;

-- The collectors that were ever entered, without their hashes.
CREATE OR REPLACE FUNCTION public.collector_list() RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(to_jsonb(collector) - 'id' - 'token_hash' - 'minute_at' - 'calls_in_minute' ORDER BY name), '[]')
    FROM hot_collectors AS collector
$$;

-- When the last 33 readings of a platform up to one of them were made, oldest first: their 32 intervals are its rhythm.
CREATE OR REPLACE FUNCTION public.incidents_moments(platform_number SMALLINT, last_at TIMESTAMPTZ, last_batch_id UUID) RETURNS TIMESTAMPTZ[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
  RETURN ARRAY(SELECT collected_at
                 FROM (SELECT collected_at, batch_id FROM hot_readings
                        WHERE platform_id = platform_number AND collected_at <= last_at AND (collected_at, batch_id) <= (last_at, last_batch_id)
                        ORDER BY collected_at DESC, batch_id DESC LIMIT 33) AS recent
                ORDER BY collected_at, batch_id);
END
$$;

-- The moment after another from which on what came before can make no difference: two good readings in a row, and a rhythm that is all of
-- readings after it. NULL when there is none yet.
CREATE OR REPLACE FUNCTION public.incidents_quiet_after(platform_number SMALLINT, moment TIMESTAMPTZ) RETURNS TIMESTAMPTZ
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  reading RECORD;
  readings INTEGER := 0;
  goods INTEGER := 0;
  reached TIMESTAMPTZ;
BEGIN
  FOR reading IN
    SELECT collected_at, verdict FROM hot_readings
     WHERE platform_id = platform_number AND collected_at > moment ORDER BY collected_at, batch_id
  LOOP
    IF readings > 33 AND goods >= 2 AND reading.collected_at > reached THEN
      RETURN reached;
    END IF;
    readings := readings + 1;
    goods := CASE WHEN reading.verdict = 'ok' THEN goods + 1 ELSE 0 END;
    reached := reading.collected_at;
  END LOOP;
  RETURN NULL;
END
$$;

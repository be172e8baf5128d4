-- Where the incidents of a platform can be told anew from, so that all after a moment come out right: the state after the last two good readings in
-- a row before it, for then there was no trouble, or the very beginning. Days up to `until` of which readings are gone can't be told anew: then it is
-- the first such state after them. NULL when there is none.
CREATE OR REPLACE FUNCTION public.incidents_anchor(platform_number SMALLINT, since TIMESTAMPTZ, until TIMESTAMPTZ) RETURNS hot_states
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  anchor hot_states%ROWTYPE;
  reading RECORD;
  goods INTEGER := 0;
  moments TIMESTAMPTZ[];
  whole_since TIMESTAMPTZ;
BEGIN
  anchor.platform_id := platform_number;
  anchor.live := FALSE;
  FOR reading IN
    SELECT batch_id, collected_at, verdict FROM hot_readings
     WHERE platform_id = platform_number AND collected_at < since ORDER BY collected_at DESC, batch_id DESC
  LOOP
    goods := CASE WHEN reading.verdict = 'ok' THEN goods + 1 ELSE 0 END;
    IF goods = 1 THEN
      anchor.last_at := reading.collected_at;
      anchor.last_batch_id := reading.batch_id;
    END IF;
    EXIT WHEN goods = 2;
  END LOOP;
  IF goods < 2 THEN
    anchor.last_at := NULL;
    anchor.last_batch_id := NULL;
  END IF;
  moments := incidents_moments(platform_number, anchor.last_at, anchor.last_batch_id);
  whole_since := hot_days_whole_since(platform_number, CASE WHEN cardinality(moments) = 33 THEN moments[1] END, until);
  IF whole_since IS NOT NULL THEN
    goods := 0;
    FOR reading IN
      SELECT batch_id, collected_at, verdict, row_number() OVER (ORDER BY collected_at, batch_id) AS place FROM hot_readings
       WHERE platform_id = platform_number AND collected_at >= whole_since ORDER BY collected_at, batch_id
    LOOP
      goods := CASE WHEN reading.verdict = 'ok' THEN goods + 1 ELSE 0 END;
      EXIT WHEN goods >= 2 AND reading.place >= 33;
    END LOOP;
    IF goods < 2 OR reading.place < 33 THEN
      RETURN NULL;
    END IF;
    anchor.last_at := reading.collected_at;
    anchor.last_batch_id := reading.batch_id;
    moments := incidents_moments(platform_number, anchor.last_at, anchor.last_batch_id);
  END IF;
  anchor.last_good_at := anchor.last_at;
  anchor.intervals := ARRAY(SELECT extract(EPOCH FROM moments[place + 1] - moments[place])::REAL
                              FROM generate_series(1, cardinality(moments) - 1) AS place ORDER BY place);
  RETURN anchor;
END
$$;

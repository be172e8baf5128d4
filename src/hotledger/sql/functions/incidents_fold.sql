-- What the readings of a platform after a state make of it, in the order of time up to a moment: the state then, and the incidents that were
-- opened, continued or closed. It writes nothing, so that the ledger can be checked by it too; all rules of incidents are here and in
-- incident_missed. A reading whose verdict is not ok is bad. A trouble begins with a bad reading, and ends with two good ones in a row, at the
-- first of these. It is an incident once it has two bad readings in a row or three in all: a single failure is none, and what comes and goes for
-- hours is one. Its kind is the verdict of its first bad reading; from a warning (the list was kept) it rises once, to the first failure.
CREATE OR REPLACE FUNCTION public.incidents_fold(state hot_states, until TIMESTAMPTZ, OUT after hot_states, OUT incidents hot_incidents[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  reading RECORD;
  gap REAL;
  missed hot_incidents%ROWTYPE;
  trouble hot_incidents%ROWTYPE := jsonb_populate_record(NULL::hot_incidents, state.trouble);
BEGIN
  after := state;
  incidents := '{}';
  FOR reading IN
    SELECT batch_id, collected_at, verdict, evidence FROM hot_readings
     WHERE platform_id = state.platform_id AND collected_at >= COALESCE(state.last_at, '-infinity') AND collected_at <= until
       AND (state.last_at IS NULL OR (collected_at, batch_id) > (state.last_at, state.last_batch_id))
     ORDER BY collected_at, batch_id
  LOOP
    IF after.last_at IS NOT NULL THEN
      gap := extract(EPOCH FROM reading.collected_at - after.last_at);
      IF NOT gap / 1.75 <= ALL (after.intervals) THEN  -- a quick look first: what is hardly longer than the shortest can't be a gap
        missed := incident_missed(after, reading.collected_at);
        IF missed.id IS NOT NULL THEN
          missed.closed_at := reading.collected_at;
          missed.closing_batch_id := reading.batch_id;
          missed.closing_evidence := 'it was read again';
          incidents := incidents || missed;
        END IF;
      END IF;
      after.intervals := after.intervals[GREATEST(cardinality(after.intervals) - 30, 1):] || gap;
    END IF;
    IF reading.verdict <> 'ok' THEN
      IF trouble.id IS NULL THEN
        trouble.id := md5(concat_ws(' ', state.platform_id, reading.batch_id))::UUID;
        trouble.platform_id := state.platform_id;
        trouble.kind := reading.verdict;
        trouble.opened_at := reading.collected_at;
        trouble.last_good_at := after.last_good_at;
        trouble.bad_readings := 0;
        trouble.readings_lost := 0;
        trouble.relapses := 0;
        trouble.evidence := reading.evidence;
        trouble.first_batch_id := reading.batch_id;
      ELSIF hot_list_keeps(trouble.kind) AND NOT hot_list_keeps(reading.verdict) THEN
        trouble.kind := reading.verdict;
        trouble.evidence := reading.evidence;
      END IF;
      IF trouble.recovering_at IS NOT NULL THEN
        trouble.relapses := trouble.relapses + 1;
        trouble.recovering_at := NULL;
        trouble.closing_evidence := NULL;
        trouble.closing_batch_id := NULL;
      ELSIF trouble.bad_readings > 0 THEN
        after.incident_id := trouble.id;
      END IF;
      trouble.bad_readings := trouble.bad_readings + 1;
      trouble.readings_lost := trouble.readings_lost + (NOT hot_list_keeps(reading.verdict))::INTEGER;
      trouble.last_bad_at := reading.collected_at;
      trouble.last_evidence := reading.evidence;
      trouble.last_batch_id := reading.batch_id;
      IF trouble.bad_readings >= 3 THEN
        after.incident_id := trouble.id;
      END IF;
    ELSIF trouble.recovering_at IS NOT NULL THEN
      IF after.incident_id IS NOT NULL THEN
        trouble.closed_at := trouble.recovering_at;
        trouble.recovering_at := NULL;
        incidents := incidents || trouble;
      END IF;
      trouble := NULL;
      after.incident_id := NULL;
    ELSIF trouble.id IS NOT NULL THEN
      trouble.recovering_at := reading.collected_at;
      trouble.closing_evidence := reading.evidence;
      trouble.closing_batch_id := reading.batch_id;
    END IF;
    IF reading.verdict = 'ok' THEN
      after.last_good_at := reading.collected_at;
    END IF;
    after.last_at := reading.collected_at;
    after.last_batch_id := reading.batch_id;
  END LOOP;
  IF after.incident_id IS NOT NULL THEN
    incidents := incidents || trouble;
  END IF;
  after.trouble := CASE WHEN trouble.id IS NOT NULL THEN to_jsonb(trouble) END;
END
$$;

-- The incident of readings that were not made: after one reading, nothing for so long that by the rhythm of the platform some were missed. It
-- begins when the first of them was due. NULL when nothing was missed, and where the platform was switched off meanwhile. It has the same id before
-- and after the next reading has come.
CREATE OR REPLACE FUNCTION public.incident_missed(state hot_states, next_at TIMESTAMPTZ) RETURNS hot_incidents
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  gap DOUBLE PRECISION := extract(EPOCH FROM next_at - state.last_at);
  rhythm RECORD := hot_rhythm(state.intervals);
  missed hot_incidents%ROWTYPE;
BEGIN
  IF rhythm.longest IS NULL OR gap <= rhythm.longest THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT FROM hot_platforms AS platform CROSS JOIN LATERAL unnest(platform.switched_on_at) AS on_at
              WHERE platform.id = state.platform_id AND on_at > state.last_at AND on_at <= next_at) THEN
    RETURN NULL;
  END IF;
  missed.id := md5(concat_ws(' ', state.platform_id, state.last_batch_id, 'missed'))::UUID;
  missed.platform_id := state.platform_id;
  missed.kind := 'missed';
  missed.opened_at := state.last_at + make_interval(secs => rhythm.usual);
  missed.last_good_at := state.last_good_at;
  missed.bad_readings := 0;
  missed.readings_lost := GREATEST(round(gap / rhythm.usual)::INTEGER - 1, 1);
  missed.relapses := 0;
  missed.evidence := format('no reading for %s, while one comes every %s', hot_span(gap), hot_span(rhythm.usual));
  missed.first_batch_id := state.last_batch_id;
  RETURN missed;
END
$$;

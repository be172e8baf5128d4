-- Tells as incidents what was read of a platform from `since` to `until`, after it was stored, and adds it to its days (`counted`). `live` says
-- that it was collected as it happened. What is newer than all before continues from the state. What came late is told anew, from the last quiet
-- moment before it to the first one after it.
CREATE OR REPLACE FUNCTION public.incidents_tell(platform_number SMALLINT, since TIMESTAMPTZ, until TIMESTAMPTZ, counted hot_days[], live BOOLEAN)
RETURNS VOID
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  state hot_states%ROWTYPE := incidents_state(platform_number);
  began hot_states%ROWTYPE := state;
  stop TIMESTAMPTZ := 'infinity';
  told RECORD;
BEGIN
  IF counted <> '{}' THEN
    PERFORM hot_days_add(counted);
  END IF;
  IF since <= state.last_at THEN
    stop := COALESCE(incidents_quiet_after(platform_number, until), 'infinity');
    began := incidents_anchor(platform_number, since, stop);
    IF began.platform_id IS NULL THEN
      stop := 'infinity';
      began := state;
    ELSE
      DELETE FROM hot_incidents AS known
       WHERE known.platform_id = platform_number AND known.opened_at <= stop
         AND (began.last_at IS NULL OR (known.opened_at, known.first_batch_id) > (began.last_at, began.last_batch_id));
    END IF;
  END IF;
  SELECT * INTO told FROM incidents_fold(began, stop);
  IF told.incidents <> '{}' THEN
    PERFORM incidents_write(told.incidents);
  END IF;
  IF stop = 'infinity' THEN
    UPDATE hot_states AS known
       SET live = CASE WHEN (told.after).last_batch_id = known.last_batch_id THEN known.live
                       ELSE COALESCE(incidents_tell.live, known.live) END,
           last_batch_id = (told.after).last_batch_id, last_at = (told.after).last_at, last_good_at = (told.after).last_good_at,
           incident_id = (told.after).incident_id, intervals = (told.after).intervals, trouble = (told.after).trouble
     WHERE known.platform_id = platform_number;
  END IF;
END
$$;

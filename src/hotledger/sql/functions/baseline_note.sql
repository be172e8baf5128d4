-- Keeps what the judge knows of a platform after a reading, unless that of a later reading is there: replays come late.
CREATE OR REPLACE FUNCTION public.baseline_note(platform_number SMALLINT, judged_at TIMESTAMPTZ, baseline JSONB) RETURNS VOID
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO hot_baselines AS known (platform_id, collected_at, baseline)
  SELECT platform_number, judged_at, baseline_note.baseline
   WHERE jsonb_typeof(baseline_note.baseline) = 'object' AND pg_column_size(baseline_note.baseline) <= 32768
      ON CONFLICT (platform_id) DO UPDATE
     SET collected_at = excluded.collected_at, baseline = excluded.baseline
   WHERE known.collected_at <= excluded.collected_at
$$;

-- Tells the incidents of a platform anew, and counts its days anew: for who has changed readings of it that were stored before, all of them from
-- `since` (NULL: the beginning) to `until`, in the same transaction. Days and incidents of which readings are gone stay as they are.
CREATE OR REPLACE FUNCTION public.incidents_rebuild(platform TEXT, since TIMESTAMPTZ DEFAULT NULL, until TIMESTAMPTZ DEFAULT 'infinity')
RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  platform_number SMALLINT := (SELECT id FROM hot_platforms WHERE name = incidents_rebuild.platform FOR KEY SHARE);
  began TIMESTAMPTZ := COALESCE(since, '-infinity');
BEGIN
  IF platform_number IS NULL THEN
    RETURN jsonb_build_object('platform', incidents_rebuild.platform, 'incidents', 0, 'open', 0);
  END IF;
  PERFORM incidents_state(platform_number);
  INSERT INTO hot_days AS known
  SELECT * FROM hot_days_counted(platform_number, (began AT TIME ZONE 'UTC')::DATE, (until AT TIME ZONE 'UTC')::DATE) AS counted
   ORDER BY counted.day
      ON CONFLICT (platform_id, day) DO UPDATE
     SET readings = excluded.readings, good = excluded.good, items = excluded.items, new_items = excluded.new_items, timed = excluded.timed,
         duration_ms = excluded.duration_ms, slowest_ms = excluded.slowest_ms, verdicts = excluded.verdicts
   WHERE known.readings <= excluded.readings;
  PERFORM incidents_tell(platform_number, began, until, '{}', NULL);
  RETURN (SELECT jsonb_build_object('platform', incidents_rebuild.platform, 'incidents', count(*),
                                    'open', count(*) FILTER (WHERE closed_at IS NULL))
            FROM hot_incidents WHERE platform_id = platform_number);
END
$$;

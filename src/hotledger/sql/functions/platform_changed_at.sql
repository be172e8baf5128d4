-- When the list that a platform shows now was first read: since then its rows and their order are the same. NULL where no list is there.
CREATE OR REPLACE FUNCTION public.platform_changed_at(platform_number SMALLINT) RETURNS TIMESTAMPTZ
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
DECLARE
  latest INTEGER[];
  changed_at TIMESTAMPTZ;
  reading RECORD;
BEGIN
  FOR reading IN
    SELECT collected_at, entries FROM hot_readings
     WHERE platform_id = platform_number AND entries IS NOT NULL ORDER BY collected_at DESC, batch_id DESC
  LOOP
    latest := COALESCE(latest, reading.entries);
    EXIT WHEN reading.entries <> latest;
    changed_at := reading.collected_at;
  END LOOP;
  RETURN changed_at;
END
$$;

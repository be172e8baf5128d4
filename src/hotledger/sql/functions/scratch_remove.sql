-- Removes a batch of a self-test (job type `self_test`, units named `self_test/…`) with all that it stored, and nothing else.
CREATE OR REPLACE FUNCTION public.scratch_remove(batch_id UUID) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  scratch SMALLINT[];
  removed INTEGER;
BEGIN
  SELECT array_agg(platform.id) INTO scratch
    FROM hot_platforms AS platform
   WHERE starts_with(platform.name, 'self_test/')
     AND NOT EXISTS (SELECT FROM hot_readings AS reading
                      WHERE reading.platform_id = platform.id AND reading.batch_id <> scratch_remove.batch_id);
  DELETE FROM batch_jobs WHERE id = scratch_remove.batch_id AND job_type = 'self_test';
  GET DIAGNOSTICS removed = ROW_COUNT;
  DELETE FROM hot_readings WHERE platform_id = ANY (scratch);
  DELETE FROM hot_entries WHERE platform_id = ANY (scratch);
  DELETE FROM hot_platforms WHERE id = ANY (scratch);
  RETURN jsonb_build_object('removed', removed);
END
$$;

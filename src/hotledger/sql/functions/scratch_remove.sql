-- Removes a batch of a self-test (job type `self_test`, units named `self_test/…`) with all that it stored, and nothing else. What self-tests at
-- the same time share goes with the last of them.
CREATE OR REPLACE FUNCTION public.scratch_remove(batch_id UUID) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  scratch SMALLINT[];
  removed INTEGER;
BEGIN
  DELETE FROM batch_jobs WHERE id = scratch_remove.batch_id AND job_type = 'self_test';
  GET DIAGNOSTICS removed = ROW_COUNT;
  IF EXISTS (SELECT FROM batch_jobs WHERE id = scratch_remove.batch_id) THEN
    RETURN jsonb_build_object('removed', 0);
  END IF;
  scratch := ARRAY(SELECT id FROM hot_platforms WHERE starts_with(name, 'self_test/') ORDER BY name FOR UPDATE);  -- waits for who records on them
  DELETE FROM hot_readings AS reading WHERE reading.batch_id = scratch_remove.batch_id AND platform_id = ANY (scratch);
  -- What stays is told from what is there now.
  DELETE FROM hot_states WHERE platform_id = ANY (scratch);
  DELETE FROM hot_days WHERE platform_id = ANY (scratch);
  DELETE FROM hot_incidents WHERE platform_id = ANY (scratch);
  PERFORM incidents_rebuild(platform.name) FROM hot_platforms AS platform
    WHERE platform.id = ANY (scratch) AND EXISTS (SELECT FROM hot_readings WHERE platform_id = platform.id);
  scratch := ARRAY(SELECT id FROM unnest(scratch) AS id WHERE NOT EXISTS (SELECT FROM hot_readings WHERE platform_id = id));
  DELETE FROM hot_entries WHERE platform_id = ANY (scratch);
  DELETE FROM hot_platforms WHERE id = ANY (scratch);
  RETURN jsonb_build_object('removed', removed);
END
$$;

-- Records batches of the past, each whole and ended: [{"batch_id", "job_type", "source", "readings": [{"platform", …}]}].
-- A reading whose platform already has one at the same moment is left out, so that the same file can be read twice. Those are looked up one by one:
-- a plan that was made while there were few, and reads them all, would make an import the slower the more it has brought.
CREATE OR REPLACE FUNCTION public.batch_import(batches JSONB) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
  past JSONB;
  reading JSONB;
  name TEXT;
  platform_number SMALLINT;
  lists JSONB;
  new_above JSONB := '{}';
  job batch_jobs%ROWTYPE;
  stored hot_readings%ROWTYPE;
  stored_in UUID[] := '{}';
  done_batches INTEGER := 0;
  done_readings INTEGER := 0;
  known_readings INTEGER := 0;
  done_items INTEGER := 0;
BEGIN
  PERFORM pg_advisory_xact_lock('public.hot_readings'::regclass::oid::INTEGER, 0);
  PERFORM hot_platform_id(named.name)
     FROM (SELECT DISTINCT each.value ->> 'platform' AS name
             FROM jsonb_array_elements(batches) AS batch (value)
            CROSS JOIN LATERAL jsonb_array_elements(batch.value -> 'readings') AS each (value)) AS named
    ORDER BY named.name;
  -- All titles first, so that one that stands in many of these lists is written once.
  FOR name, lists IN
    SELECT listed.name, jsonb_agg(jsonb_build_object('collected_at', listed.collected_at, 'items', listed.items))
      FROM (SELECT DISTINCT ON (1, 2) each.value ->> 'platform' AS name, (each.value ->> 'collected_at')::TIMESTAMPTZ AS collected_at,
                   each.value -> 'items' AS items, each.value ->> 'verdict' AS verdict
              FROM jsonb_array_elements(batches) WITH ORDINALITY AS batch (value, place)
             CROSS JOIN LATERAL jsonb_array_elements(batch.value -> 'readings') AS each (value)
             ORDER BY 1, 2, batch.place) AS listed
      JOIN hot_platforms AS platform ON platform.name = listed.name
     WHERE hot_list_keeps(listed.verdict) AND jsonb_array_length(listed.items) > 0
       AND NOT EXISTS (SELECT FROM hot_readings AS known
                        WHERE known.platform_id = platform.id AND known.collected_at = listed.collected_at OFFSET 0)  -- no join: looked up
     GROUP BY listed.name ORDER BY listed.name
  LOOP
    new_above := new_above || jsonb_build_object(name, hot_lists_enter(hot_platform_id(name), lists));
  END LOOP;
  FOR past IN SELECT value FROM jsonb_array_elements(batches) LOOP
    job := NULL;
    FOR reading IN SELECT value FROM jsonb_array_elements(past -> 'readings') ORDER BY value ->> 'platform' LOOP
      platform_number := hot_platform_id(reading ->> 'platform');
      IF EXISTS (SELECT FROM hot_readings
                  WHERE platform_id = platform_number AND collected_at = (reading ->> 'collected_at')::TIMESTAMPTZ) THEN
        known_readings := known_readings + 1;
        CONTINUE;
      END IF;
      IF job.id IS NULL THEN
        job.id := (past ->> 'batch_id')::UUID;
        job.job_type := past ->> 'job_type';
        job.platforms_processed := '{}';
        job.total_items := 0;
        job.started_at := (SELECT min(COALESCE(value ->> 'started_at', value ->> 'collected_at')::TIMESTAMPTZ)
                             FROM jsonb_array_elements(past -> 'readings'));
        job.metadata := batch_blank('{}', job.started_at, past ->> 'source');
      END IF;
      stored := reading_store(job.id, reading ->> 'platform', reading, (new_above ->> (reading ->> 'platform'))::INTEGER, FALSE);
      job.platforms_processed := array_append(job.platforms_processed, reading ->> 'platform');
      job.total_items := job.total_items + stored.items;
      job.metadata := batch_noted(job.metadata, reading ->> 'platform', reading, stored);
      done_readings := done_readings + 1;
    END LOOP;
    IF job.id IS NOT NULL THEN
      job.metadata := job.metadata || jsonb_build_object('planned', to_jsonb(job.platforms_processed)); -- not what was here already
      job := batch_settled(job, NULL, NULL, (SELECT max((value ->> 'collected_at')::TIMESTAMPTZ) FROM jsonb_array_elements(past -> 'readings')));
      INSERT INTO batch_jobs (id, job_type, status, platforms_processed, total_items, metadata, started_at, completed_at, created_at)
      VALUES (job.id, job.job_type, job.status, job.platforms_processed, job.total_items, job.metadata, job.started_at, job.completed_at,
              job.started_at);
      stored_in := stored_in || job.id;
      done_batches := done_batches + 1;
      done_items := done_items + job.total_items;
    END IF;
  END LOOP;
  PERFORM incidents_tell(told.platform_id, told.since, told.until, ARRAY(SELECT hot_days_counted(
            told.platform_id, (told.since AT TIME ZONE 'UTC')::DATE, (told.until AT TIME ZONE 'UTC')::DATE, stored_in)), FALSE)
     FROM (SELECT brought.*
             FROM (SELECT platform_id, min(collected_at) AS since, max(collected_at) AS until
                     FROM hot_readings WHERE batch_id = ANY (stored_in) GROUP BY platform_id) AS brought
             JOIN hot_platforms AS platform ON platform.id = brought.platform_id
            ORDER BY platform.name) AS told;
  RETURN jsonb_build_object('batches', done_batches, 'readings', done_readings, 'known_readings', known_readings, 'items', done_items);
END
$$;

-- Records what one platform (or one unit of any job) gave: entries, reading, progress and metadata of its batch, all or nothing.
-- The call that records the last planned platform also closes the batch. Recording the same again changes nothing. The metadata notes how long
-- after its beginning the reading has landed (`landed_ms`).
-- Generic plans: what is looked up is always found by a key, and planning anew took 7 % of the server's time.
CREATE OR REPLACE FUNCTION public.batch_record(batch_id UUID, token UUID, platform TEXT, reading JSONB, recorded_at TIMESTAMPTZ DEFAULT NULL)
RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  job batch_jobs%ROWTYPE;
  stored hot_readings%ROWTYPE;
  why TEXT;
BEGIN
  SELECT * INTO job FROM batch_jobs WHERE id = batch_record.batch_id FOR UPDATE;
  why := batch_refusal(batch_record.batch_id, batch_record.token, job.status);
  IF why IS NULL OR starts_with(why, 'batch_') THEN
    SELECT * INTO stored FROM hot_readings
     WHERE batch_id = batch_record.batch_id AND platform_id = (SELECT id FROM hot_platforms WHERE name = platform);
    IF FOUND THEN
      RETURN jsonb_build_object('outcome', 'recorded', 'replayed', TRUE, 'items', stored.items, 'new_items', stored.new_items,
                                'batch_status', job.status);
    END IF;
  END IF;
  IF why IS NOT NULL THEN
    RETURN batch_refuse(batch_record.batch_id, batch_record.token, 'record ' || platform, why);
  END IF;
  stored := reading_store(batch_record.batch_id, platform, reading);
  job.platforms_processed := array_append(job.platforms_processed, platform);
  job.total_items := job.total_items + stored.items;
  job.metadata := batch_noted(job.metadata, platform, reading || jsonb_build_object('landed_ms',
    round(extract(EPOCH FROM clock_timestamp() - (reading ->> 'started_at')::TIMESTAMPTZ) * 1000)), stored);
  IF (job.metadata -> 'planned') <@ to_jsonb(job.platforms_processed) AND (job.metadata -> 'planned') <> '[]' THEN
    job := batch_settled(job, NULL, NULL, COALESCE(recorded_at, clock_timestamp()));
  END IF;
  PERFORM batch_write(job);
  RETURN jsonb_build_object('outcome', 'recorded', 'replayed', FALSE, 'items', stored.items, 'new_items', stored.new_items,
                            'batch_status', job.status);
END
$$;

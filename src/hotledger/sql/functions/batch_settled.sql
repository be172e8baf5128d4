-- The row of a batch as it ends. Failed: no platform gave a list, or it was lost. Otherwise completed, in full or in part.
-- `reason` is NULL (all planned platforms have ended), 'lost', 'replaced', 'interrupted' or 'error'; `message` is what is known of that.
CREATE OR REPLACE FUNCTION public.batch_settled(job batch_jobs, reason TEXT, message TEXT, ended_at TIMESTAMPTZ) RETURNS batch_jobs
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  planned TEXT[] := ARRAY(SELECT jsonb_array_elements_text(job.metadata -> 'planned'));
  processed TEXT[] := COALESCE(job.platforms_processed, '{}');
  missing TEXT[] := ARRAY(SELECT name FROM unnest(planned) AS name WHERE name <> ALL (processed));
  succeeded INTEGER;
  new_items INTEGER;
  slowest RECORD;
  outcome TEXT;
  failure TEXT;
BEGIN
  SELECT count(*) FILTER (WHERE status = 'completed'), COALESCE(sum(reading.new_items), 0) INTO succeeded, new_items
    FROM hot_readings AS reading WHERE batch_id = job.id;
  SELECT platform.name, reading.duration_ms INTO slowest
    FROM hot_readings AS reading JOIN hot_platforms AS platform ON platform.id = reading.platform_id
   WHERE batch_id = job.id ORDER BY reading.duration_ms DESC NULLS LAST LIMIT 1;
  failure := COALESCE(reason, CASE WHEN succeeded = 0 AND cardinality(planned || processed) > 0 THEN 'no_list' END);
  job.status := CASE WHEN reason = 'lost' OR (failure IS NOT NULL AND succeeded = 0) THEN 'failed' ELSE 'completed' END;
  outcome := CASE WHEN job.status = 'failed' THEN 'failed'
                  WHEN reason IS NULL AND missing = '{}' AND succeeded = cardinality(processed) THEN 'full' ELSE 'partial' END;
  job.completed_at := GREATEST(ended_at, job.started_at);
  job.metadata := job.metadata
    || (SELECT COALESCE(jsonb_object_agg(name || '_items', 0), '{}') FROM unnest(missing) AS name)
    || CASE WHEN message IS NULL THEN '{}'
            ELSE jsonb_build_object('errors', (job.metadata -> 'errors') || jsonb_build_object('code', reason, 'message', left(message, 500))) END
    || jsonb_build_object(
      'timing', (job.metadata -> 'timing') || jsonb_build_object(
        'completed_at', job.completed_at, 'duration_ms', round(extract(EPOCH FROM job.completed_at - job.started_at) * 1000),
        'slowest_platform', slowest.name, 'slowest_ms', slowest.duration_ms),
      'summary', jsonb_strip_nulls(jsonb_build_object(
        'outcome', outcome, 'failure', failure, 'planned', cardinality(planned), 'processed', cardinality(processed),
        'succeeded', succeeded, 'failed', cardinality(processed) - succeeded, 'missing', to_jsonb(NULLIF(missing, '{}')),
        'items', job.total_items, 'new_items', new_items,
        'explanation', batch_explained(job, outcome, failure, succeeded, missing, message))));
  RETURN job;
END
$$;

-- The numbers for a monitor, whose cost grows with the platforms and the batches of a day, not with the ledger. Batches of the last 24 hours by
-- status; open leases and writes that were refused; open incidents by kind; for each platform (the first `at_most` by name) its readings, items and
-- durations since the beginning of this UTC day, and its last reading; bytes of the database and of each table. Unknown is NULL.
CREATE OR REPLACE FUNCTION public.ledger_metrics(at TIMESTAMPTZ DEFAULT now(), at_most INTEGER DEFAULT 500) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  batches JSONB;
  leases JSONB;
  platforms JSONB;
BEGIN
  WITH recent AS (
    SELECT status, job_type, started_at, completed_at, total_items, created_at
      FROM batch_jobs WHERE created_at > at - INTERVAL '24 hours'
  ), open AS (
    SELECT started_at FROM recent WHERE status IN ('pending', 'in_progress')
    UNION ALL
    SELECT job.started_at FROM hot_leases AS lease JOIN batch_jobs AS job ON job.id = lease.batch_id WHERE lease.closed_at IS NULL
  ), last AS (
    SELECT DISTINCT ON (job_type) job_type, status, completed_at, total_items, extract(EPOCH FROM completed_at - started_at) AS seconds
      FROM recent WHERE status IN ('completed', 'failed') ORDER BY job_type, created_at DESC
  )
  SELECT jsonb_build_object(
           'by_status', (SELECT jsonb_object_agg(word, (SELECT count(*) FROM recent WHERE status = word))
                           FROM unnest(ARRAY['pending', 'in_progress', 'completed', 'failed']) AS word),
           'oldest_open_at', (SELECT min(started_at) FROM open),
           'last', (SELECT COALESCE(jsonb_agg(to_jsonb(ended)), '[]') FROM (SELECT * FROM last ORDER BY job_type LIMIT 20) AS ended))
    INTO batches;
  SELECT jsonb_build_object(
           'open', count(*), 'expired', count(*) FILTER (WHERE expires_at < at), 'oldest_beat_at', min(beat_at),
           'refused', (SELECT COALESCE(sum(refused), 0) FROM hot_leases WHERE refused > 0))
    INTO leases FROM hot_leases WHERE closed_at IS NULL;
  SELECT COALESCE(jsonb_agg(jsonb_build_object(
           'platform', known.name, 'enabled', known.enabled, 'last_good_at', state.last_good_at, 'last_at', latest.collected_at,
           'kept', latest.status = 'completed', 'last_items', latest.items, 'last_seconds', latest.duration_ms / 1000.0,
           'verdicts', COALESCE(today.verdicts, '{}'), 'items', COALESCE(today.items, 0), 'new_items', COALESCE(today.new_items, 0),
           'timed', COALESCE(today.timed, 0), 'seconds', COALESCE(today.duration_ms, 0) / 1000.0) ORDER BY known.name), '[]')
    INTO platforms
    FROM (SELECT * FROM hot_platforms ORDER BY name LIMIT at_most) AS known
    LEFT JOIN hot_states AS state ON state.platform_id = known.id
    LEFT JOIN hot_days AS today ON today.platform_id = known.id AND today.day = (at AT TIME ZONE 'UTC')::DATE
    LEFT JOIN LATERAL (SELECT * FROM hot_readings AS reading
                        WHERE reading.platform_id = known.id ORDER BY reading.collected_at DESC LIMIT 1) AS latest ON TRUE;
  RETURN jsonb_build_object(
    'at', at, 'schema_version', (SELECT max(number) FROM hot_migrations), 'batches', batches, 'leases', leases, 'platforms', platforms,
    'incidents', (SELECT COALESCE(jsonb_object_agg(kind, times), '{}')
                    FROM (SELECT incident ->> 'kind' AS kind, count(*) AS times
                            FROM jsonb_array_elements(incident_list(TRUE, NULL, 10000, at)) AS incident GROUP BY 1) AS open),
    'size_bytes', pg_database_size(current_database()),
    'table_bytes', (SELECT jsonb_object_agg(relname, pg_total_relation_size(oid)) FROM pg_class
                     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND (relname = 'batch_jobs' OR starts_with(relname, 'hot_'))));
END
$$;

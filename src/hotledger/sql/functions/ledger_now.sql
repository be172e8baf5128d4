-- How the ledger stands: what runs, how the last batch ended, when the next one is due (by the rhythm of the batches of its job type; NULL where there
-- is none), what is wrong, and how fresh each platform is. `state` is 'bad' (an incident that loses lists or misses readings, the last batch of a job
-- type failed, one is overdue, or a running one gives no sign of life), 'warned' (any other incident, a last batch in part, a list with a warning or
-- none), 'full' (nothing of that), or 'empty' (no batch has ended yet). A platform counts as long as it is switched on and was read in the last seven
-- days, and so does a last batch of these days.
CREATE OR REPLACE FUNCTION public.ledger_now(at TIMESTAMPTZ DEFAULT now()) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE
  incidents JSONB := incident_list(TRUE, NULL, 1000, at);
  running JSONB;
  jobs JSONB;
  lately JSONB;
  platforms JSONB;
  counts JSONB;
BEGIN
  SELECT COALESCE(jsonb_agg(batch_brief(job) || jsonb_build_object(
           'owner', lease.owner, 'beat_at', lease.beat_at, 'silent', COALESCE(lease.expires_at < at, FALSE)) ORDER BY job.created_at DESC), '[]')
    INTO running
    FROM ((SELECT batch_id AS id FROM hot_leases WHERE closed_at IS NULL ORDER BY expires_at DESC LIMIT 20)
          UNION (SELECT newest.id FROM batch_jobs AS newest ORDER BY newest.created_at DESC, newest.id DESC LIMIT 20)) AS open
    JOIN batch_jobs AS job ON job.id = open.id AND job.status IN ('pending', 'in_progress')
    LEFT JOIN hot_leases AS lease ON lease.batch_id = job.id;

  WITH RECURSIVE kinds AS (
    (SELECT job_type FROM batch_jobs ORDER BY job_type LIMIT 1)
    UNION ALL
    SELECT (SELECT next.job_type FROM batch_jobs AS next WHERE next.job_type > kinds.job_type ORDER BY next.job_type LIMIT 1)
      FROM kinds WHERE kinds.job_type IS NOT NULL
  ), latest AS (
    SELECT kinds.job_type, batch_brief(ended.job) AS last, (ended.job).created_at AS ended_at
      FROM (SELECT job_type FROM kinds WHERE job_type IS NOT NULL LIMIT 50) AS kinds
     CROSS JOIN LATERAL (SELECT job FROM batch_jobs AS job
                          WHERE job.job_type = kinds.job_type AND job.created_at IS NOT NULL AND job.status IN ('completed', 'failed')
                          ORDER BY job.created_at DESC LIMIT 1) AS ended
  )
  SELECT COALESCE(jsonb_agg(jsonb_build_object(
           'job_type', latest.job_type, 'last', latest.last, 'usual_seconds', round(rhythm.usual),
           'due_at', begun.last_at + make_interval(secs => rhythm.usual),
           'late', COALESCE(at > begun.last_at + make_interval(secs => rhythm.longest), FALSE)) ORDER BY latest.ended_at DESC), '[]')
    INTO jobs
    FROM latest
   CROSS JOIN LATERAL (
     SELECT array_agg(extract(EPOCH FROM gap.until - gap.since)::REAL) FILTER (WHERE gap.since IS NOT NULL) AS intervals, max(gap.until) AS last_at
       FROM (SELECT COALESCE(job.started_at, job.created_at) AS until,
                    lag(COALESCE(job.started_at, job.created_at)) OVER (ORDER BY COALESCE(job.started_at, job.created_at)) AS since
               FROM (SELECT * FROM batch_jobs AS known WHERE known.job_type = latest.job_type AND known.created_at IS NOT NULL
                      ORDER BY known.created_at DESC LIMIT 33) AS job
               JOIN hot_leases AS lease ON lease.batch_id = job.id) AS gap) AS begun  -- an imported batch has no lease, and is nobody's rhythm
   CROSS JOIN LATERAL hot_rhythm(COALESCE(begun.intervals, '{}')) AS rhythm;

  lately := (SELECT COALESCE(jsonb_agg(value), '[]') FROM jsonb_array_elements(jobs)
              WHERE (value #>> '{last,created_at}')::TIMESTAMPTZ > at - INTERVAL '7 days');

  SELECT COALESCE(jsonb_agg(jsonb_build_object(
           'platform', known.name, 'title', known.title, 'enabled', known.enabled, 'disabled_reason', known.disabled_reason,
           'current', known.enabled AND COALESCE(state.last_at > at - INTERVAL '7 days', FALSE),
           'last_at', state.last_at, 'last_good_at', state.last_good_at, 'batch_id', latest.batch_id, 'verdict', latest.verdict,
           'evidence', latest.evidence, 'items', latest.items, 'usual_items', usual.items,
           'incident', (SELECT jsonb_agg(value -> 'kind') FROM jsonb_array_elements(incidents) WHERE value ->> 'platform' = known.name))
           ORDER BY known.name), '[]')
    INTO platforms
    FROM hot_platforms AS known
    LEFT JOIN hot_states AS state ON state.platform_id = known.id
    LEFT JOIN LATERAL (SELECT * FROM hot_readings AS reading
                        WHERE reading.platform_id = known.id ORDER BY reading.collected_at DESC, reading.batch_id DESC LIMIT 1) AS latest ON TRUE
   CROSS JOIN LATERAL (
     SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY recent.items) FILTER (WHERE recent.verdict = 'ok') AS items
       FROM (SELECT reading.items, reading.verdict FROM hot_readings AS reading WHERE reading.platform_id = known.id
              ORDER BY reading.collected_at DESC LIMIT 50) AS recent) AS usual;

  SELECT jsonb_build_object(
           'platforms', count(*) FILTER (WHERE current), 'good', count(*) FILTER (WHERE current AND verdict = 'ok'),
           'warned', count(*) FILTER (WHERE current AND verdict <> 'ok' AND hot_list_keeps(verdict)),
           'failed', count(*) FILTER (WHERE current AND NOT hot_list_keeps(verdict)), 'off', count(*) FILTER (WHERE NOT enabled),
           'incidents', jsonb_array_length(incidents))
    INTO counts
    FROM jsonb_to_recordset(platforms) AS each (current BOOLEAN, enabled BOOLEAN, verdict TEXT);

  RETURN jsonb_build_object(
    'at', at, 'counts', counts, 'running', running, 'jobs', jobs, 'incidents', incidents, 'platforms', platforms,
    'state', CASE
      WHEN jobs = '[]' THEN 'empty'
      WHEN EXISTS (SELECT FROM jsonb_array_elements(incidents) WHERE NOT hot_list_keeps(value ->> 'kind'))
        OR lately @? '$[*].last.status ? (@ == "failed")' OR jobs @? '$[*].late ? (@ == true)' OR running @? '$[*].silent ? (@ == true)' THEN 'bad'
      WHEN incidents <> '[]' OR lately @? '$[*].last.outcome ? (@ == "partial")'
        OR (counts ->> 'good')::INTEGER < (counts ->> 'platforms')::INTEGER THEN 'warned'
      ELSE 'full' END);
END
$$;

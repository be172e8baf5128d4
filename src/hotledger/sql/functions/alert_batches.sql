-- Batches that failed or were lost, as events (see `alert_events`); imported ones, which no lease was ever given for, are not.
CREATE OR REPLACE FUNCTION public.alert_batches(kinds TEXT[], since TIMESTAMPTZ) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (
    WITH failed AS (
      SELECT batch_brief(job) AS brief, job.id, job.job_type, job.started_at, COALESCE(job.completed_at, job.created_at) AS ended_at
        FROM batch_jobs AS job
       WHERE job.created_at >= since AND job.status = 'failed'
         AND (EXISTS (SELECT FROM hot_leases AS lease WHERE lease.batch_id = job.id) OR NOT COALESCE(job.metadata ? 'summary', FALSE))
       ORDER BY job.created_at DESC LIMIT 500
    ), event AS (
      SELECT *, CASE WHEN brief ->> 'failure' = 'lost' THEN 'batch_lost' ELSE 'batch_failed' END AS told_as FROM failed
    )
    SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'key', told_as || ':' || id, 'on', told_as, 'at', ended_at, 'subject', job_type, 'job_type', job_type, 'batch_id', id,
             'since', started_at, 'until', ended_at, 'evidence', left(brief ->> 'explanation', 500), 'planned', brief -> 'planned', 'succeeded', brief -> 'succeeded'))), '[]')
      FROM event
     WHERE told_as = ANY (kinds));
END
$$;

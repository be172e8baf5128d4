-- Batches that failed or were lost, as events (see `alert_events`); imported ones, which no lease was ever given for, are not. Those of a job type that
-- follow each other without a good one between are one event, however many they are: it is named after the first of them. `until` is there when a
-- good one has followed.
CREATE OR REPLACE FUNCTION public.alert_batches(kinds TEXT[], since TIMESTAMPTZ) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  RETURN (
    WITH ended AS MATERIALIZED (
      SELECT job.id, job.job_type, job.created_at, job.status = 'failed' AS is_bad
        FROM batch_jobs AS job
       WHERE job.created_at >= alert_batches.since AND job.status IN ('completed', 'failed')
         AND (EXISTS (SELECT FROM hot_leases AS lease WHERE lease.batch_id = job.id) OR NOT COALESCE(job.metadata ? 'summary', FALSE))
       ORDER BY job.created_at DESC LIMIT 5000
    ), counted AS (
      SELECT *, count(*) FILTER (WHERE NOT is_bad) OVER (PARTITION BY job_type ORDER BY created_at, id) AS goods,
             min(created_at) FILTER (WHERE NOT is_bad) OVER (PARTITION BY job_type ORDER BY created_at, id
                                                             ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS good_at
        FROM ended
    ), bad AS (
      SELECT counted.*, first_value(counted.id) OVER streak AS first_id, row_number() OVER streak AS place FROM counted WHERE is_bad
      WINDOW streak AS (PARTITION BY job_type, goods ORDER BY created_at, id)
    ), named AS (
      -- What goes on since before the moment keeps its name.
      SELECT bad.*, COALESCE(CASE WHEN bad.goods = 0 THEN (
               SELECT job.id FROM batch_jobs AS job
                WHERE job.job_type = bad.job_type AND job.status = 'failed' AND job.created_at < alert_batches.since
                  AND job.created_at > COALESCE((SELECT good.created_at FROM batch_jobs AS good
                                                  WHERE good.job_type = bad.job_type AND good.status = 'completed'
                                                    AND good.created_at < alert_batches.since
                                                  ORDER BY good.created_at DESC LIMIT 1), '-infinity')
                ORDER BY job.created_at, job.id LIMIT 1) END, bad.first_id) AS name
        FROM (SELECT DISTINCT ON (bad.job_type, bad.goods, batch_brief(job) ->> 'failure' = 'lost') bad.*, batch_brief(job) AS brief,
                     job.started_at, COALESCE(job.completed_at, job.created_at) AS ended_at
                FROM bad JOIN batch_jobs AS job ON job.id = bad.id
               WHERE bad.place <= 100
               ORDER BY bad.job_type, bad.goods, batch_brief(job) ->> 'failure' = 'lost', bad.place) AS bad
    ), event AS (
      SELECT *, CASE WHEN brief ->> 'failure' = 'lost' THEN 'batch_lost' ELSE 'batch_failed' END AS told_as FROM named
    )
    SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'key', told_as || ':' || name, 'on', told_as, 'at', ended_at, 'subject', job_type, 'job_type', job_type, 'batch_id', id,
             'since', started_at, 'until', good_at, 'evidence', left(brief ->> 'explanation', 500), 'planned', brief -> 'planned',
             'succeeded', brief -> 'succeeded'))), '[]')
      FROM event
     WHERE told_as = ANY (kinds));
END
$$;

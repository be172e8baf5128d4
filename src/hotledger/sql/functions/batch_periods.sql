-- Batches by day, week or month (`every`), newest first, those without a batch left out: how many, how many completed and failed, the share of the
-- completed ones among those that have ended, items, and how long a batch took. At most so many periods back from `before` (NULL: from now on).
-- `next` is what to pass as `before` for older ones; NULL when there are none.
CREATE OR REPLACE FUNCTION public.batch_periods(every TEXT DEFAULT 'day', job_type TEXT DEFAULT NULL, at_most INTEGER DEFAULT 30,
  before TIMESTAMPTZ DEFAULT NULL) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  step CONSTANT INTERVAL := CASE every WHEN 'day' THEN '1 day' WHEN 'week' THEN '1 week' WHEN 'month' THEN '1 month' END;
  until CONSTANT TIMESTAMPTZ := COALESCE(date_trunc(every, before), 'infinity');
  since CONSTANT TIMESTAMPTZ := date_trunc(every, COALESCE(before, now())) - step * (LEAST(GREATEST(at_most, 1), 400) - (before IS NULL)::INTEGER);
BEGIN
  IF step IS NULL THEN
    RAISE EXCEPTION 'Periods are day, week or month, not %.', every USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN (
    SELECT jsonb_build_object(
             'every', every, 'at', now(), 'periods', COALESCE(jsonb_agg(to_jsonb(period) ORDER BY period.begins DESC), '[]'),
             'next', CASE WHEN EXISTS (SELECT FROM batch_jobs AS job
                                        WHERE (batch_periods.job_type IS NULL OR job.job_type = batch_periods.job_type) AND job.created_at < since)
                          THEN since END)
      FROM (SELECT date_trunc(every, job.created_at)::DATE AS begins, count(*) AS batches,
                   count(*) FILTER (WHERE job.status = 'completed') AS completed, count(*) FILTER (WHERE job.status = 'failed') AS failed,
                   round(count(*) FILTER (WHERE job.status = 'completed')
                         / NULLIF(count(*) FILTER (WHERE job.status IN ('completed', 'failed')), 0)::NUMERIC, 4) AS success_rate,
                   sum(job.total_items) AS items, round(avg(job.total_items), 1) AS average_items,
                   round(avg(extract(EPOCH FROM job.completed_at - job.started_at)), 3) AS average_seconds
              FROM batch_jobs AS job
             WHERE (batch_periods.job_type IS NULL OR job.job_type = batch_periods.job_type) AND job.created_at >= since AND job.created_at < until
             GROUP BY 1) AS period);
END
$$;

-- By day, newest first: how many batches, how many succeeded and failed, and their average items.
CREATE OR REPLACE FUNCTION public.batch_trend(job_type TEXT DEFAULT NULL, at_most INTEGER DEFAULT 30) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(to_jsonb(day)), '[]')
    FROM (SELECT DATE(job.created_at) AS date, COUNT(*) AS total_jobs,
                 SUM(CASE WHEN job.status = 'completed' THEN 1 ELSE 0 END) AS successful,
                 SUM(CASE WHEN job.status = 'failed' THEN 1 ELSE 0 END) AS failed,
                 AVG(job.total_items) AS avg_items
            FROM batch_jobs AS job
           WHERE batch_trend.job_type IS NULL OR job.job_type = batch_trend.job_type
           GROUP BY DATE(job.created_at)
           ORDER BY date DESC NULLS LAST
           LIMIT at_most) AS day
$$;

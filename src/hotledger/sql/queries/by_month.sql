-- Batches by month: how many, how many of them well, what they brought and how long they took.
SELECT
  DATE_TRUNC('month', created_at)::date AS month,
  COUNT(*) AS total_jobs,
  COUNT(*) FILTER (WHERE status = 'completed') AS successful,
  COUNT(*) FILTER (WHERE status = 'failed') AS failed,
  ROUND(COUNT(*) FILTER (WHERE status = 'completed')
        / NULLIF(COUNT(*) FILTER (WHERE status IN ('completed', 'failed')), 0)::numeric, 4) AS success_rate,
  SUM(total_items) AS items,
  ROUND(AVG(total_items), 1) AS avg_items,
  ROUND(AVG(EXTRACT(EPOCH FROM completed_at - started_at)), 3) AS avg_seconds
FROM batch_jobs
WHERE job_type = 'data_collection'
GROUP BY 1
ORDER BY 1 DESC;

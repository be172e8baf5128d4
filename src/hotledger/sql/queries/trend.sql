-- Batches by day.
SELECT
  DATE(created_at) as date,
  COUNT(*) as total_jobs,
  SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) as successful,
  SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) as failed,
  AVG(total_items) as avg_items
FROM batch_jobs
WHERE job_type = 'data_collection'
GROUP BY DATE(created_at)
ORDER BY date DESC;

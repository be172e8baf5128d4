-- The latest batches.
SELECT * FROM batch_jobs
WHERE job_type = 'data_collection'
ORDER BY created_at DESC
LIMIT 10;

-- The batches that completed.
SELECT * FROM batch_jobs
WHERE status = 'completed'
ORDER BY created_at DESC;

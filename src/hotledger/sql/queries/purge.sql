-- Delete batches older than 30 days. Their readings stay.
DELETE FROM batch_jobs
WHERE created_at < NOW() - INTERVAL '30 days';

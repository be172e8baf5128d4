-- The batches with most items.
SELECT id, total_items, platforms_processed, created_at
FROM batch_jobs
ORDER BY total_items DESC
LIMIT 10;

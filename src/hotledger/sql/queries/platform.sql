-- The batches in which one platform was read, and what it gave.
SELECT
  id,
  platforms_processed,
  metadata->>'baidu_items' as baidu_items,
  metadata->>'weibo_items' as weibo_items,
  created_at
FROM batch_jobs
WHERE 'baidu' = ANY(platforms_processed)
ORDER BY created_at DESC;

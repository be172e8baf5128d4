-- Batches, newest first or (by_size) largest first; NULL for any argument means "whatever it is".
CREATE OR REPLACE FUNCTION public.batch_list(job_type TEXT DEFAULT NULL, status TEXT DEFAULT NULL, platform TEXT DEFAULT NULL,
  at_most INTEGER DEFAULT 10, by_size BOOLEAN DEFAULT FALSE, before TIMESTAMPTZ DEFAULT NULL) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(to_jsonb(found)), '[]')
    FROM (SELECT job.* FROM batch_jobs AS job
           WHERE (batch_list.job_type IS NULL OR job.job_type = batch_list.job_type)
             AND (batch_list.status IS NULL OR job.status = batch_list.status)
             AND (platform IS NULL OR platform = ANY (job.platforms_processed))
             AND (before IS NULL OR job.created_at < before)
           ORDER BY CASE WHEN by_size THEN job.total_items END DESC NULLS LAST, job.created_at DESC NULLS LAST, job.id DESC
           LIMIT LEAST(at_most, 1000)) AS found
$$;

-- Why a writer with this token may not write to this batch, or NULL when it may. The caller holds the batch's row.
CREATE OR REPLACE FUNCTION public.batch_refusal(batch_id UUID, token UUID, job_status TEXT) RETURNS TEXT
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE
    WHEN job_status IS NULL THEN 'unknown_batch'
    WHEN NOT EXISTS (SELECT FROM hot_leases AS lease
                      WHERE lease.batch_id = batch_refusal.batch_id AND lease.token = batch_refusal.token) THEN 'not_the_owner'
    WHEN job_status IN ('completed', 'failed') THEN COALESCE(
      (SELECT 'batch_was_' || (job.metadata #>> '{summary,failure}') FROM batch_jobs AS job
        WHERE job.id = batch_refusal.batch_id AND job.metadata #>> '{summary,failure}' IN ('lost', 'replaced')), 'batch_has_ended')
  END
$$;

-- Writes the changed row of a batch, and closes its lease when the batch has ended.
CREATE OR REPLACE FUNCTION public.batch_write(job batch_jobs) RETURNS VOID
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE batch_jobs
     SET status = job.status, platforms_processed = job.platforms_processed, total_items = job.total_items,
         metadata = job.metadata, completed_at = job.completed_at
   WHERE id = job.id;
  IF job.status IN ('completed', 'failed') THEN
    UPDATE hot_leases SET closed_at = clock_timestamp() WHERE batch_id = job.id;
  END IF;
END
$$;

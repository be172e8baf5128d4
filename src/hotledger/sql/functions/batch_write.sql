-- Writes the changed row of a batch; when it has ended, that closes its lease (see batch_jobs_ended).
CREATE OR REPLACE FUNCTION public.batch_write(job batch_jobs) RETURNS VOID
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE batch_jobs
     SET status = job.status, platforms_processed = job.platforms_processed, total_items = job.total_items,
         metadata = job.metadata, completed_at = job.completed_at
   WHERE id = job.id;
END
$$;

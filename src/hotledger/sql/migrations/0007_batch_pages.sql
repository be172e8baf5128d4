-- Batches of every job type in the order of their pages: newest first, and those of one moment by id.
CREATE INDEX IF NOT EXISTS batch_jobs_created_at_id_idx
  ON public.batch_jobs USING btree (created_at DESC, id DESC);

-- The lease of the open batch of this job type that a new one may not overlap, or nothing; 'replace' ends that batch first, and neither a lost one
-- nor the new one itself, opened a moment ago by the same call, is a rival. Openings of one job type that may not overlap wait for each other,
-- and do so before they hold anything that another waits for; the unique index on the open leases is what decides.
CREATE OR REPLACE FUNCTION public.batch_rival(batch_id UUID, job_type TEXT, overlap TEXT) RETURNS hot_leases
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  rival hot_leases%ROWTYPE;
  job batch_jobs%ROWTYPE;
BEGIN
  IF overlap = 'allow' THEN
    RETURN NULL;
  ELSIF overlap NOT IN ('skip', 'replace') THEN
    RAISE EXCEPTION 'overlap is allow, skip or replace, not "%".', overlap USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM pg_advisory_xact_lock('public.hot_leases'::regclass::oid::INTEGER, hashtext(batch_rival.job_type));
  SELECT batch.* INTO job
    FROM batch_jobs AS batch JOIN hot_leases AS lease ON lease.batch_id = batch.id
   WHERE lease.exclusive = batch_rival.job_type AND lease.closed_at IS NULL AND batch.id <> batch_rival.batch_id
     FOR UPDATE OF batch;
  IF NOT FOUND OR batch_lost(job) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO rival FROM hot_leases WHERE batch_id = job.id AND closed_at IS NULL;  -- none: it has ended while we waited for its row
  IF rival.batch_id IS NOT NULL AND overlap = 'replace' THEN
    PERFORM batch_write(batch_settled(job, 'replaced', 'a newer batch of this type took its place', clock_timestamp()));
    RETURN NULL;
  END IF;
  RETURN rival;
END
$$;

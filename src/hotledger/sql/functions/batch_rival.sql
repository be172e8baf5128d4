-- The lease of the open batch of this job type that a new one may not overlap, or nothing; 'replace' ends that batch first.
-- Openings of one job type that may not overlap wait for each other; the unique index on the open leases is what decides.
CREATE OR REPLACE FUNCTION public.batch_rival(job_type TEXT, overlap TEXT) RETURNS hot_leases
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
  SELECT * INTO rival FROM hot_leases WHERE exclusive = batch_rival.job_type AND closed_at IS NULL;
  IF rival.batch_id IS NULL OR overlap = 'skip' THEN
    RETURN rival;
  END IF;
  SELECT * INTO job FROM batch_jobs WHERE id = rival.batch_id FOR UPDATE;
  IF job.status IN ('pending', 'in_progress') THEN
    PERFORM batch_write(batch_settled(job, 'replaced', 'a newer batch of this type took its place', clock_timestamp()));
  END IF;
  RETURN NULL;
END
$$;

-- Closes the lease of a batch that has ended, whoever ended it. It has the rights of the schema's owner, because software that writes its
-- own rows of batch_jobs need not have a right to our tables.
CREATE OR REPLACE FUNCTION public.batch_jobs_ended() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE hot_leases SET closed_at = clock_timestamp() WHERE batch_id = NEW.id AND closed_at IS NULL;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER batch_jobs_ended
  AFTER UPDATE OF status ON public.batch_jobs
  FOR EACH ROW WHEN (NEW.status IN ('completed', 'failed')) EXECUTE FUNCTION public.batch_jobs_ended();

-- Guards every row of batch_jobs, whoever writes it: a status moves forward only, and what has ended stays as it is, but
-- for what its repaired readings say of it (batch_repaired).
CREATE OR REPLACE FUNCTION public.batch_jobs_guard() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  steps CONSTANT JSONB := '{"pending": 0, "in_progress": 1, "completed": 2, "failed": 2}';
  terminal BOOLEAN;
BEGIN
  IF NEW.status IS NULL AND (TG_OP = 'INSERT' OR OLD.status IS NOT NULL) THEN
    NEW.status := CASE WHEN TG_OP = 'INSERT' THEN 'pending' ELSE OLD.status END;
  END IF;
  IF NEW.status IS NOT NULL AND NOT steps ? NEW.status THEN
    RAISE EXCEPTION 'batch_jobs.status cannot be "%": it is pending, in_progress, completed or failed.', NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.total_items < 0 THEN
    RAISE EXCEPTION 'batch_jobs.total_items cannot be negative (%).', NEW.total_items USING ERRCODE = 'check_violation';
  END IF;
  terminal := COALESCE(NEW.status IN ('completed', 'failed'), FALSE);
  IF TG_OP = 'UPDATE' AND OLD.status IN ('completed', 'failed') THEN
    IF OLD.completed_at IS NULL THEN
      OLD.completed_at := NEW.completed_at;
    END IF;
    IF NEW IS DISTINCT FROM OLD AND NEW.metadata #> '{summary,repaired}' IS NOT NULL THEN
      OLD := batch_repaired(OLD);
    END IF;
    IF NEW IS DISTINCT FROM OLD THEN
      RAISE EXCEPTION 'Batch % has ended as "%" and cannot be changed.', OLD.id, OLD.status USING ERRCODE = 'check_violation';
    END IF;
  ELSIF TG_OP = 'UPDATE' AND (steps ->> NEW.status)::INTEGER < (steps ->> OLD.status)::INTEGER THEN
    RAISE EXCEPTION 'Batch % cannot go back from "%" to "%".', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  NEW.completed_at := CASE WHEN terminal THEN GREATEST(COALESCE(NEW.completed_at, now()), NEW.started_at) END;
  RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER batch_jobs_guard
  BEFORE INSERT OR UPDATE ON public.batch_jobs
  FOR EACH ROW EXECUTE FUNCTION public.batch_jobs_guard();

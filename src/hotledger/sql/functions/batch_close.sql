-- Ends a batch that its last reading did not end: it had no plan, was interrupted ('interrupted') or stopped by an error ('error').
CREATE OR REPLACE FUNCTION public.batch_close(batch_id UUID, token UUID, reason TEXT DEFAULT NULL, message TEXT DEFAULT NULL,
  completed_at TIMESTAMPTZ DEFAULT NULL) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  job batch_jobs%ROWTYPE;
  why TEXT;
BEGIN
  SELECT * INTO job FROM batch_jobs WHERE id = batch_close.batch_id FOR UPDATE;
  why := batch_refusal(batch_close.batch_id, batch_close.token, job.status);
  IF why = 'batch_has_ended' THEN
    RETURN jsonb_build_object('outcome', 'closed', 'replayed', TRUE, 'batch_status', job.status);
  ELSIF why IS NOT NULL THEN
    RETURN batch_refuse(batch_close.batch_id, batch_close.token, 'close', why);
  END IF;
  IF reason IS NOT NULL AND reason NOT IN ('interrupted', 'error') THEN
    RAISE EXCEPTION 'A batch can be closed because it was interrupted or by an error, not because of "%".', reason
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  job := batch_settled(job, reason, message, COALESCE(batch_close.completed_at, clock_timestamp()));
  PERFORM batch_write(job);
  RETURN jsonb_build_object('outcome', 'closed', 'replayed', FALSE, 'batch_status', job.status);
END
$$;

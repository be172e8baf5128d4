-- Keeps the evidence of a write that was refused beside the lease (the last ten), and returns the refusal.
CREATE OR REPLACE FUNCTION public.batch_refuse(batch_id UUID, token UUID, attempted TEXT, reason TEXT) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  job_status TEXT;
BEGIN
  IF reason = 'unknown_batch' THEN
    RETURN jsonb_build_object('outcome', 'refused', 'reason', reason, 'batch_status', NULL);  -- no lease to keep it beside
  END IF;
  SELECT status INTO job_status FROM batch_jobs WHERE id = batch_refuse.batch_id;
  UPDATE hot_leases
     SET refused = refused + 1,
         refusals = (CASE WHEN jsonb_array_length(refusals) >= 10 THEN refusals - 0 ELSE refusals END)
                    || jsonb_build_object('at', clock_timestamp(), 'attempted', left(attempted, 200), 'reason', reason,
                                          'token', left(batch_refuse.token::TEXT, 8))
   WHERE batch_id = batch_refuse.batch_id;
  RETURN jsonb_build_object('outcome', 'refused', 'reason', reason, 'batch_status', job_status);
END
$$;

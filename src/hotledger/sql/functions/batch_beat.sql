-- Renews the lease of an open batch; refused when another owns it, or when it has ended.
CREATE OR REPLACE FUNCTION public.batch_beat(batch_id UUID, token UUID, lease_seconds INTEGER DEFAULT 60) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  expiry TIMESTAMPTZ;
  job_status TEXT;
  why TEXT;
BEGIN
  FOR look IN 1..2 LOOP  -- a second time where nothing speaks against the beat: the batch was opened since the first
    UPDATE hot_leases AS lease
       SET beat_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(secs => lease_seconds)
     WHERE lease.batch_id = batch_beat.batch_id AND lease.token = batch_beat.token AND lease.closed_at IS NULL
    RETURNING lease.expires_at INTO expiry;
    IF expiry IS NOT NULL THEN
      RETURN jsonb_build_object('outcome', 'beaten', 'expires_at', expiry);
    END IF;
    SELECT status INTO job_status FROM batch_jobs WHERE id = batch_beat.batch_id FOR SHARE;
    why := batch_refusal(batch_beat.batch_id, batch_beat.token, job_status);
    EXIT WHEN why IS NOT NULL;
  END LOOP;
  RETURN batch_refuse(batch_beat.batch_id, batch_beat.token, 'beat', COALESCE(why, 'batch_has_ended'));
END
$$;

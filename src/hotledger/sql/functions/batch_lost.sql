-- Closes a batch as failed, failure = lost, when its lease has run out, and says whether it did. The caller holds the batch's row.
CREATE OR REPLACE FUNCTION public.batch_lost(job batch_jobs) RETURNS BOOLEAN
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  lease hot_leases%ROWTYPE;
BEGIN
  UPDATE hot_leases AS open SET closed_at = clock_timestamp()
   WHERE open.batch_id = job.id AND open.closed_at IS NULL AND open.expires_at < clock_timestamp()
  RETURNING * INTO lease;
  IF NOT FOUND THEN
    RETURN FALSE;
  END IF;
  PERFORM batch_write(batch_settled(job, 'lost', format('no sign of life of %s since %s, its lease ran out at %s',
    COALESCE(lease.owner, 'its collector'), to_char(lease.beat_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'),
    to_char(lease.expires_at AT TIME ZONE 'UTC', 'HH24:MI:SS "UTC"')), clock_timestamp()));
  RETURN TRUE;
END
$$;

-- Closes batches whose lease has run out as failed, failure = lost; what they had recorded stays. Anyone may call it, at any time.
CREATE OR REPLACE FUNCTION public.batch_reap(at_most INTEGER DEFAULT 100) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  job batch_jobs%ROWTYPE;
  lease hot_leases%ROWTYPE;
  reaped UUID[] := '{}';
BEGIN
  FOR job IN
    SELECT batch.* FROM batch_jobs AS batch
     WHERE batch.id IN (SELECT open.batch_id FROM hot_leases AS open
                         WHERE open.closed_at IS NULL AND open.expires_at < clock_timestamp() ORDER BY open.expires_at LIMIT at_most)
       AND batch.status IN ('pending', 'in_progress')
       FOR UPDATE OF batch SKIP LOCKED
  LOOP
    UPDATE hot_leases AS open SET closed_at = clock_timestamp()
     WHERE open.batch_id = job.id AND open.closed_at IS NULL AND open.expires_at < clock_timestamp()
    RETURNING * INTO lease;
    IF lease.batch_id = job.id THEN
      PERFORM batch_write(batch_settled(job, 'lost', format('no sign of life of %s since %s, its lease ran out at %s',
        COALESCE(lease.owner, 'its collector'), to_char(lease.beat_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'),
        to_char(lease.expires_at AT TIME ZONE 'UTC', 'HH24:MI:SS "UTC"')), clock_timestamp()));
      reaped := reaped || job.id;
    END IF;
  END LOOP;
  RETURN jsonb_build_object('reaped', to_jsonb(reaped));
END
$$;

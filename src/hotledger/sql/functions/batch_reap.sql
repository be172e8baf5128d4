-- Closes batches whose lease has run out as failed, failure = lost; what they had recorded stays. Anyone may call it, at any time.
CREATE OR REPLACE FUNCTION public.batch_reap(at_most INTEGER DEFAULT 100) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  job batch_jobs%ROWTYPE;
  reaped UUID[] := '{}';
BEGIN
  FOR job IN
    SELECT batch.* FROM batch_jobs AS batch
     WHERE batch.id IN (SELECT open.batch_id FROM hot_leases AS open
                         WHERE open.closed_at IS NULL AND open.expires_at < clock_timestamp() ORDER BY open.expires_at LIMIT at_most)
       AND batch.status IN ('pending', 'in_progress')
       FOR UPDATE OF batch SKIP LOCKED
  LOOP
    IF batch_lost(job) THEN
      reaped := reaped || job.id;
    END IF;
  END LOOP;
  RETURN jsonb_build_object('reaped', to_jsonb(reaped));
END
$$;

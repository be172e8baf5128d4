-- One batch, whole: its row, its readings, its lease and who was refused; NULL when there is none.
CREATE OR REPLACE FUNCTION public.batch_get(batch_id UUID) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT to_jsonb(job) || jsonb_build_object(
    'readings', (SELECT COALESCE(jsonb_agg(to_jsonb(reading) - 'entries' - 'heats' - 'platform_id' || jsonb_build_object('platform', platform.name)
                                           ORDER BY array_position(job.platforms_processed, platform.name)), '[]')
                   FROM hot_readings AS reading JOIN hot_platforms AS platform ON platform.id = reading.platform_id
                  WHERE reading.batch_id = job.id),
    'lease', (SELECT to_jsonb(lease) - 'token' - 'batch_id' FROM hot_leases AS lease WHERE lease.batch_id = job.id))
    FROM batch_jobs AS job
   WHERE job.id = batch_get.batch_id
$$;

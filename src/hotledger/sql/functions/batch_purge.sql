-- Deletes batches older than an age, except the newest `keep_last` of each job type, the last success of each platform, and open ones.
-- Their readings stay. A dry run only counts. At most `at_most` go in one call, so that no call is long; what another holds stays.
CREATE OR REPLACE FUNCTION public.batch_purge(older_than INTERVAL, keep_last INTEGER DEFAULT 10, dry_run BOOLEAN DEFAULT TRUE,
  at_most INTEGER DEFAULT 1000) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  doomed UUID[];
  purged INTEGER;
  old INTEGER;
BEGIN
  IF older_than < INTERVAL '0' THEN
    RAISE EXCEPTION 'An age cannot be negative (%).', older_than USING ERRCODE = 'invalid_parameter_value';
  END IF;
  SELECT count(*) INTO old FROM batch_jobs WHERE created_at < now() - older_than;
  SELECT array_agg(id) INTO doomed
    FROM (SELECT job.id FROM batch_jobs AS job
           WHERE job.created_at < now() - older_than
             AND job.id NOT IN (SELECT ranked.id FROM (SELECT id, row_number() OVER (PARTITION BY job_type ORDER BY created_at DESC NULLS LAST) AS place
                                                         FROM batch_jobs) AS ranked WHERE ranked.place <= keep_last)
             AND job.id NOT IN (SELECT last.batch_id FROM hot_platforms AS platform
                                 CROSS JOIN LATERAL (SELECT batch_id FROM hot_readings AS reading
                                                      WHERE reading.platform_id = platform.id AND reading.status = 'completed'
                                                      ORDER BY reading.collected_at DESC LIMIT 1) AS last)
             AND NOT EXISTS (SELECT FROM hot_leases AS lease WHERE lease.batch_id = job.id AND lease.closed_at IS NULL)
           ORDER BY job.created_at
           LIMIT CASE WHEN dry_run THEN NULL ELSE at_most END) AS chosen;
  purged := COALESCE(cardinality(doomed), 0);
  IF NOT dry_run THEN
    DELETE FROM batch_jobs WHERE id IN (SELECT id FROM batch_jobs WHERE id = ANY (doomed) FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS purged = ROW_COUNT;
  END IF;
  RETURN jsonb_build_object('dry_run', dry_run, 'older', old, 'purged', purged);
END
$$;

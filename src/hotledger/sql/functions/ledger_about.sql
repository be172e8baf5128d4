-- What this database is: the versions of server and schema, its size, how much the ledger holds, and since when; `demo` where it begins with the
-- made-up history of a demonstration.
CREATE OR REPLACE FUNCTION public.ledger_about() RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object(
    'server_version', current_setting('server_version'), 'schema_version', (SELECT max(number) FROM hot_migrations), 'now', clock_timestamp(),
    'edition', obj_description('public.hot_migrations'::regclass, 'pg_class'),
    'database', current_database(), 'role', current_user, 'size_bytes', pg_database_size(current_database()),
    'demo', COALESCE((SELECT metadata ->> 'source' = 'demo' FROM batch_jobs ORDER BY created_at, id LIMIT 1), FALSE),
    'other_batches', (SELECT count(*) FROM batch_jobs
                       WHERE (metadata @> '{"schema": 1}' AND metadata ?& ARRAY['planned', 'platforms', 'timing', 'summary']) IS NOT TRUE),
    'oldest_reading_at', (SELECT min(collected_at) FROM hot_readings), 'newest_reading_at', (SELECT max(collected_at) FROM hot_readings),
    'batches', (SELECT count(*) FROM batch_jobs), 'readings', (SELECT count(*) FROM hot_readings), 'entries', (SELECT count(*) FROM hot_entries))
$$;

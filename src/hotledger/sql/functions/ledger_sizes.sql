-- How large the ledger is and how it grows. By table: bytes with indexes, rows (as the server's last analysis counted them, where it made one), and
-- the bytes that a day adds, reckoned from the rows of the last days (`days`, or as many as there are) at the size of a row so far. The open leases,
-- the writes that were refused (the last `at_most` batches with any), and how many batches are older than `purge_days`. Unknown is NULL.
CREATE OR REPLACE FUNCTION public.ledger_sizes(days INTEGER DEFAULT 30, purge_days INTEGER DEFAULT 30, at_most INTEGER DEFAULT 20) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  present TIMESTAMPTZ := now();
  oldest TIMESTAMPTZ;
  newest TIMESTAMPTZ;
  first TIMESTAMPTZ;
  span DOUBLE PRECISION;
  added JSONB;
  tables JSONB := '[]';
  class RECORD;
  bytes BIGINT;
BEGIN
  SELECT min(edge.oldest), max(edge.newest) INTO oldest, newest
    FROM hot_platforms AS known
   CROSS JOIN LATERAL (SELECT (SELECT collected_at FROM hot_readings WHERE platform_id = known.id ORDER BY collected_at LIMIT 1) AS oldest,
                              (SELECT collected_at FROM hot_readings WHERE platform_id = known.id ORDER BY collected_at DESC LIMIT 1) AS newest)
     AS edge;
  first := GREATEST(present - make_interval(hours => 24 * days), oldest);
  span := GREATEST(extract(EPOCH FROM present - first) / 86400, 1);
  SELECT jsonb_build_object('hot_readings', sum(day.readings), 'hot_entries', sum(day.new_items), 'hot_days', count(*)) INTO added
    FROM hot_platforms AS known JOIN hot_days AS day ON day.platform_id = known.id AND day.day >= (first AT TIME ZONE 'UTC')::DATE;
  SELECT added || jsonb_build_object('batch_jobs', count(*), 'hot_leases', count(lease.batch_id)) INTO added  -- an imported batch has no lease
    FROM batch_jobs AS job LEFT JOIN hot_leases AS lease ON lease.batch_id = job.id WHERE job.created_at >= first;
  SELECT added || jsonb_build_object('hot_incidents', count(*)) INTO added FROM hot_incidents WHERE opened_at >= first;
  FOR class IN
    SELECT oid, relname AS name, CASE WHEN relpages > 0 AND reltuples >= 0 THEN reltuples::BIGINT END AS rows
      FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND relname = ANY (ARRAY['batch_jobs', 'hot_platforms', 'hot_entries', 'hot_readings', 'hot_leases', 'hot_collectors', 'hot_baselines',
                                'hot_incidents', 'hot_days', 'hot_states', 'hot_acknowledgements', 'hot_alerts', 'hot_alert_channels',
                                'hot_migrations'])
  LOOP
    IF class.rows IS NULL THEN
      EXECUTE format('SELECT count(*) FROM public.%I', class.name) INTO class.rows;
    END IF;
    bytes := pg_total_relation_size(class.oid);
    tables := tables || jsonb_build_object(
      'table', class.name, 'bytes', bytes, 'index_bytes', pg_indexes_size(class.oid), 'rows', class.rows,
      'bytes_a_day', round(bytes::NUMERIC / NULLIF(class.rows, 0) * (added ->> class.name)::NUMERIC / span::NUMERIC));
  END LOOP;
  RETURN jsonb_build_object(
    'now', present, 'server_version', current_setting('server_version'), 'schema_version', (SELECT max(number) FROM hot_migrations),
    'edition', obj_description('public.hot_migrations'::regclass, 'pg_class'), 'database', current_database(), 'role', current_user,
    'size_bytes', pg_database_size(current_database()),
    'tables', (SELECT jsonb_agg(each ORDER BY (each ->> 'bytes')::BIGINT DESC, each ->> 'table') FROM jsonb_array_elements(tables) AS each),
    'growth_days', round(span::NUMERIC, 1),
    'bytes_a_day', (SELECT sum((each ->> 'bytes_a_day')::NUMERIC) FROM jsonb_array_elements(tables) AS each),
    'oldest_reading_at', oldest, 'newest_reading_at', newest, 'purge_days', purge_days,
    'oldest_batch_at', (SELECT min(created_at) FROM batch_jobs),
    'old_batches', (SELECT count(*) FROM batch_jobs WHERE created_at < present - make_interval(hours => 24 * purge_days)),
    'open_leases', (
      SELECT COALESCE(jsonb_agg(jsonb_build_object(
               'batch_id', lease.batch_id, 'owner', lease.owner, 'attempt', lease.attempt, 'opened_at', lease.opened_at, 'beat_at', lease.beat_at,
               'expires_at', lease.expires_at, 'expired', lease.expires_at < present) ORDER BY lease.expires_at), '[]')
        FROM (SELECT * FROM hot_leases WHERE closed_at IS NULL ORDER BY expires_at LIMIT at_most) AS lease),
    'refused_writes', (SELECT COALESCE(sum(refused), 0) FROM hot_leases WHERE refused > 0),
    'refused', (
      SELECT COALESCE(jsonb_agg(jsonb_build_object(
               'batch_id', lease.batch_id, 'owner', lease.owner, 'opened_at', lease.opened_at, 'refused', lease.refused,
               'last', (lease.refusals -> -1) - 'token') ORDER BY lease.opened_at DESC), '[]')
        FROM (SELECT * FROM hot_leases WHERE refused > 0 ORDER BY opened_at DESC LIMIT at_most) AS lease));
END
$$;

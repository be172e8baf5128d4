-- Readings whose raw bodies were kept by the machine that collected them, oldest first: what they hold, and what a later reading needs. At most
-- `at_most` of them; `next` is what to pass as `after` for those that follow, and NULL when there are no more.
CREATE OR REPLACE FUNCTION public.readings_with_bodies(platform TEXT DEFAULT NULL, since TIMESTAMPTZ DEFAULT NULL, until TIMESTAMPTZ DEFAULT NULL,
  only_failed BOOLEAN DEFAULT FALSE, after JSONB DEFAULT NULL, at_most INTEGER DEFAULT 500) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH page AS (
    SELECT reading.batch_id, known.name, reading.collected_at, reading.duration_ms, reading.status, reading.verdict, reading.evidence, reading.items,
           reading.details, row_number() OVER (ORDER BY reading.collected_at, reading.batch_id, known.name COLLATE "C") AS place
      FROM hot_readings AS reading JOIN hot_platforms AS known ON known.id = reading.platform_id
     WHERE reading.details ?| ARRAY['body_hash', 'other_bodies'] AND (platform IS NULL OR known.name = platform)
       AND NOT (only_failed AND reading.status = 'completed')
       AND reading.collected_at BETWEEN COALESCE(since, '-infinity') AND COALESCE(until, 'infinity')
       AND reading.collected_at >= COALESCE((after ->> 'collected_at')::TIMESTAMPTZ, '-infinity')
       AND (after IS NULL OR (reading.collected_at, reading.batch_id, known.name COLLATE "C")
                           > ((after ->> 'collected_at')::TIMESTAMPTZ, (after ->> 'batch_id')::UUID, after ->> 'platform'))
     ORDER BY place
     LIMIT at_most
  )
  SELECT jsonb_build_object(
    'readings', COALESCE(jsonb_agg(jsonb_build_object(
      'batch_id', batch_id, 'platform', name, 'collected_at', collected_at, 'duration_ms', duration_ms, 'status', status, 'verdict', verdict,
      'evidence', evidence, 'items', items, 'body_hash', details -> 'body_hash', 'bytes', details -> 'bytes', 'endpoint', details -> 'endpoint',
      'http_status', details -> 'http_status', 'parser_version', details -> 'parser_version', 'error_message', details -> 'error_message',
      'repaired_at', details -> 'repaired_at', 'other_bodies', COALESCE(details -> 'other_bodies', '[]')) ORDER BY place), '[]'),
    'next', (SELECT jsonb_build_object('collected_at', collected_at, 'batch_id', batch_id, 'platform', name) FROM page WHERE place = at_most))
    FROM page
$$;

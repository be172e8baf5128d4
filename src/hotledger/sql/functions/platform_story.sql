-- How a platform did between two moments: a point for each reading, or, where that makes more than `at_most`, for each day (or some days) of UTC,
-- which then lie wholly in it. The heat of a point is the middle one of its list (of the last list of its days), its turnover the share of titles
-- that were never seen before. Beside it the verdicts by day, each change of the parser, and the last readings of which a body was kept. Unknown
-- is NULL; so is the whole story of a platform that the database does not know.
CREATE OR REPLACE FUNCTION public.platform_story(platform TEXT, since TIMESTAMPTZ DEFAULT NULL, until TIMESTAMPTZ DEFAULT NULL,
  at_most INTEGER DEFAULT 400, bodies INTEGER DEFAULT 20) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known hot_platforms%ROWTYPE;
  last_at TIMESTAMPTZ := COALESCE(until, now());
  first_at TIMESTAMPTZ := COALESCE(since, last_at - INTERVAL '30 days');
  first DATE := (first_at AT TIME ZONE 'UTC')::DATE;
  last DATE := (last_at AT TIME ZONE 'UTC')::DATE;
  step INTEGER := GREATEST(1, ceil((last - first + 1) / GREATEST(at_most, 1)::NUMERIC));
  by_day JSONB;
  points JSONB;
  is_by_reading BOOLEAN;
BEGIN
  SELECT * INTO known FROM hot_platforms WHERE name = platform_story.platform;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT COALESCE(sum(day.readings), 0) <= at_most INTO is_by_reading
    FROM hot_days AS day WHERE day.platform_id = known.id AND day.day BETWEEN first AND last;
  WITH days AS (
    SELECT first + (day.day - first) / step * step AS day, day.readings, day.good, day.items, day.new_items, day.timed, day.duration_ms,
           day.slowest_ms, day.verdicts
      FROM hot_days AS day
     WHERE day.platform_id = known.id AND day.day BETWEEN first AND last AND day.readings > 0
  ), verdicts AS (
    SELECT each.day, jsonb_object_agg(each.verdict, each.times) AS verdicts, sum(each.times) FILTER (WHERE hot_list_keeps(each.verdict)) AS kept
      FROM (SELECT days.day, told.key AS verdict, sum(told.value::BIGINT) AS times
              FROM days CROSS JOIN LATERAL jsonb_each_text(days.verdicts) AS told GROUP BY days.day, told.key) AS each
     GROUP BY each.day
  ), counted AS (
    SELECT days.day, sum(readings) AS readings, sum(good) AS good, sum(items) AS items, sum(new_items) AS new_items, sum(timed) AS timed,
           sum(duration_ms) AS duration_ms, max(slowest_ms) AS slowest_ms
      FROM days GROUP BY days.day
  )
  SELECT jsonb_agg(jsonb_build_object(
           'at', counted.day::TIMESTAMP AT TIME ZONE 'UTC', 'readings', counted.readings, 'good', counted.good, 'verdicts', verdicts.verdicts,
           'verdict', hot_worst(verdicts.verdicts), 'items', round(counted.items / NULLIF(verdicts.kept, 0), 1),
           'turnover', round(counted.new_items / NULLIF(counted.items, 0), 4),
           'duration_ms', round(counted.duration_ms / NULLIF(counted.timed, 0)), 'slowest_ms', counted.slowest_ms) ORDER BY counted.day)
    INTO by_day
    FROM counted JOIN verdicts USING (day);
  IF is_by_reading THEN
    SELECT jsonb_agg(jsonb_build_object(
             'at', reading.collected_at, 'batch_id', reading.batch_id, 'readings', 1, 'good', (reading.verdict = 'ok')::INTEGER,
             'verdict', reading.verdict, 'items', CASE WHEN hot_list_keeps(reading.verdict) THEN reading.items END,
             'turnover', round(reading.new_items::NUMERIC / NULLIF(reading.items, 0), 4), 'duration_ms', reading.duration_ms,
             'slowest_ms', reading.duration_ms, 'heat', (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY heat) FROM unnest(reading.heats) AS heat),
             'parser_version', reading.details ->> 'parser_version') ORDER BY reading.collected_at, reading.batch_id)
      INTO points
      FROM hot_readings AS reading
     WHERE reading.platform_id = known.id AND reading.collected_at BETWEEN first_at AND last_at;
  ELSE
    SELECT jsonb_agg(each.point || jsonb_build_object(
             'heat', (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY heat) FROM unnest(sample.heats) AS heat),
             'parser_version', sample.parser_version) ORDER BY each.place)
      INTO points
      FROM jsonb_array_elements(by_day) WITH ORDINALITY AS each (point, place)
      LEFT JOIN LATERAL (
        SELECT reading.heats, reading.details ->> 'parser_version' AS parser_version
          FROM hot_readings AS reading
         WHERE reading.platform_id = known.id AND reading.status = 'completed' AND reading.collected_at >= (each.point ->> 'at')::TIMESTAMPTZ
           AND reading.collected_at < (each.point ->> 'at')::TIMESTAMPTZ + make_interval(hours => 24 * step)
         ORDER BY reading.collected_at DESC LIMIT 1) AS sample ON TRUE;
  END IF;
  RETURN jsonb_build_object(
    'platform', known.name, 'title', known.title, 'enabled', known.enabled, 'disabled_reason', known.disabled_reason,
    'disabled_at', known.disabled_at, 'created_at', known.created_at, 'since', first_at, 'until', last_at,
    'by', CASE WHEN is_by_reading THEN 'reading' ELSE 'day' END, 'step_days', step,
    'points', COALESCE(points, '[]'), 'days', COALESCE(by_day, '[]'),
    'parsers', (
      SELECT COALESCE(jsonb_agg(jsonb_build_object('at', change.at, 'version', change.version, 'before', change.before) ORDER BY change.place), '[]')
        FROM (SELECT each.point -> 'at' AS at, each.point ->> 'parser_version' AS version,
                     lag(each.point ->> 'parser_version') OVER (ORDER BY each.place) AS before, each.place
                FROM jsonb_array_elements(points) WITH ORDINALITY AS each (point, place)
               WHERE each.point ->> 'parser_version' IS NOT NULL) AS change
       WHERE change.version <> change.before),
    'bodies', (
      SELECT COALESCE(jsonb_agg(jsonb_build_object(
               'collected_at', kept.collected_at, 'batch_id', kept.batch_id, 'verdict', kept.verdict, 'body_hash', kept.details -> 'body_hash',
               'bytes', kept.details -> 'bytes', 'http_status', kept.details -> 'http_status', 'endpoint', kept.details -> 'endpoint',
               'others', COALESCE(jsonb_array_length(kept.details -> 'other_bodies'), 0)) ORDER BY kept.collected_at DESC, kept.batch_id), '[]')
        FROM (SELECT reading.collected_at, reading.batch_id, reading.verdict, reading.details
                FROM hot_readings AS reading
               WHERE reading.platform_id = known.id AND reading.collected_at BETWEEN first_at AND last_at
                 AND reading.details ?| ARRAY['body_hash', 'other_bodies']
               ORDER BY reading.collected_at DESC LIMIT bodies) AS kept));
END
$$;

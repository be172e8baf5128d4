-- How each platform that was ever read has done in the last days (of UTC, today's among them): from the daily counts, and from those of its
-- readings that are still there. Unknown is NULL. Good is a verdict of ok. By name.
CREATE OR REPLACE FUNCTION public.platform_health(days INTEGER DEFAULT 7, platform TEXT DEFAULT NULL, at TIMESTAMPTZ DEFAULT now()) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  today DATE := (at AT TIME ZONE 'UTC')::DATE;
  first DATE := today - GREATEST(days, 1) + 1;
  open_now JSONB := incident_list(TRUE, platform, 10000, at);
BEGIN
  RETURN (
    SELECT COALESCE(jsonb_agg(jsonb_build_object(
             'platform', known.name, 'title', known.title, 'enabled', known.enabled, 'days', GREATEST(days, 1),
             'readings', counted.readings, 'good', counted.good, 'success_rate', round(counted.good::NUMERIC / NULLIF(counted.readings, 0), 4),
             'items', counted.items, 'new_items', counted.new_items, 'items_per_reading', round(counted.items::NUMERIC / NULLIF(counted.kept, 0), 1),
             'usual_items', usual.items, 'errors', counted.errors,
             'latency', jsonb_build_object('p50_ms', took.p50, 'p95_ms', took.p95, 'mean_ms', round(counted.duration_ms / NULLIF(counted.timed, 0)),
                                           'longest_ms', counted.slowest_ms),
             'last_reading_at', state.last_at, 'last_verdict', latest.verdict, 'last_good_at', state.last_good_at,
             'last_good_seconds', round(extract(EPOCH FROM at - state.last_good_at)),
             'changed_at', changed.since, 'changed_seconds', round(extract(EPOCH FROM at - changed.since)),
             'incident', (SELECT value FROM jsonb_array_elements(open_now) WITH ORDINALITY AS each (value, place)
                           WHERE value ->> 'platform' = known.name ORDER BY (value ->> 'kind' = 'missed'), place LIMIT 1),
             'by_day', counted.by_day) ORDER BY known.name), '[]')
      FROM hot_platforms AS known
      JOIN hot_states AS state ON state.platform_id = known.id AND state.last_at IS NOT NULL
     CROSS JOIN LATERAL (
       SELECT COALESCE(sum(day.readings), 0) AS readings, COALESCE(sum(day.good), 0) AS good, COALESCE(sum(day.items), 0) AS items,
              COALESCE(sum(day.new_items), 0) AS new_items, sum(day.timed) AS timed, sum(day.duration_ms) AS duration_ms,
              max(day.slowest_ms) AS slowest_ms,
              (SELECT COALESCE(jsonb_object_agg(verdict, times), '{}')
                 FROM (SELECT told.key AS verdict, sum(told.value::BIGINT) AS times
                         FROM hot_days AS bad CROSS JOIN LATERAL jsonb_each_text(bad.verdicts) AS told
                        WHERE bad.platform_id = known.id AND bad.day BETWEEN first AND today AND told.key <> 'ok'
                        GROUP BY told.key) AS classes) AS errors,
              sum((SELECT sum(told.value::BIGINT) FROM jsonb_each_text(day.verdicts) AS told WHERE hot_list_keeps(told.key))) AS kept,
              jsonb_agg(jsonb_build_object('day', each.day::DATE, 'readings', COALESCE(day.readings, 0), 'good', COALESCE(day.good, 0))
                        ORDER BY each.day) AS by_day
         FROM generate_series(first::TIMESTAMP, today::TIMESTAMP, INTERVAL '1 day') AS each (day)
         LEFT JOIN hot_days AS day ON day.platform_id = known.id AND day.day = each.day::DATE) AS counted
     CROSS JOIN LATERAL (
       SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms)) AS p50,
              round(percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms)) AS p95
         FROM hot_readings AS reading
        WHERE reading.platform_id = known.id AND reading.collected_at >= first::TIMESTAMP AT TIME ZONE 'UTC' AND reading.collected_at <= at) AS took
     CROSS JOIN LATERAL (
       SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY recent.items) AS items
         FROM (SELECT reading.items FROM hot_readings AS reading WHERE reading.platform_id = known.id AND reading.verdict = 'ok'
                ORDER BY reading.collected_at DESC LIMIT 20) AS recent) AS usual
      LEFT JOIN LATERAL (
       SELECT reading.verdict FROM hot_readings AS reading
        WHERE reading.platform_id = known.id ORDER BY reading.collected_at DESC, reading.batch_id DESC LIMIT 1) AS latest ON TRUE
      LEFT JOIN LATERAL (SELECT platform_changed_at(known.id) AS since) AS changed ON TRUE
     WHERE platform_health.platform IS NULL OR known.name = platform_health.platform);
END
$$;

-- The days of a platform (UTC) as its stored readings make them: of all readings, of those in a span of days, or of those of some batches.
CREATE OR REPLACE FUNCTION public.hot_days_counted(platform_number SMALLINT, since DATE DEFAULT '-infinity', until DATE DEFAULT 'infinity',
  batches UUID[] DEFAULT NULL) RETURNS SETOF hot_days
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT platform_number, by_verdict.day, sum(by_verdict.readings)::INTEGER,
           COALESCE(sum(by_verdict.readings) FILTER (WHERE by_verdict.verdict = 'ok'), 0)::INTEGER, sum(by_verdict.items)::BIGINT,
           sum(by_verdict.new_items)::BIGINT, sum(by_verdict.timed)::INTEGER, sum(by_verdict.duration_ms)::BIGINT, max(by_verdict.slowest_ms),
           jsonb_object_agg(by_verdict.verdict, by_verdict.readings)
      FROM (SELECT (reading.collected_at AT TIME ZONE 'UTC')::DATE AS day, reading.verdict, count(*) AS readings, sum(reading.items) AS items,
                   sum(reading.new_items) AS new_items, count(reading.duration_ms) AS timed,
                   COALESCE(sum(reading.duration_ms), 0) AS duration_ms, max(reading.duration_ms) AS slowest_ms
              FROM hot_readings AS reading
             WHERE reading.platform_id = platform_number AND (batches IS NULL OR reading.batch_id = ANY (batches))
               AND reading.collected_at >= since::TIMESTAMP AT TIME ZONE 'UTC'
               AND reading.collected_at < (until + 1)::TIMESTAMP AT TIME ZONE 'UTC'
             GROUP BY 1, 2) AS by_verdict
     GROUP BY by_verdict.day;
END
$$;

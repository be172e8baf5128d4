-- Readings by day, week or month (`every`; days are of UTC) of one platform or of all together, newest first, out of the daily counts, which stay when
-- readings are deleted: how many, how many good (a verdict of ok), items, new ones, and how long a reading took. `next` as in `batch_periods`.
CREATE OR REPLACE FUNCTION public.reading_periods(every TEXT DEFAULT 'day', platform TEXT DEFAULT NULL, at_most INTEGER DEFAULT 30,
  before DATE DEFAULT NULL) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  step CONSTANT INTERVAL := CASE every WHEN 'day' THEN '1 day' WHEN 'week' THEN '1 week' WHEN 'month' THEN '1 month' END;
  until CONSTANT DATE := COALESCE(date_trunc(every, before::TIMESTAMP)::DATE, 'infinity');
  since CONSTANT DATE := date_trunc(every, COALESCE(before::TIMESTAMP, now() AT TIME ZONE 'UTC'))
                         - step * (LEAST(GREATEST(at_most, 1), 400) - (before IS NULL)::INTEGER);
  numbers CONSTANT SMALLINT[] := ARRAY(SELECT id FROM hot_platforms WHERE reading_periods.platform IS NULL OR name = reading_periods.platform);
BEGIN
  IF step IS NULL THEN
    RAISE EXCEPTION 'Periods are day, week or month, not %.', every USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN (
    SELECT jsonb_build_object(
             'every', every, 'at', now(), 'periods', COALESCE(jsonb_agg(to_jsonb(period) ORDER BY period.begins DESC), '[]'),
             'next', CASE WHEN EXISTS (SELECT FROM hot_days AS day
                                        WHERE day.platform_id = ANY (numbers) AND day.day < since AND day.readings > 0) THEN since END)
      FROM (SELECT date_trunc(every, day.day::TIMESTAMP)::DATE AS begins, sum(day.readings) AS readings, sum(day.good) AS good,
                   round(sum(day.good) / NULLIF(sum(day.readings), 0)::NUMERIC, 4) AS success_rate, sum(day.items) AS items,
                   sum(day.new_items) AS new_items, round(sum(day.duration_ms) / NULLIF(sum(day.timed), 0), 0) AS average_ms
              FROM hot_days AS day
             WHERE day.platform_id = ANY (numbers) AND day.day >= since AND day.day < until AND day.readings > 0
             GROUP BY 1) AS period);
END
$$;

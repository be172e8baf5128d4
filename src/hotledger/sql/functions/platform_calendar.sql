-- The last days (of UTC, today's among them) of each platform, by name: how many readings, how many good ones, the worst verdict; days without a
-- reading are left out. At most `at_most` platforms; `next` is what to pass as `after` for those that follow, and NULL when there are no more.
CREATE OR REPLACE FUNCTION public.platform_calendar(days INTEGER DEFAULT 28, after TEXT DEFAULT NULL, at_most INTEGER DEFAULT 500,
  at TIMESTAMPTZ DEFAULT now()) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last DATE := (at AT TIME ZONE 'UTC')::DATE;
  first DATE := last - LEAST(GREATEST(days, 1), 3660) + 1;
BEGIN
  RETURN (
    WITH page AS (
      SELECT known.*, row_number() OVER (ORDER BY known.name COLLATE "C") AS place
        FROM hot_platforms AS known
       WHERE after IS NULL OR known.name COLLATE "C" > after
       ORDER BY place
       LIMIT at_most
    )
    SELECT jsonb_build_object(
             'first', first, 'last', last,
             'platforms', COALESCE(jsonb_agg(jsonb_build_object(
               'platform', page.name, 'title', page.title, 'enabled', page.enabled, 'disabled_reason', page.disabled_reason,
               'disabled_at', page.disabled_at, 'last_at', state.last_at, 'last_good_at', state.last_good_at, 'days', told.days)
               ORDER BY page.place), '[]'),
             'next', max(page.name) FILTER (WHERE page.place = at_most))
      FROM page
      LEFT JOIN hot_states AS state ON state.platform_id = page.id
     CROSS JOIN LATERAL (
       SELECT COALESCE(jsonb_agg(jsonb_build_object('day', day.day, 'readings', day.readings, 'good', day.good, 'worst', hot_worst(day.verdicts))
                                 ORDER BY day.day), '[]') AS days
         FROM hot_days AS day
        WHERE day.platform_id = page.id AND day.day BETWEEN first AND last AND day.readings > 0) AS told);
END
$$;

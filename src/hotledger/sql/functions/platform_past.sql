-- What the judge needs to know of a platform's past: how many items its last twenty good readings had, when the last one was, and the baseline
-- that the judge left with the latest reading.
CREATE OR REPLACE FUNCTION public.platform_past(platform TEXT) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object('recent_items', COALESCE(jsonb_agg(items ORDER BY collected_at DESC), '[]'), 'last_good_at', max(collected_at),
                            'baseline', (SELECT known.baseline FROM hot_baselines AS known
                                          WHERE known.platform_id = (SELECT id FROM hot_platforms WHERE name = platform)))
    FROM (SELECT reading.items, reading.collected_at
            FROM hot_readings AS reading
           WHERE reading.platform_id = (SELECT id FROM hot_platforms WHERE name = platform) AND reading.status = 'completed'
           ORDER BY reading.collected_at DESC
           LIMIT 20) AS recent
$$;

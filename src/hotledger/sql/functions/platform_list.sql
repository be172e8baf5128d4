-- The platforms that the database knows, each with its last reading and its last good one.
CREATE OR REPLACE FUNCTION public.platform_list() RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(to_jsonb(platform) - ARRAY['id', 'switched_on_at'] || jsonb_build_object(
           'last_reading', (SELECT jsonb_build_object('verdict', verdict, 'evidence', evidence, 'items', items, 'collected_at', collected_at)
                              FROM hot_readings AS reading WHERE reading.platform_id = platform.id ORDER BY collected_at DESC LIMIT 1),
           'last_good_at', (SELECT collected_at FROM hot_readings AS reading
                             WHERE reading.platform_id = platform.id AND status = 'completed' ORDER BY collected_at DESC LIMIT 1))
           ORDER BY platform.name), '[]')
    FROM hot_platforms AS platform
$$;

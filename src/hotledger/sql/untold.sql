-- Tells the incidents and counts the days of platforms whose readings were stored before there were any: once, after an upgrade.
DO $$
BEGIN
  PERFORM public.incidents_rebuild(platform.name)
     FROM public.hot_platforms AS platform
    WHERE NOT EXISTS (SELECT FROM public.hot_states AS state WHERE state.platform_id = platform.id)
      AND EXISTS (SELECT FROM public.hot_readings AS reading WHERE reading.platform_id = platform.id)
    ORDER BY platform.name;
END
$$;

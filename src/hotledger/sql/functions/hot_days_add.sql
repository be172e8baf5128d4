-- Adds to the days of a platform what more was read on them.
CREATE OR REPLACE FUNCTION public.hot_days_add(counted hot_days[]) RETURNS VOID
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO hot_days AS known
  SELECT * FROM unnest(counted) AS each ORDER BY each.platform_id, each.day
      ON CONFLICT (platform_id, day) DO UPDATE
     SET readings = known.readings + excluded.readings, good = known.good + excluded.good, items = known.items + excluded.items,
         new_items = known.new_items + excluded.new_items, timed = known.timed + excluded.timed,
         duration_ms = known.duration_ms + excluded.duration_ms, slowest_ms = GREATEST(known.slowest_ms, excluded.slowest_ms),
         verdicts = known.verdicts || (SELECT jsonb_object_agg(more.key, more.value::INTEGER + COALESCE((known.verdicts ->> more.key)::INTEGER, 0))
                                         FROM jsonb_each_text(excluded.verdicts) AS more);
END
$$;

-- What the judge knows of these platforms, or of all, after their latest readings, by name; those that it knows nothing of are left out.
CREATE OR REPLACE FUNCTION public.baseline_get(platforms TEXT[] DEFAULT NULL) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(jsonb_object_agg(platform.name, known.baseline), '{}')
    FROM hot_baselines AS known
    JOIN hot_platforms AS platform ON platform.id = known.platform_id
   WHERE platforms IS NULL OR platform.name = ANY (platforms)
$$;

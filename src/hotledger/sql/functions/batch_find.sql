-- The ids of the batches whose id begins so, newest first, at most ten: for people who type the first characters.
CREATE OR REPLACE FUNCTION public.batch_find(beginning TEXT) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(id ORDER BY created_at DESC), '[]')
    FROM (SELECT id, created_at FROM batch_jobs WHERE starts_with(id::TEXT, lower(beginning)) ORDER BY created_at DESC LIMIT 10) AS found
$$;

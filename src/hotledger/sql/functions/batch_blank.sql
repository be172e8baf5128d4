-- The metadata of a batch in which nothing has been read yet.
CREATE OR REPLACE FUNCTION public.batch_blank(planned TEXT[], began TIMESTAMPTZ, source TEXT) RETURNS JSONB
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object(
    'schema', 1, 'planned', to_jsonb(planned), 'platforms', '{}'::JSONB, 'errors', '[]'::JSONB,
    'timing', jsonb_build_object('started_at', began), 'summary', '{}'::JSONB)
    || jsonb_strip_nulls(jsonb_build_object('source', left(source, 200)))
$$;

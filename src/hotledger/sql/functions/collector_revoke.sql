-- Takes the right of a collector's token away, for good.
CREATE OR REPLACE FUNCTION public.collector_revoke(name TEXT) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  UPDATE hot_collectors SET revoked_at = now() WHERE name = collector_revoke.name AND revoked_at IS NULL;
  RETURN jsonb_build_object('revoked', EXISTS (SELECT FROM hot_collectors WHERE name = collector_revoke.name));
END
$$;

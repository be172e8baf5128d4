-- Enters a collector that may only record. The token is made by the caller; only its SHA-256 (in hex) comes here.
CREATE OR REPLACE FUNCTION public.collector_add(name TEXT, token_hash TEXT, calls_per_minute INTEGER DEFAULT 600,
  bytes_per_call INTEGER DEFAULT 1000000) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO hot_collectors (name, token_hash, calls_per_minute, bytes_per_call)
  VALUES (collector_add.name, collector_add.token_hash, collector_add.calls_per_minute, collector_add.bytes_per_call)
  ON CONFLICT DO NOTHING;
  RETURN jsonb_build_object('added', FOUND);
END
$$;

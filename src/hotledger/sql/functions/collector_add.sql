-- Enters a collector that may only record. The token is made by the caller; only its SHA-256 (in hex) comes here. The name of one whose right
-- was taken away can be used again, with a new token. The same call again changes nothing.
CREATE OR REPLACE FUNCTION public.collector_add(name TEXT, token_hash TEXT, calls_per_minute INTEGER DEFAULT 600,
  bytes_per_call INTEGER DEFAULT 1000000) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO hot_collectors AS known (name, token_hash, calls_per_minute, bytes_per_call)
  VALUES (collector_add.name, collector_add.token_hash, collector_add.calls_per_minute, collector_add.bytes_per_call)
  ON CONFLICT (name) DO UPDATE
     SET token_hash = EXCLUDED.token_hash, calls_per_minute = EXCLUDED.calls_per_minute, bytes_per_call = EXCLUDED.bytes_per_call,
         created_at = now(), revoked_at = NULL, minute_at = NULL, calls_in_minute = 0, last_used_at = NULL
   WHERE known.revoked_at IS NOT NULL AND known.token_hash <> EXCLUDED.token_hash;
  RETURN jsonb_build_object('added', EXISTS (
    SELECT FROM hot_collectors AS entered
     WHERE entered.name = collector_add.name AND entered.token_hash = collector_add.token_hash AND entered.revoked_at IS NULL));
END
$$;

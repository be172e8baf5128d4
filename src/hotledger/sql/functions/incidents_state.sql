-- How far the readings of a platform have been told as incidents. Whoever asks may change it: others that do the same wait until the end of
-- this transaction, and what they had stored before is there to be read.
CREATE OR REPLACE FUNCTION public.incidents_state(platform_number SMALLINT) RETURNS hot_states
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  state hot_states%ROWTYPE;
BEGIN
  PERFORM pg_advisory_xact_lock('public.hot_states'::regclass::oid::INTEGER, platform_number);
  SELECT * INTO state FROM hot_states WHERE platform_id = platform_number;
  IF NOT FOUND THEN
    INSERT INTO hot_states (platform_id) VALUES (platform_number) RETURNING * INTO state;
  END IF;
  RETURN state;
END
$$;

-- The details of a reading once it has been read again: which parsers read it, when and with which verdict, the first one and the last nine. The
-- same parser with the same verdict and number of items is not noted twice in a row. Where it was not the first body that gave it, that is said.
CREATE OR REPLACE FUNCTION public.reading_read_again(held hot_readings, reading JSONB, read_at TIMESTAMPTZ, verdict TEXT, items INTEGER)
RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  readings JSONB := COALESCE(held.details -> 'readings', jsonb_build_array(jsonb_build_object(
    'parser_version', held.details -> 'parser_version', 'read_at', held.collected_at, 'verdict', held.verdict, 'items', held.items)));
  again JSONB := jsonb_build_object('parser_version', left(reading ->> 'parser_version', 40), 'verdict', verdict, 'items', items)
    || CASE WHEN reading -> 'body_hash' <> held.details -> 'body_hash' OR NOT held.details ? 'body_hash'
            THEN jsonb_build_object('body_hash', reading -> 'body_hash') ELSE '{}' END;
BEGIN
  IF readings -> -1 @> again THEN
    RETURN held.details;
  END IF;
  readings := readings || (again || jsonb_build_object('read_at', read_at));
  RETURN COALESCE(held.details, '{}')
    || jsonb_build_object('readings', CASE WHEN jsonb_array_length(readings) > 10 THEN readings - 1 ELSE readings END);
END
$$;

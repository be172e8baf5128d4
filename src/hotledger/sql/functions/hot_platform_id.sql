-- The number of a platform (or of any unit of work) by its name; it is entered when it is met for the first time. The caller can count on it until
-- the end of its transaction: it is not removed meanwhile. Who asks for several does so in the order of their names.
CREATE OR REPLACE FUNCTION public.hot_platform_id(platform TEXT) RETURNS SMALLINT
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  found_id SMALLINT;
BEGIN
  SELECT id INTO found_id FROM hot_platforms WHERE name = platform FOR KEY SHARE;
  IF found_id IS NULL THEN
    INSERT INTO hot_platforms (name) VALUES (platform) ON CONFLICT (name) DO NOTHING RETURNING id INTO found_id;
    IF found_id IS NULL THEN
      SELECT id INTO found_id FROM hot_platforms WHERE name = platform FOR KEY SHARE;
    END IF;
  END IF;
  RETURN found_id;
END
$$;

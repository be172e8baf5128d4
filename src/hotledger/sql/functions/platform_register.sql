-- Enters the titles and link templates of platforms ([{"name", "title", "link"}]); what is already so is not written again.
CREATE OR REPLACE FUNCTION public.platform_register(platforms JSONB) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  changed INTEGER;
BEGIN
  PERFORM hot_platform_id(facts.name) FROM jsonb_to_recordset(platforms) AS facts (name TEXT) ORDER BY facts.name;
  WITH locked AS (
    SELECT platform.id, facts.title, facts.link
      FROM hot_platforms AS platform
      JOIN jsonb_to_recordset(platforms) AS facts (name TEXT, title TEXT, link TEXT) ON facts.name = platform.name
     WHERE (platform.title, platform.link) IS DISTINCT FROM (facts.title, facts.link)
     ORDER BY platform.id
       FOR NO KEY UPDATE OF platform
  )
  UPDATE hot_platforms AS platform
     SET title = left(locked.title, 200), link = left(locked.link, 500)
    FROM locked
   WHERE platform.id = locked.id;
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN jsonb_build_object('changed', changed);
END
$$;

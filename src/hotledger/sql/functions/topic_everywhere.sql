-- The histories (`topic_history`) of a title on every platform where it stood, the earliest first.
CREATE OR REPLACE FUNCTION public.topic_everywhere(title TEXT, at_most INTEGER DEFAULT 2000) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  RETURN (
    SELECT COALESCE(jsonb_agg(topic_history(known.name, topic_everywhere.title, at_most) ORDER BY stood.first_seen_at, known.name), '[]')
      FROM (SELECT entry.platform_id, min(entry.first_seen_at) AS first_seen_at
              FROM hot_entries AS entry WHERE entry.title = left(topic_everywhere.title, 1000) GROUP BY entry.platform_id) AS stood
      JOIN hot_platforms AS known ON known.id = stood.platform_id);
END
$$;

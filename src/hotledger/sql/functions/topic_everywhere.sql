-- The histories (see topic_history) of a title on every platform where it stood, the earliest first.
CREATE OR REPLACE FUNCTION public.topic_everywhere(title TEXT, at_most INTEGER DEFAULT 2000) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(told.topic ORDER BY told.topic ->> 'first_seen_at', told.topic ->> 'platform'), '[]')
    FROM (SELECT hot_topic(found.platform_id, found.entry_ids, at_most) AS topic FROM hot_topic_entries(title) AS found) AS told
$$;

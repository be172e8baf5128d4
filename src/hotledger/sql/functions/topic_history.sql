-- Rank and heat of a title on a platform over time, oldest first. A title that was edited under one id is one topic; the readings
-- between its first and its last sight in which it did not stand are given too, with a rank of null. `seconds_on_list` goes from each reading in which
-- it stood to the next one. At most the latest `at_most` points are given. NULL when it was never seen.
CREATE OR REPLACE FUNCTION public.topic_history(platform TEXT, title TEXT, at_most INTEGER DEFAULT 2000) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT hot_topic(found.platform_id, found.entry_ids, at_most)
    FROM hot_topic_entries(title) AS found
   WHERE found.platform_id = (SELECT id FROM hot_platforms WHERE name = platform)
$$;

-- The entries that make up the topic of a title, by platform: those of that title, and those that had its id there under another title.
CREATE OR REPLACE FUNCTION public.hot_topic_entries(title TEXT, OUT platform_id SMALLINT, OUT entry_ids INTEGER[]) RETURNS SETOF RECORD
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  named hot_entries[] := ARRAY(SELECT entry FROM hot_entries AS entry WHERE entry.title = left(hot_topic_entries.title, 1000));
  source_ids TEXT[] := ARRAY(SELECT one.source_id FROM unnest(named) AS one WHERE one.source_id IS NOT NULL);
BEGIN
  RETURN QUERY
    SELECT each.platform_id, array_agg(DISTINCT each.id)
      FROM (SELECT one.platform_id, one.id FROM unnest(named) AS one
            UNION ALL
            SELECT entry.platform_id, entry.id FROM hot_entries AS entry
             WHERE entry.source_id = ANY (source_ids) AND cardinality(source_ids) > 0
               AND (entry.platform_id, entry.source_id) IN (SELECT one.platform_id, one.source_id FROM unnest(named) AS one)) AS each
     GROUP BY each.platform_id;
END
$$;

-- One list of one platform whose titles have been entered already (`hot_lists_enter`): the ids and the heats in rank order (no heats at all is
-- NULL), and the number of titles that were new then and first seen at this moment.
CREATE OR REPLACE FUNCTION public.hot_list_find(platform_number SMALLINT, list JSONB, seen_at TIMESTAMPTZ, new_above INTEGER,
  OUT entry_ids INTEGER[], OUT entry_heats DOUBLE PRECISION[], OUT new_items INTEGER)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
  SELECT array_agg(entry.id ORDER BY listed.rank), array_agg(listed.heat ORDER BY listed.rank),
         count(DISTINCT entry.id) FILTER (WHERE entry.id > new_above AND entry.first_seen_at = seen_at)
    INTO entry_ids, entry_heats, new_items
    FROM hot_list_rows(platform_number, list) AS listed
    JOIN hot_entries AS entry ON entry.key = listed.key;
  IF array_remove(entry_heats, NULL) = '{}' THEN
    entry_heats := NULL;
  END IF;
END
$$;

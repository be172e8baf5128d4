-- The entries whose titles hold all words, of some platforms or of all (NULL), whatever the case of Latin letters, each with what they are ordered by:
-- when it was first seen, or (`hottest`) how hot it was. Words of one letter alone are looked for among the latest entries only. With the index of
-- `titles_index` any word is found at once, without it all titles are read.
CREATE OR REPLACE FUNCTION public.hot_titles_found(words TEXT[], platform_numbers SMALLINT[], hottest BOOLEAN, latest INTEGER,
  OUT id INTEGER, OUT value DOUBLE PRECISION) RETURNS SETOF RECORD
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  grams INTEGER[] := ARRAY(SELECT DISTINCT gram FROM unnest(words) AS word CROSS JOIN LATERAL unnest(hot_grams(word)) AS gram);
  patterns TEXT[] := ARRAY(SELECT '%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%' FROM unnest(words) AS word);
BEGIN
  IF grams = '{}' THEN
    RETURN QUERY
      SELECT entry.id, CASE WHEN hottest THEN COALESCE(entry.peak_heat, '-infinity') ELSE extract(EPOCH FROM entry.first_seen_at) END
        FROM hot_entries AS entry
       WHERE entry.id > (SELECT max(newest.id) FROM hot_entries AS newest) - latest AND lower(entry.title COLLATE "C") LIKE ALL (patterns)
         AND (platform_numbers IS NULL OR entry.platform_id = ANY (platform_numbers));
  ELSIF to_regclass('public.hot_entries_grams_idx') IS NOT NULL THEN
    RETURN QUERY
      SELECT entry.id, CASE WHEN hottest THEN COALESCE(entry.peak_heat, '-infinity') ELSE extract(EPOCH FROM entry.first_seen_at) END
        FROM hot_entries AS entry
       WHERE hot_grams(entry.title) @> grams AND lower(entry.title COLLATE "C") LIKE ALL (patterns)
         AND (platform_numbers IS NULL OR entry.platform_id = ANY (platform_numbers));
  ELSE
    RETURN QUERY
      SELECT entry.id, CASE WHEN hottest THEN COALESCE(entry.peak_heat, '-infinity') ELSE extract(EPOCH FROM entry.first_seen_at) END
        FROM hot_entries AS entry
       WHERE lower(entry.title COLLATE "C") LIKE ALL (patterns)
         AND (platform_numbers IS NULL OR entry.platform_id = ANY (platform_numbers));
  END IF;
END
$$;

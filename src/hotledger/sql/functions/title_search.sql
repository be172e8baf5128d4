-- A page of the titles that hold all words of a query, of some platforms or of all: those first seen last come first, or (`hottest`) those that were
-- hottest. `after` is the `next` of the page before. `among_latest` says that only so many of the latest titles were looked at, as for a query of
-- single letters; `indexed`, whether there is an index of titles.
CREATE OR REPLACE FUNCTION public.title_search(query TEXT, platforms TEXT[] DEFAULT NULL, hottest BOOLEAN DEFAULT FALSE, at_most INTEGER DEFAULT 50,
  after JSONB DEFAULT NULL) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  size CONSTANT INTEGER := GREATEST(LEAST(at_most, 500), 1);
  latest CONSTANT INTEGER := 20000;
  words TEXT[] := (regexp_split_to_array(lower(btrim(left(query, 200), E' \t\r\n\u3000') COLLATE "C"), E'[ \t\r\n\u3000]+'))[:8];
  numbers SMALLINT[] := CASE WHEN platforms IS NOT NULL THEN ARRAY(SELECT id FROM hot_platforms WHERE name = ANY (platforms)) END;
  after_value DOUBLE PRECISION := (after ->> 'value')::DOUBLE PRECISION;
  found JSONB;
BEGIN
  words := array_remove(words, '');
  IF words = '{}' THEN
    RETURN jsonb_build_object('items', '[]'::JSONB, 'next', NULL, 'among_latest', NULL, 'indexed', to_regclass('public.hot_entries_grams_idx') IS NOT NULL);
  END IF;
  WITH chosen AS (
    SELECT entry.id, entry.value
      FROM hot_titles_found(words, numbers, hottest, latest) AS entry
     WHERE after IS NULL OR (entry.value, entry.id) < (after_value, (after ->> 'id')::INTEGER)
     ORDER BY entry.value DESC, entry.id DESC
     LIMIT size + 1
  ), page AS (
    SELECT entry.*, chosen.value, row_number() OVER (ORDER BY chosen.value DESC, chosen.id DESC) AS place
      FROM chosen JOIN hot_entries AS entry ON entry.id = chosen.id
  )
  SELECT jsonb_build_object(
           'items', COALESCE(jsonb_agg(jsonb_build_object(
             'entry', page.id, 'platform', known.name, 'platform_title', known.title, 'title', page.title, 'id', page.source_id,
             'url', COALESCE(page.url, hot_link(known.link, page.source_id, page.title)), 'first_seen_at', page.first_seen_at,
             'last_seen_at', page.last_seen_at, 'best_rank', page.best_rank, 'peak_heat', page.peak_heat, 'times_seen', page.times_seen)
             ORDER BY page.place) FILTER (WHERE page.place <= size), '[]'),
           'next', CASE WHEN count(*) > size
                        THEN (SELECT jsonb_build_object('value', last.value::TEXT, 'id', last.id) FROM page AS last WHERE last.place = size) END,
           'among_latest', CASE WHEN NOT EXISTS (SELECT FROM unnest(words) AS word WHERE length(word) > 1) THEN latest END,
           'indexed', to_regclass('public.hot_entries_grams_idx') IS NOT NULL)
    INTO found
    FROM page JOIN hot_platforms AS known ON known.id = page.platform_id;
  RETURN found;
END
$$;

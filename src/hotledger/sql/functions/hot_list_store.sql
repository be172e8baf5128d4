-- Stores one list of one platform: enters titles that are new and brings the known ones up to date; returns the ids and the heats in rank order
-- (no heats at all is NULL) and the number of new titles. Callers of the same platform wait for each other, so that none can deadlock.
-- Entries are found by their key, one by one: a plan made while the table was small must not read all of it when it has grown.
CREATE OR REPLACE FUNCTION public.hot_list_store(platform_number SMALLINT, list JSONB, seen_at TIMESTAMPTZ,
  OUT entry_ids INTEGER[], OUT entry_heats DOUBLE PRECISION[], OUT new_items INTEGER)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
  PERFORM pg_advisory_xact_lock('public.hot_entries'::regclass::oid::INTEGER, platform_number);
  WITH titles AS MATERIALIZED (
    SELECT DISTINCT ON (key) *, max(heat) OVER (PARTITION BY key) AS peak_heat FROM hot_list_rows(platform_number, list) ORDER BY key, rank
  ), known AS (
    UPDATE hot_entries AS entry
       SET first_seen_at = LEAST(entry.first_seen_at, seen_at),
           last_seen_at = GREATEST(entry.last_seen_at, seen_at),
           best_rank = LEAST(entry.best_rank, titles.rank),
           peak_heat = GREATEST(entry.peak_heat, titles.peak_heat),
           times_seen = entry.times_seen + 1,
           url = COALESCE(titles.url, entry.url),
           extras = COALESCE(titles.extras, entry.extras)
      FROM titles
     WHERE entry.key = titles.key
    RETURNING titles.rank, titles.heat, entry.id
  ), fresh AS (
    INSERT INTO hot_entries (first_seen_at, last_seen_at, peak_heat, platform_id, best_rank, key, title, source_id, url, extras)
    SELECT seen_at, seen_at, peak_heat, platform_number, LEAST(rank, 32767), key, title, source_id, url, extras
      FROM titles
     WHERE rank NOT IN (SELECT rank FROM known)
     ORDER BY rank
    RETURNING key, id
  ), every AS (
    SELECT rank, heat, id FROM known
    UNION ALL
    SELECT titles.rank, titles.heat, fresh.id FROM fresh JOIN titles USING (key)
  )
  SELECT array_agg(id ORDER BY rank), array_agg(heat ORDER BY rank), (SELECT count(*) FROM fresh)
    INTO entry_ids, entry_heats, new_items
    FROM every;
  IF cardinality(entry_ids) < jsonb_array_length(list) THEN
    SELECT array_agg(entry.id ORDER BY rank), array_agg(heat ORDER BY rank)
      INTO entry_ids, entry_heats
      FROM hot_list_rows(platform_number, list) AS listed JOIN hot_entries AS entry ON entry.key = listed.key;
  END IF;
  IF array_remove(entry_heats, NULL) = '{}' THEN
    entry_heats := NULL;
  END IF;
END
$$;

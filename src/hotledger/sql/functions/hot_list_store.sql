-- Stores one list of one platform: enters titles that are new and brings the known ones up to date; returns the ids and the heats in rank order
-- (no heats at all is NULL) and the number of new titles. Callers of the same platform wait for each other, so that none can deadlock.
CREATE OR REPLACE FUNCTION public.hot_list_store(platform_number SMALLINT, list JSONB, seen_at TIMESTAMPTZ,
  OUT entry_ids INTEGER[], OUT entry_heats DOUBLE PRECISION[], OUT new_items INTEGER)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock('public.hot_entries'::regclass::oid::INTEGER, platform_number);
  WITH listed AS MATERIALIZED (
    SELECT place::INTEGER AS rank, left(item.title, 1000) AS title, left(item.id, 500) AS source_id,
           left(item.url, 2000) AS url, item.heat, item.extras,
           md5(concat_ws(chr(31), platform_number, item.id, left(item.title, 1000)))::UUID AS key
      FROM ROWS FROM (jsonb_to_recordset(list) AS (title TEXT, id TEXT, url TEXT, heat DOUBLE PRECISION, extras JSONB))
           WITH ORDINALITY AS item (title, id, url, heat, extras, place)
  ), titles AS MATERIALIZED (
    SELECT DISTINCT ON (key) * FROM listed ORDER BY key, rank
  ), known AS (
    UPDATE hot_entries AS entry
       SET first_seen_at = LEAST(entry.first_seen_at, seen_at),
           last_seen_at = GREATEST(entry.last_seen_at, seen_at),
           best_rank = LEAST(entry.best_rank, titles.rank),
           peak_heat = GREATEST(entry.peak_heat, titles.heat),
           times_seen = entry.times_seen + 1,
           url = COALESCE(titles.url, entry.url),
           extras = COALESCE(titles.extras, entry.extras)
      FROM titles
     WHERE entry.key = titles.key
    RETURNING entry.key, entry.id
  ), fresh AS (
    INSERT INTO hot_entries (first_seen_at, last_seen_at, peak_heat, platform_id, best_rank, key, title, source_id, url, extras)
    SELECT seen_at, seen_at, heat, platform_number, LEAST(rank, 32767), key, title, source_id, url, extras
      FROM titles
     WHERE NOT EXISTS (SELECT FROM hot_entries AS entry WHERE entry.key = titles.key)
     ORDER BY rank
    RETURNING key, id
  ), every AS (
    SELECT key, id FROM known UNION ALL SELECT key, id FROM fresh
  )
  SELECT array_agg(every.id ORDER BY rank), array_agg(heat ORDER BY rank), (SELECT count(*) FROM fresh)
    INTO entry_ids, entry_heats, new_items
    FROM listed JOIN every USING (key);
  IF array_remove(entry_heats, NULL) = '{}' THEN
    entry_heats := NULL;
  END IF;
END
$$;

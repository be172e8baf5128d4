-- Enters the titles of many lists of one platform ([{"collected_at", "items"}]), each title written once however many of them it stands in.
-- Returns the highest number of an entry before: what is above it and was first seen in one of these lists is new.
CREATE OR REPLACE FUNCTION public.hot_lists_enter(platform_number SMALLINT, lists JSONB) RETURNS INTEGER
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  highest INTEGER;
BEGIN
  PERFORM pg_advisory_xact_lock('public.hot_entries'::regclass::oid::INTEGER, platform_number);
  SELECT COALESCE(max(id), 0) INTO highest FROM hot_entries;
  WITH titles AS MATERIALIZED (
    SELECT listed.key, min(listed.title) AS title, min(listed.source_id) AS source_id,
           (array_agg(listed.url ORDER BY list.collected_at DESC) FILTER (WHERE listed.url IS NOT NULL))[1] AS url,
           (array_agg(listed.extras ORDER BY list.collected_at DESC) FILTER (WHERE listed.extras IS NOT NULL))[1] AS extras,
           min(list.collected_at) AS first_seen_at, max(list.collected_at) AS last_seen_at, LEAST(min(listed.rank), 32767) AS best_rank,
           max(listed.heat) AS peak_heat, count(DISTINCT list.collected_at) AS times_seen
      FROM jsonb_to_recordset(lists) AS list (collected_at TIMESTAMPTZ, items JSONB)
     CROSS JOIN LATERAL hot_list_rows(platform_number, list.items) AS listed
     GROUP BY listed.key
  ), known AS (
    UPDATE hot_entries AS entry
       SET first_seen_at = LEAST(entry.first_seen_at, titles.first_seen_at),
           last_seen_at = GREATEST(entry.last_seen_at, titles.last_seen_at),
           best_rank = LEAST(entry.best_rank, titles.best_rank),
           peak_heat = GREATEST(entry.peak_heat, titles.peak_heat),
           times_seen = entry.times_seen + titles.times_seen,
           url = COALESCE(titles.url, entry.url),
           extras = COALESCE(titles.extras, entry.extras)
      FROM titles
     WHERE entry.key = titles.key
    RETURNING entry.key
  )
  INSERT INTO hot_entries (first_seen_at, last_seen_at, peak_heat, times_seen, platform_id, best_rank, key, title, source_id, url, extras)
  SELECT first_seen_at, last_seen_at, peak_heat, times_seen, platform_number, best_rank, key, title, source_id, url, extras
    FROM titles
   WHERE key NOT IN (SELECT key FROM known)
   ORDER BY first_seen_at, best_rank;
  RETURN highest;
END
$$;

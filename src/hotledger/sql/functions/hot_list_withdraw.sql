-- Takes out of its entries what a list gave to them that its reading no longer holds: each is seen once less, and where first or last sight, best
-- rank or peak heat were that list's, they are what the readings that are left show. An entry that stood nowhere else goes; returns how many went.
CREATE OR REPLACE FUNCTION public.hot_list_withdraw(platform_number SMALLINT, entry_ids INTEGER[], entry_heats DOUBLE PRECISION[],
  seen_at TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  gone INTEGER;
BEGIN
  PERFORM pg_advisory_xact_lock('public.hot_entries'::regclass::oid::INTEGER, platform_number);
  WITH given AS (
    SELECT entry_id, LEAST(min(rank), 32767) AS best_rank, max(heat) AS peak_heat
      FROM unnest(entry_ids, entry_heats) WITH ORDINALITY AS item (entry_id, heat, rank)
     GROUP BY entry_id
  ), span AS (
    SELECT min(first_seen_at) AS since, max(last_seen_at) AS until FROM hot_entries WHERE id = ANY (entry_ids)
  ), left_over AS (
    SELECT item.entry_id, count(DISTINCT reading.batch_id) AS times, min(reading.collected_at) AS first_seen_at,
           max(reading.collected_at) AS last_seen_at, LEAST(min(item.rank), 32767) AS best_rank, max(item.heat) AS peak_heat
      FROM span
      JOIN hot_readings AS reading ON reading.platform_id = platform_number AND reading.collected_at BETWEEN span.since AND span.until
     CROSS JOIN LATERAL unnest(reading.entries, reading.heats) WITH ORDINALITY AS item (entry_id, heat, rank)
     WHERE reading.entries && entry_ids AND item.entry_id = ANY (entry_ids)
     GROUP BY item.entry_id
  ), removed AS (
    DELETE FROM hot_entries AS entry
     USING given
     WHERE entry.id = given.entry_id AND entry.times_seen <= 1 AND entry.id NOT IN (SELECT entry_id FROM left_over)
    RETURNING entry.id
  ), kept AS (
    UPDATE hot_entries AS entry
       SET times_seen = GREATEST(entry.times_seen - 1, COALESCE(left_over.times, 0)),
           first_seen_at = CASE WHEN entry.first_seen_at = seen_at THEN COALESCE(left_over.first_seen_at, seen_at) ELSE entry.first_seen_at END,
           last_seen_at = CASE WHEN entry.last_seen_at = seen_at THEN COALESCE(left_over.last_seen_at, seen_at) ELSE entry.last_seen_at END,
           best_rank = CASE WHEN entry.best_rank = given.best_rank THEN COALESCE(left_over.best_rank, entry.best_rank) ELSE entry.best_rank END,
           peak_heat = CASE WHEN entry.peak_heat = given.peak_heat THEN left_over.peak_heat ELSE entry.peak_heat END
      FROM given LEFT JOIN left_over USING (entry_id)
     WHERE entry.id = given.entry_id AND (entry.times_seen > 1 OR left_over.entry_id IS NOT NULL)
    RETURNING entry.id
  )
  SELECT count(*) INTO gone FROM removed;
  RETURN gone;
END
$$;

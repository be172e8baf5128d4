-- Rank and heat of a title on a platform over time, oldest first. A title that was edited under one id is one topic; the readings
-- between its first and its last sight in which it did not stand are given too, with a rank of null. NULL when it was never seen.
CREATE OR REPLACE FUNCTION public.topic_history(platform TEXT, title TEXT, at_most INTEGER DEFAULT 2000) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH known AS (
    SELECT id FROM hot_platforms WHERE name = platform
  ), named AS (
    SELECT entry.* FROM hot_entries AS entry JOIN known ON entry.platform_id = known.id WHERE entry.title = left(topic_history.title, 1000)
  ), topic AS (
    SELECT * FROM named
    UNION
    SELECT entry.* FROM hot_entries AS entry JOIN named ON named.source_id = entry.source_id AND named.platform_id = entry.platform_id
  ), span AS (
    SELECT min(first_seen_at) AS since, max(last_seen_at) AS until, array_agg(id) AS ids FROM topic
  ), points AS (
    SELECT reading.collected_at, place.rank, reading.heats[place.rank] AS heat
      FROM span
      JOIN known ON TRUE
      JOIN hot_readings AS reading ON reading.platform_id = known.id AND reading.collected_at BETWEEN span.since AND span.until
      LEFT JOIN LATERAL (SELECT min(array_position(reading.entries, id)) AS rank FROM unnest(span.ids) AS id) AS place ON TRUE
     WHERE reading.entries IS NOT NULL
     ORDER BY reading.collected_at DESC
     LIMIT at_most
  )
  SELECT jsonb_build_object(
           'platform', platform, 'titles', (SELECT jsonb_agg(title ORDER BY last_seen_at DESC) FROM topic), 'first_seen_at', span.since,
           'last_seen_at', span.until, 'best_rank', (SELECT min(best_rank) FROM topic), 'peak_heat', (SELECT max(peak_heat) FROM topic),
           'times_seen', (SELECT sum(times_seen) FROM topic),
           'points', (SELECT jsonb_agg(jsonb_build_object('collected_at', collected_at, 'rank', rank, 'heat', heat) ORDER BY collected_at) FROM points))
    FROM span
   WHERE span.ids IS NOT NULL
$$;

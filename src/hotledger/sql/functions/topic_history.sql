-- Rank and heat of a title on a platform over time, oldest first. A title that was edited under one id is one topic; the readings
-- between its first and its last sight in which it did not stand are given too, with a rank of null. `seconds_on_list` goes from each reading in which
-- it stood to the next one. At most the latest `at_most` points are given. NULL when it was never seen.
CREATE OR REPLACE FUNCTION public.topic_history(platform TEXT, title TEXT, at_most INTEGER DEFAULT 2000) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH known AS (
    SELECT * FROM hot_platforms WHERE name = platform
  ), named AS MATERIALIZED (
    SELECT entry.* FROM hot_entries AS entry
     WHERE entry.title = left(topic_history.title, 1000) AND entry.platform_id = (SELECT known.id FROM known)
  ), topic AS (
    SELECT * FROM named
    UNION
    SELECT entry.* FROM hot_entries AS entry
     WHERE entry.source_id = ANY (ARRAY(SELECT named.source_id FROM named)) AND entry.platform_id = (SELECT known.id FROM known)
  ), span AS (
    SELECT min(first_seen_at) AS since, max(last_seen_at) AS until, array_agg(id) AS ids FROM topic
  ), points AS (
    SELECT reading.collected_at, place.rank, reading.heats[place.rank] AS heat,
           lead(reading.collected_at) OVER (ORDER BY reading.collected_at) AS next_at,
           row_number() OVER (ORDER BY reading.collected_at DESC) AS from_last
      FROM span
      JOIN known ON TRUE
      JOIN hot_readings AS reading ON reading.platform_id = known.id AND reading.collected_at BETWEEN span.since AND span.until
      LEFT JOIN LATERAL (SELECT min(array_position(reading.entries, id)) AS rank FROM unnest(span.ids) AS id) AS place ON TRUE
     WHERE reading.entries IS NOT NULL
  )
  SELECT jsonb_build_object(
           'platform', platform, 'platform_title', known.title, 'titles', (SELECT jsonb_agg(title ORDER BY last_seen_at DESC) FROM topic),
           'url', (SELECT COALESCE(url, hot_link(known.link, source_id, topic.title)) FROM topic ORDER BY last_seen_at DESC LIMIT 1),
           'first_seen_at', span.since, 'last_seen_at', span.until, 'best_rank', (SELECT min(best_rank) FROM topic),
           'best_rank_at', (SELECT collected_at FROM points WHERE rank IS NOT NULL ORDER BY rank, collected_at LIMIT 1),
           'peak_heat', (SELECT max(peak_heat) FROM topic),
           'peak_heat_at', (SELECT collected_at FROM points WHERE heat IS NOT NULL ORDER BY heat DESC, collected_at LIMIT 1),
           'times_seen', (SELECT sum(times_seen) FROM topic),
           'seconds_on_list', (SELECT COALESCE(round(extract(EPOCH FROM sum(next_at - collected_at))), 0) FROM points WHERE rank IS NOT NULL),
           'points', (SELECT jsonb_agg(jsonb_build_object('collected_at', collected_at, 'rank', rank, 'heat', heat) ORDER BY collected_at)
                        FROM points WHERE from_last <= at_most))
    FROM span JOIN known ON TRUE
   WHERE span.ids IS NOT NULL
$$;

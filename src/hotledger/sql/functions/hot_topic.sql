-- Rank and heat of a topic, which is some entries of one platform, over time: see topic_history.
CREATE OR REPLACE FUNCTION public.hot_topic(platform_number SMALLINT, entry_ids INTEGER[], at_most INTEGER) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH topic AS (
    SELECT * FROM hot_entries WHERE id = ANY (entry_ids)
  ), span AS (
    SELECT min(first_seen_at) AS since, max(last_seen_at) AS until FROM topic
  ), points AS (
    SELECT reading.collected_at, place.rank, reading.heats[place.rank] AS heat,
           lead(reading.collected_at) OVER (ORDER BY reading.collected_at) AS next_at,
           row_number() OVER (ORDER BY reading.collected_at DESC) AS from_last
      FROM span
      JOIN hot_readings AS reading ON reading.platform_id = platform_number AND reading.collected_at BETWEEN span.since AND span.until
      LEFT JOIN LATERAL (SELECT min(array_position(reading.entries, id)) AS rank FROM unnest(entry_ids) AS id) AS place ON TRUE
     WHERE reading.entries IS NOT NULL
  )
  SELECT jsonb_build_object(
           'platform', known.name, 'platform_title', known.title, 'titles', (SELECT jsonb_agg(title ORDER BY last_seen_at DESC) FROM topic),
           'url', (SELECT COALESCE(url, hot_link(known.link, source_id, topic.title)) FROM topic ORDER BY last_seen_at DESC LIMIT 1),
           'first_seen_at', span.since, 'last_seen_at', span.until, 'best_rank', (SELECT min(best_rank) FROM topic),
           'best_rank_at', (SELECT collected_at FROM points WHERE rank IS NOT NULL ORDER BY rank, collected_at LIMIT 1),
           'peak_heat', (SELECT max(peak_heat) FROM topic),
           'peak_heat_at', (SELECT collected_at FROM points WHERE heat IS NOT NULL ORDER BY heat DESC, collected_at LIMIT 1),
           'times_seen', (SELECT sum(times_seen) FROM topic),
           'seconds_on_list', (SELECT COALESCE(round(extract(EPOCH FROM sum(next_at - collected_at))), 0) FROM points WHERE rank IS NOT NULL),
           'points', (SELECT jsonb_agg(jsonb_build_object('collected_at', collected_at, 'rank', rank, 'heat', heat) ORDER BY collected_at)
                        FROM points WHERE from_last <= at_most))
    FROM span JOIN hot_platforms AS known ON known.id = platform_number
$$;

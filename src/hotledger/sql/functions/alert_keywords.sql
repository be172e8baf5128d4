-- Titles with one of some words in them that came or climbed, as events (see `alert_events`): each title once for each word.
CREATE OR REPLACE FUNCTION public.alert_keywords(kinds TEXT[], since TIMESTAMPTZ, keywords TEXT[], ranks INTEGER, at TIMESTAMPTZ) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (
    WITH recent AS MATERIALIZED (
      SELECT platform.id, reading.collected_at, reading.entries,
             row_number() OVER (PARTITION BY platform.id ORDER BY reading.collected_at DESC) AS place
        FROM hot_platforms AS platform
       CROSS JOIN LATERAL (SELECT known.collected_at, known.entries FROM hot_readings AS known
                            WHERE known.platform_id = platform.id AND known.collected_at BETWEEN since AND at AND known.entries IS NOT NULL
                            ORDER BY known.collected_at DESC LIMIT 24) AS reading
    ), standing AS MATERIALIZED (
      SELECT recent.id AS platform_id, listed.entry_id, min(listed.rank) FILTER (WHERE recent.place = 1) AS rank, max(listed.rank) AS lowest,
             min(listed.rank) AS best, max(recent.collected_at) AS seen_at
        FROM recent CROSS JOIN LATERAL unnest(recent.entries) WITH ORDINALITY AS listed (entry_id, rank)
       GROUP BY recent.id, listed.entry_id
    ), named AS (
      SELECT platform.name, platform.title AS list, entry.title, hot_link(platform.link, entry.source_id, entry.title) AS link, entry.url,
             entry.id, entry.first_seen_at, standing.rank, standing.lowest, standing.best, standing.seen_at, word
        FROM standing
        JOIN hot_entries AS entry ON entry.id = standing.entry_id
        JOIN unnest(keywords) AS word ON strpos(lower(entry.title), lower(word)) > 0
        JOIN hot_platforms AS platform ON platform.id = standing.platform_id
    ), event AS (
      SELECT *, 'keyword_appeared' AS told_as, first_seen_at AS happened_at FROM named WHERE first_seen_at >= since
      UNION ALL
      SELECT *, 'keyword_climbed', seen_at FROM named WHERE lowest - rank >= GREATEST(ranks, 1)
    ), chosen AS (
      SELECT * FROM event WHERE told_as = ANY (kinds) ORDER BY happened_at DESC, id LIMIT 500
    )
    SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'key', format('%s:%s:%s', told_as, id, left(word, 100)), 'on', told_as, 'at', happened_at, 'subject', left(word, 100), 'keyword', word,
             'platforms', jsonb_build_array(name), 'title', list, 'heading', left(title, 300), 'url', left(COALESCE(url, link), 500),
             'since', first_seen_at, 'rank', COALESCE(rank, best), 'climbed', CASE WHEN told_as = 'keyword_climbed' THEN lowest - rank END))), '[]')
      FROM chosen);
END
$$;

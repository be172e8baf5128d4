-- The titles of a platform that were new on its list, the latest first, each with its rank and heat then. NULL for an unknown platform.
CREATE OR REPLACE FUNCTION public.entries_new(platform TEXT, at_most INTEGER DEFAULT 50) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (SELECT jsonb_build_object(
           'platform', known.name, 'title', known.title,
           'entries', (
             SELECT COALESCE(jsonb_agg(to_jsonb(fresh) ORDER BY fresh.first_seen_at DESC, fresh.rank), '[]')
               FROM (SELECT entry.first_seen_at, item.rank, entry.title, entry.source_id AS id,
                            COALESCE(entry.url, hot_link(known.link, entry.source_id, entry.title)) AS url, item.heat, reading.batch_id
                       FROM (SELECT * FROM hot_readings AS held
                              WHERE held.platform_id = known.id AND held.entries IS NOT NULL AND held.new_items > 0
                              ORDER BY held.collected_at DESC LIMIT at_most) AS reading  -- each of them has brought one at least
                      CROSS JOIN LATERAL unnest(reading.entries, reading.heats) WITH ORDINALITY AS item (entry_id, heat, rank)
                      CROSS JOIN LATERAL (SELECT * FROM hot_entries AS title WHERE title.id = item.entry_id LIMIT 1) AS entry
                      WHERE entry.first_seen_at = reading.collected_at
                      ORDER BY entry.first_seen_at DESC, item.rank
                      LIMIT at_most) AS fresh))
    FROM hot_platforms AS known
   WHERE known.name = platform);
END
$$;

-- The latest list of a platform, or the one that stood at a moment: when it was collected, and its items by rank. NULL when there is none.
CREATE OR REPLACE FUNCTION public.list_top(platform TEXT, at_most INTEGER DEFAULT 50, at TIMESTAMPTZ DEFAULT NULL) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object('platform', platform, 'collected_at', reading.collected_at, 'age_seconds',
           round(extract(EPOCH FROM now() - reading.collected_at)), 'batch_id', reading.batch_id, 'verdict', reading.verdict,
           'items', (SELECT jsonb_agg(jsonb_build_object(
                              'rank', item.rank, 'title', entry.title, 'id', entry.source_id,
                              'url', COALESCE(entry.url, hot_link(known.link, entry.source_id, entry.title)), 'heat', item.heat,
                              'first_seen_at', entry.first_seen_at) ORDER BY item.rank)
                       FROM unnest(reading.entries, reading.heats) WITH ORDINALITY AS item (entry_id, heat, rank)
                       JOIN hot_entries AS entry ON entry.id = item.entry_id
                      WHERE item.rank <= at_most))
    FROM hot_platforms AS known
    JOIN hot_readings AS reading ON reading.platform_id = known.id
   WHERE known.name = platform AND reading.entries IS NOT NULL AND (at IS NULL OR reading.collected_at <= at)
   ORDER BY reading.collected_at DESC
   LIMIT 1
$$;

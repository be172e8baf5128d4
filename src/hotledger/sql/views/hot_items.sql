-- What people query: one row for each entry at one rank in one reading.
CREATE OR REPLACE VIEW public.hot_items AS
SELECT platform.name AS platform, reading.collected_at, item.rank::INTEGER AS rank, entry.title,
       COALESCE(entry.url, public.hot_link(platform.link, entry.source_id, entry.title)) AS url,
       item.heat, reading.batch_id, entry.id AS entry_id, entry.source_id
  FROM public.hot_readings AS reading
  JOIN public.hot_platforms AS platform ON platform.id = reading.platform_id
 CROSS JOIN LATERAL unnest(reading.entries, reading.heats) WITH ORDINALITY AS item (entry_id, heat, rank)
  JOIN public.hot_entries AS entry ON entry.id = item.entry_id;

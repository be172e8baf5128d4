-- The lists of some platforms, or of all that have one, as they stood at a moment (NULL: now), in the order asked for; else those of `preferred` in their
-- order, then the others by name. Beside each row its change of rank against the list before (`moved`, upward is positive) and whether it was not there
-- (`is_new`); where there is no list before, nothing is new and nothing has moved. An entry whose title was edited is the same by its id. `latest_…` tell of the latest
-- reading, which may have brought no list. At most so many `boards`; `next` is what to pass as `after` for those that follow, NULL when there are none.
CREATE OR REPLACE FUNCTION public.lists_at(platforms TEXT[] DEFAULT NULL, at TIMESTAMPTZ DEFAULT NULL, at_most INTEGER DEFAULT 10,
  boards INTEGER DEFAULT 500, preferred TEXT[] DEFAULT NULL, after TEXT DEFAULT NULL) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH named AS (
    SELECT known.*, COALESCE(array_position(COALESCE(platforms, preferred), known.name), 32767) AS wish
      FROM hot_platforms AS known
     WHERE platforms IS NULL OR known.name = ANY (platforms)
  ), page AS (
    SELECT named.name, named.title, named.link, named.id, list.collected_at, list.batch_id, list.verdict, list.evidence, list.entries, list.heats,
           row_number() OVER (ORDER BY named.wish, named.name COLLATE "C") AS place
      FROM named
     CROSS JOIN LATERAL (
       SELECT reading.* FROM hot_readings AS reading
        WHERE reading.platform_id = named.id AND reading.collected_at <= COALESCE(at, 'infinity') AND reading.entries IS NOT NULL
        ORDER BY reading.collected_at DESC LIMIT 1) AS list
     WHERE after IS NULL OR (named.wish, named.name COLLATE "C") > (COALESCE(array_position(COALESCE(platforms, preferred), after), 32767), after)
     ORDER BY place
     LIMIT GREATEST(boards, 1) + 1
  )
  SELECT jsonb_build_object(
           'at', COALESCE(at, now()),
           'lists', COALESCE(jsonb_agg(jsonb_build_object(
             'platform', list.name, 'title', list.title, 'collected_at', list.collected_at,
             'age_seconds', round(extract(EPOCH FROM COALESCE(at, now()) - list.collected_at)), 'batch_id', list.batch_id, 'verdict', list.verdict,
             'evidence', list.evidence, 'items_in_all', cardinality(list.entries), 'before_at', before.collected_at,
             'latest_at', latest.collected_at, 'latest_verdict', latest.verdict, 'latest_evidence', latest.evidence, 'items', shown.items)
             ORDER BY list.place), '[]'),
           'next', (SELECT max(last.name) FROM page AS last WHERE last.place = GREATEST(boards, 1) AND (SELECT count(*) FROM page) > last.place))
    FROM page AS list
   CROSS JOIN LATERAL (
     SELECT reading.collected_at, reading.verdict, reading.evidence FROM hot_readings AS reading
      WHERE reading.platform_id = list.id AND reading.collected_at <= COALESCE(at, 'infinity')
      ORDER BY reading.collected_at DESC LIMIT 1) AS latest
    LEFT JOIN LATERAL (
     SELECT reading.collected_at, reading.entries FROM hot_readings AS reading
      WHERE reading.platform_id = list.id AND reading.collected_at < list.collected_at AND reading.entries IS NOT NULL
      ORDER BY reading.collected_at DESC LIMIT 1) AS before ON TRUE
   CROSS JOIN LATERAL (
     SELECT COALESCE(jsonb_agg(jsonb_build_object(
              'rank', item.rank, 'title', entry.title, 'id', entry.source_id,
              'url', COALESCE(entry.url, hot_link(list.link, entry.source_id, entry.title)), 'heat', item.heat,
              'moved', place.rank - item.rank, 'is_new', place.rank IS NULL AND before.entries IS NOT NULL,
              'first_seen_at', entry.first_seen_at) ORDER BY item.rank), '[]') AS items
       FROM unnest(list.entries[:at_most], list.heats[:at_most]) WITH ORDINALITY AS item (entry_id, heat, rank)
       JOIN hot_entries AS entry ON entry.id = item.entry_id
      CROSS JOIN LATERAL (
        SELECT COALESCE(array_position(before.entries, item.entry_id), CASE WHEN entry.source_id IS NOT NULL THEN (
          SELECT min(array_position(before.entries, twin.id)) FROM hot_entries AS twin
           WHERE twin.id = ANY (before.entries) AND twin.source_id = entry.source_id) END) AS rank) AS place) AS shown
   WHERE list.place <= GREATEST(boards, 1)
$$;

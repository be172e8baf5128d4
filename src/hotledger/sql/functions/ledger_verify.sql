-- Reconciles the ledger with what is stored, and says each discrepancy in a sentence (the first `at_most` of each kind).
CREATE OR REPLACE FUNCTION public.ledger_verify(at_most INTEGER DEFAULT 100) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH ours AS (
    SELECT * FROM batch_jobs WHERE metadata @> '{"schema": 1}' AND metadata ?& ARRAY['planned', 'platforms', 'timing', 'summary']
  ), sums AS (
    SELECT batch_id, count(*) AS readings, sum(items) AS items FROM hot_readings GROUP BY batch_id
  ), listed AS (
    SELECT reading.batch_id, reading.platform_id, reading.collected_at, item.entry_id, item.heat, item.rank
      FROM hot_readings AS reading CROSS JOIN LATERAL unnest(reading.entries, reading.heats) WITH ORDINALITY AS item (entry_id, heat, rank)
  ), stood AS (
    SELECT entry_id, count(DISTINCT batch_id) AS times, LEAST(min(rank), 32767) AS best_rank, max(heat) AS peak_heat FROM listed GROUP BY entry_id
  ), told AS (
    SELECT platform.id AS platform_id, anchor.last_at, anchor.last_batch_id, folded.incidents
      FROM hot_platforms AS platform
     CROSS JOIN LATERAL incidents_anchor(platform.id, '-infinity', 'infinity') AS anchor
     CROSS JOIN LATERAL incidents_fold(anchor, 'infinity') AS folded
     WHERE anchor.platform_id IS NOT NULL
  ), due AS (
    SELECT incident.* FROM told CROSS JOIN LATERAL unnest(told.incidents) AS incident
  ), noted AS (
    SELECT incident.* FROM told JOIN hot_incidents AS incident ON incident.platform_id = told.platform_id
     WHERE told.last_at IS NULL OR (incident.opened_at, incident.first_batch_id) > (told.last_at, told.last_batch_id)
  ), troubles AS (
    (SELECT 'total_items' AS kind, id::TEXT AS subject, format('total_items is %s, but its readings hold %s', total_items, COALESCE(items, 0)) AS sentence
       FROM ours LEFT JOIN sums ON batch_id = id WHERE total_items IS DISTINCT FROM COALESCE(items, 0) LIMIT at_most)
    UNION ALL
    (SELECT 'platforms_processed', id::TEXT, format('%s platforms are noted as processed, but %s readings are stored',
                                                     cardinality(platforms_processed), COALESCE(readings, 0))
       FROM ours LEFT JOIN sums ON batch_id = id WHERE cardinality(platforms_processed) IS DISTINCT FROM COALESCE(readings, 0) LIMIT at_most)
    UNION ALL
    (SELECT 'metadata', ours.id::TEXT, format('metadata says %s_items = %s, the reading of that platform holds %s', platform.name,
                                              COALESCE(metadata ->> (platform.name || '_items'), 'nothing'), reading.items)
       FROM ours JOIN hot_readings AS reading ON reading.batch_id = ours.id JOIN hot_platforms AS platform ON platform.id = reading.platform_id
      WHERE metadata -> (platform.name || '_items') IS DISTINCT FROM to_jsonb(reading.items) LIMIT at_most)
    UNION ALL
    (SELECT 'completed_at', id::TEXT, format('its status is %s, and completed_at is %s', status, COALESCE(completed_at::TEXT, 'not set'))
       FROM ours WHERE (status IN ('completed', 'failed')) <> (completed_at IS NOT NULL) LIMIT at_most)
    UNION ALL
    (SELECT 'reading', reading.batch_id::TEXT, format('the reading of %s says %s items, its list has %s', platform.name, reading.items,
                                                      COALESCE(cardinality(reading.entries), 0))
       FROM hot_readings AS reading JOIN hot_platforms AS platform ON platform.id = reading.platform_id
      WHERE (reading.entries IS NOT NULL AND cardinality(reading.entries) <> reading.items)
         OR (reading.heats IS NOT NULL AND cardinality(reading.heats) <> reading.items)
         OR (reading.status = 'failed' AND reading.items <> 0) LIMIT at_most)
    UNION ALL
    (SELECT 'entry', listed.entry_id::TEXT, format('the reading of batch %s lists entry %s, which %s', listed.batch_id, listed.entry_id,
                                                   CASE WHEN entry.id IS NULL THEN 'does not exist' ELSE 'does not span that moment' END)
       FROM listed
       LEFT JOIN hot_entries AS entry ON entry.id = listed.entry_id AND entry.platform_id = listed.platform_id
      WHERE entry.id IS NULL OR listed.collected_at NOT BETWEEN entry.first_seen_at AND entry.last_seen_at LIMIT at_most)
    UNION ALL
    (SELECT 'entry', entry.id::TEXT, format('it says %s times seen, best rank %s, peak heat %s; its readings show %s, %s and %s', entry.times_seen,
                                            entry.best_rank, entry.peak_heat, stood.times, stood.best_rank, stood.peak_heat)
       FROM hot_entries AS entry JOIN stood ON stood.entry_id = entry.id
      WHERE stood.times > entry.times_seen OR stood.best_rank < entry.best_rank OR stood.peak_heat > COALESCE(entry.peak_heat, '-infinity')
      LIMIT at_most)
    UNION ALL
    (SELECT 'lease', lease.batch_id::TEXT, CASE WHEN lease.closed_at IS NULL AND job.status IN ('completed', 'failed')
              THEN 'its lease is open, but the batch has ended' ELSE 'its lease ran out, and nobody has closed the batch yet' END
       FROM hot_leases AS lease JOIN batch_jobs AS job ON job.id = lease.batch_id
      WHERE lease.closed_at IS NULL AND (job.status IN ('completed', 'failed') OR lease.expires_at < now()) LIMIT at_most)
    UNION ALL
    (SELECT 'incident', platform.name, format('the incident “%s” of %s is %s', COALESCE(due.kind, noted.kind), COALESCE(due.opened_at, noted.opened_at),
              CASE WHEN noted.id IS NULL THEN 'not noted' WHEN due.id IS NULL THEN 'noted, but its readings show none'
                   ELSE 'not noted as its readings show it' END)
       FROM due FULL JOIN noted USING (id) JOIN hot_platforms AS platform ON platform.id = COALESCE(due.platform_id, noted.platform_id)
      WHERE to_jsonb(due) IS DISTINCT FROM to_jsonb(noted) LIMIT at_most)
    UNION ALL
    (SELECT 'day', platform.name, format('%s counts %s readings and %s items, but %s and %s are stored', counted.day, COALESCE(kept.readings, 0),
                                         COALESCE(kept.items, 0), counted.readings, counted.items)
       FROM hot_platforms AS platform
      CROSS JOIN LATERAL hot_days_counted(platform.id) AS counted
       LEFT JOIN hot_days AS kept ON kept.platform_id = platform.id AND kept.day = counted.day
      WHERE kept.readings IS NULL OR kept.readings < counted.readings
         OR (kept.readings = counted.readings AND (kept.good, kept.items, kept.new_items, kept.verdicts)
                                                  IS DISTINCT FROM (counted.good, counted.items, counted.new_items, counted.verdicts))
      LIMIT at_most)
  )
  SELECT jsonb_build_object(
    'sound', NOT EXISTS (SELECT FROM troubles),
    'checked', jsonb_build_object('batches', (SELECT count(*) FROM ours), 'other_batches', (SELECT count(*) FROM batch_jobs) - (SELECT count(*) FROM ours),
                                  'readings', (SELECT count(*) FROM hot_readings), 'entries', (SELECT count(*) FROM hot_entries)),
    'discrepancies', (SELECT COALESCE(jsonb_agg(to_jsonb(troubles)), '[]') FROM troubles))
$$;

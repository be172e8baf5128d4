-- Replaces what a reading holds by what another parser makes of a kept body of its own. Titles are entered at the time of the reading, what the old
-- list had given to its entries is taken out, and incidents and days are told anew from then on.
-- The batch keeps its status and outcome, which are the verdict on the run as it was; its totals, and what its metadata says of this reading,
-- follow what is held now. The guard of batch_jobs lets an ended row change in this way alone: it finds by itself what the row must be
-- (batch_repaired), so that nobody needs to tell it who is asking.
-- The same outcome by the same parser again changes nothing; by another parser, it is noted beside the reading. Refused, unless `forced`: an
-- outcome without the list that is held now ('worse'), a list in place of one that only the platform's past showed to be wrong
-- ('needs_the_past'). While the list stays the same, so do its verdict and evidence, since they were found with the past at hand. A dry run
-- changes nothing.
CREATE OR REPLACE FUNCTION public.reading_repair(batch_id UUID, platform TEXT, reading JSONB, read_at TIMESTAMPTZ DEFAULT NULL,
  forced BOOLEAN DEFAULT FALSE, dry_run BOOLEAN DEFAULT FALSE) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  job batch_jobs%ROWTYPE;
  platform_number SMALLINT;
  held hot_readings%ROWTYPE;
  mended hot_readings%ROWTYPE;
  read_again_at TIMESTAMPTZ := COALESCE(reading_repair.read_at, clock_timestamp());
  list JSONB := CASE WHEN hot_list_keeps(reading ->> 'verdict') THEN COALESCE(reading -> 'items', '[]') ELSE '[]' END;
  same_list BOOLEAN;
  reason TEXT;
  gone INTEGER := 0;
BEGIN
  SELECT * INTO job FROM batch_jobs WHERE id = reading_repair.batch_id FOR UPDATE;
  SELECT id INTO platform_number FROM hot_platforms WHERE name = platform FOR KEY SHARE;
  SELECT * INTO held FROM hot_readings WHERE batch_id = reading_repair.batch_id AND platform_id = platform_number FOR UPDATE;
  IF NOT FOUND THEN
    RETURN jsonb_build_object('outcome', 'unknown');
  END IF;
  mended := held;
  mended.verdict := reading ->> 'verdict';
  mended.status := CASE WHEN hot_list_keeps(mended.verdict) THEN 'completed' ELSE 'failed' END;
  SELECT array_agg(entry.id ORDER BY listed.rank), CASE WHEN count(listed.heat) > 0 THEN array_agg(listed.heat ORDER BY listed.rank) END, count(*)
    INTO mended.entries, mended.heats, mended.items
    FROM hot_list_rows(held.platform_id, list) AS listed LEFT JOIN hot_entries AS entry ON entry.key = listed.key;
  same_list := (mended.entries, mended.heats, mended.items) IS NOT DISTINCT FROM (held.entries, held.heats, held.items);
  IF same_list AND (mended.status, held.status) = ('completed', 'completed') THEN
    mended.verdict := held.verdict;
  END IF;
  mended.details := reading_read_again(held, reading, read_again_at, mended.verdict, mended.items);
  IF same_list AND mended.verdict = held.verdict THEN
    UPDATE hot_readings AS known SET details = mended.details
     WHERE NOT dry_run AND known.batch_id = held.batch_id AND known.platform_id = held.platform_id AND known.details IS DISTINCT FROM mended.details;
    RETURN jsonb_build_object('outcome', 'unchanged', 'verdict_before', held.verdict, 'verdict', held.verdict, 'items_before', held.items,
                              'items', held.items, 'new_items', held.new_items);
  END IF;
  reason := CASE WHEN (reading ->> 'body_hash' = held.details ->> 'body_hash') IS NOT TRUE
                  AND (held.details -> 'other_bodies' @> jsonb_build_array(jsonb_build_object('body_hash', reading -> 'body_hash'))) IS NOT TRUE
                 THEN 'another_body'
                 WHEN forced THEN NULL
                 WHEN held.status = 'completed' AND (mended.status = 'failed' OR (held.items > 0 AND mended.items = 0)) THEN 'worse'
                 WHEN held.verdict = 'wrong_list' AND mended.status = 'completed' THEN 'needs_the_past' END;
  IF reason IS NOT NULL THEN
    RETURN jsonb_build_object('outcome', 'refused', 'reason', reason, 'verdict_before', held.verdict, 'verdict', mended.verdict,
                              'items_before', held.items, 'items', mended.items, 'new_items', 0);
  END IF;
  IF dry_run THEN
    RETURN jsonb_build_object('outcome', 'repaired', 'verdict_before', held.verdict, 'verdict', mended.verdict, 'items_before', held.items,
                              'items', mended.items, 'new_items', NULL);
  END IF;
  mended.evidence := left(reading ->> 'evidence', 500);
  mended.new_items := 0;
  IF mended.items > 0 THEN
    SELECT stored.entry_ids, stored.entry_heats, stored.new_items INTO mended.entries, mended.heats, mended.new_items
      FROM hot_list_store(held.platform_id, list, held.collected_at) AS stored;
  END IF;
  UPDATE hot_readings AS known
     SET status = mended.status, verdict = mended.verdict, evidence = mended.evidence, items = mended.items, entries = mended.entries,
         heats = mended.heats,
         details = mended.details - ARRAY['parser_version', 'pinned', 'ads', 'error_code', 'error_message'] || jsonb_strip_nulls(jsonb_build_object(
           'parser_version', left(reading ->> 'parser_version', 40), 'pinned', reading -> 'pinned', 'ads', reading -> 'ads',
           'error_code', left(reading ->> 'error_code', 60), 'error_message', left(reading ->> 'error_message', 500), 'repaired_at', read_again_at))
   WHERE known.batch_id = held.batch_id AND known.platform_id = held.platform_id;
  IF held.entries IS NOT NULL THEN
    gone := hot_list_withdraw(held.platform_id, held.entries, held.heats, held.collected_at);
  END IF;
  -- What was new in the old list and stands nowhere now was new here.
  mended.new_items := CASE WHEN mended.items > 0 THEN LEAST(GREATEST(held.new_items - gone, 0) + mended.new_items, mended.items) ELSE 0 END;
  UPDATE hot_readings AS known SET new_items = mended.new_items WHERE known.batch_id = held.batch_id AND known.platform_id = held.platform_id;
  IF job.id IS NOT NULL THEN
    job := batch_repaired(job);
    UPDATE batch_jobs SET total_items = job.total_items, metadata = job.metadata WHERE id = job.id;
  END IF;
  PERFORM incidents_rebuild(platform, held.collected_at, held.collected_at);
  RETURN jsonb_build_object('outcome', 'repaired', 'verdict_before', held.verdict, 'verdict', mended.verdict, 'items_before', held.items,
                            'items', mended.items, 'new_items', mended.new_items);
END
$$;

-- Stores one reading with its list, and returns its row. A reading that failed has no list; a unit without a list says its own number of items.
-- `new_above` is given when the titles of the list have been entered already: see hot_lists_enter. Who stores many readings at once counts and tells
-- them afterwards (`telling` is false).
CREATE OR REPLACE FUNCTION public.reading_store(batch_id UUID, platform TEXT, reading JSONB, new_above INTEGER DEFAULT NULL,
  telling BOOLEAN DEFAULT TRUE) RETURNS hot_readings
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  stored hot_readings%ROWTYPE;
  counted hot_days%ROWTYPE;
BEGIN
  stored.batch_id := reading_store.batch_id;
  stored.platform_id := hot_platform_id(platform);
  stored.verdict := reading ->> 'verdict';
  stored.status := CASE WHEN hot_list_keeps(stored.verdict) THEN 'completed' ELSE 'failed' END;
  stored.evidence := left(reading ->> 'evidence', 500);
  stored.collected_at := COALESCE((reading ->> 'collected_at')::TIMESTAMPTZ, clock_timestamp());
  stored.duration_ms := (reading ->> 'duration_ms')::INTEGER;
  stored.items := 0;
  stored.new_items := 0;
  IF stored.status = 'completed' AND jsonb_array_length(reading -> 'items') > 0 THEN
    IF new_above IS NULL THEN
      SELECT list.entry_ids, list.entry_heats, list.new_items INTO stored.entries, stored.heats, stored.new_items
        FROM hot_list_store(stored.platform_id, reading -> 'items', stored.collected_at) AS list;
    ELSE
      SELECT list.entry_ids, list.entry_heats, list.new_items INTO stored.entries, stored.heats, stored.new_items
        FROM hot_list_find(stored.platform_id, reading -> 'items', stored.collected_at, new_above) AS list;
    END IF;
    stored.items := cardinality(stored.entries);
  ELSIF stored.status = 'completed' THEN
    stored.items := COALESCE((reading ->> 'item_count')::INTEGER, 0);
  END IF;
  stored.details := NULLIF(jsonb_strip_nulls(jsonb_build_object(
    'attempts', reading -> 'attempts', 'endpoint', left(reading ->> 'endpoint', 300), 'http_status', reading -> 'http_status',
    'bytes', reading -> 'bytes', 'body_hash', left(reading ->> 'body_hash', 64), 'parser_version', left(reading ->> 'parser_version', 40),
    'pinned', reading -> 'pinned', 'ads', reading -> 'ads', 'failed_ways', reading -> 'failed_ways', 'other_bodies', reading -> 'other_bodies',
    'error_code', left(reading ->> 'error_code', 60), 'error_message', left(reading ->> 'error_message', 500))), '{}');
  INSERT INTO hot_readings (batch_id, collected_at, duration_ms, items, new_items, platform_id, status, verdict, evidence, entries, heats, details)
  VALUES (stored.batch_id, stored.collected_at, stored.duration_ms, stored.items, stored.new_items, stored.platform_id, stored.status,
          stored.verdict, stored.evidence, stored.entries, stored.heats, stored.details);
  IF telling THEN
    counted := ROW(stored.platform_id, (stored.collected_at AT TIME ZONE 'UTC')::DATE, 1, (stored.verdict = 'ok')::INTEGER, stored.items,
                   stored.new_items, (stored.duration_ms IS NOT NULL)::INTEGER, COALESCE(stored.duration_ms, 0), stored.duration_ms,
                   jsonb_build_object(stored.verdict, 1));
    PERFORM incidents_tell(stored.platform_id, stored.collected_at, stored.collected_at, ARRAY[counted], TRUE);
  END IF;
  IF reading ? 'baseline' THEN
    PERFORM baseline_note(stored.platform_id, stored.collected_at, reading -> 'baseline');
  END IF;
  RETURN stored;
END
$$;

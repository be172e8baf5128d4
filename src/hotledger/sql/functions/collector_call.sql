-- The one door for those who may only record: checks the collector's token, rate and size, and does the call with the rights of the schema's owner.
-- Only batch_open, batch_record, batch_close and batch_beat can be called; what is known of a platform can't be changed, no batch of others be
-- ended, and names can't be entered without end.
CREATE OR REPLACE FUNCTION public.collector_call(collector_token TEXT, function TEXT, arguments JSONB) RETURNS JSONB
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  names_at_most CONSTANT INTEGER := 5000;
  collector hot_collectors%ROWTYPE;
  names TEXT[];
BEGIN
  SELECT * INTO collector FROM hot_collectors
   WHERE token_hash = encode(sha256(convert_to(collector_token, 'UTF8')), 'hex') AND revoked_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'This collector token is unknown or was revoked.' USING ERRCODE = '28000';
  END IF;
  IF octet_length(arguments::TEXT) > collector.bytes_per_call THEN
    RAISE EXCEPTION 'A call of collector "%" may have % bytes at most.', collector.name, collector.bytes_per_call USING ERRCODE = 'PT413';
  END IF;
  UPDATE hot_collectors
     SET last_used_at = now(), minute_at = date_trunc('minute', now()),
         calls_in_minute = CASE WHEN minute_at = date_trunc('minute', now()) THEN calls_in_minute + 1 ELSE 1 END
   WHERE id = collector.id
  RETURNING * INTO collector;
  IF collector.calls_in_minute > collector.calls_per_minute THEN
    RAISE EXCEPTION 'Collector "%" may make % calls a minute.', collector.name, collector.calls_per_minute USING ERRCODE = 'PT429';
  END IF;
  names := CASE function WHEN 'batch_open' THEN ARRAY(SELECT jsonb_array_elements_text(arguments -> 'planned'))
                         WHEN 'batch_record' THEN ARRAY[arguments ->> 'platform'] ELSE '{}' END;
  IF EXISTS (SELECT FROM unnest(names) AS name WHERE NOT EXISTS (SELECT FROM hot_platforms AS known WHERE known.name = name.name))
     AND cardinality(names) + (SELECT count(*) FROM hot_platforms) > names_at_most THEN
    RAISE EXCEPTION 'A collector can enter no more new names of platforms: there are % at most.', names_at_most USING ERRCODE = '28000';
  END IF;
  CASE function
    WHEN 'batch_open' THEN
      IF arguments ->> 'overlap' = 'replace' THEN
        RAISE EXCEPTION 'A collector cannot end the batch of another: overlap is allow or skip for it.' USING ERRCODE = '28000';
      END IF;
      RETURN batch_open(
        batch_id => (arguments ->> 'batch_id')::UUID, job_type => arguments ->> 'job_type', token => (arguments ->> 'token')::UUID,
        planned => names, owner => 'collector ' || collector.name,
        lease_seconds => LEAST(COALESCE((arguments ->> 'lease_seconds')::INTEGER, 60), 3600),
        started_at => (arguments ->> 'started_at')::TIMESTAMPTZ, source => arguments ->> 'source',
        platforms => (SELECT COALESCE(jsonb_agg(facts), '[]') FROM jsonb_array_elements(arguments -> 'platforms') AS facts
                       WHERE facts ->> 'name' = ANY (names)
                         AND NOT EXISTS (SELECT FROM hot_platforms AS known
                                          WHERE known.name = facts ->> 'name' AND (known.title IS NOT NULL OR known.link IS NOT NULL))),
        overlap => COALESCE(arguments ->> 'overlap', 'allow'));
    WHEN 'batch_record' THEN
      RETURN batch_record(
        batch_id => (arguments ->> 'batch_id')::UUID, token => (arguments ->> 'token')::UUID, platform => arguments ->> 'platform',
        reading => arguments -> 'reading', recorded_at => (arguments ->> 'recorded_at')::TIMESTAMPTZ);
    WHEN 'batch_close' THEN
      RETURN batch_close(
        batch_id => (arguments ->> 'batch_id')::UUID, token => (arguments ->> 'token')::UUID, reason => arguments ->> 'reason',
        message => arguments ->> 'message', completed_at => (arguments ->> 'completed_at')::TIMESTAMPTZ);
    WHEN 'batch_beat' THEN
      RETURN batch_beat(
        batch_id => (arguments ->> 'batch_id')::UUID, token => (arguments ->> 'token')::UUID,
        lease_seconds => LEAST(COALESCE((arguments ->> 'lease_seconds')::INTEGER, 60), 3600));
    ELSE
      RAISE EXCEPTION 'A collector may record batches, and nothing else (not "%").', function USING ERRCODE = '28000';
  END CASE;
END
$$;

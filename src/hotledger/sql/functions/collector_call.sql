-- The one door for those who may only record: checks the collector's token, rate and size, and does the call with the rights of the schema's owner.
-- Only batch_open, batch_record, batch_close and batch_beat can be called. Names and addresses of known platforms can't be changed this way.
CREATE OR REPLACE FUNCTION public.collector_call(collector_token TEXT, function TEXT, arguments JSONB) RETURNS JSONB
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  collector hot_collectors%ROWTYPE;
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
  CASE function
    WHEN 'batch_open' THEN
      RETURN batch_open(
        batch_id => (arguments ->> 'batch_id')::UUID, job_type => arguments ->> 'job_type', token => (arguments ->> 'token')::UUID,
        planned => ARRAY(SELECT jsonb_array_elements_text(arguments -> 'planned') LIMIT 500), owner => 'collector ' || collector.name,
        lease_seconds => LEAST(COALESCE((arguments ->> 'lease_seconds')::INTEGER, 60), 3600),
        started_at => (arguments ->> 'started_at')::TIMESTAMPTZ, source => arguments ->> 'source',
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

-- Records how the telling of claimed events went, by whoever still has the right to tell them; an `error` says that it failed. A channel that fails
-- again and again rests between: 1 minute, 2, 4, … up to 60. What was told 90 days ago is forgotten.
CREATE OR REPLACE FUNCTION public.alert_done(event_keys TEXT[], channel TEXT, token UUID, error TEXT DEFAULT NULL) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  present CONSTANT TIMESTAMPTZ := clock_timestamp();
  recorded INTEGER;
BEGIN
  UPDATE hot_alerts AS known
     SET state = CASE WHEN alert_done.error IS NULL THEN 'delivered' ELSE 'failed' END, error = left(alert_done.error, 500),
         delivered_at = CASE WHEN alert_done.error IS NULL THEN present END, claimed_until = NULL
   WHERE known.channel = alert_done.channel AND known.event_key = ANY (event_keys) AND known.state = 'claimed' AND known.token = alert_done.token;
  GET DIAGNOSTICS recorded = ROW_COUNT;
  IF recorded > 0 AND alert_done.error IS NULL THEN
    UPDATE hot_alert_channels AS known SET failures = 0, retry_at = NULL, error = NULL, delivered_at = present WHERE known.name = alert_done.channel;
  ELSIF recorded > 0 THEN
    UPDATE hot_alert_channels AS known
       SET failures = known.failures + 1, failed_at = present, error = left(alert_done.error, 500),
           retry_at = present + make_interval(mins => LEAST(2 ^ LEAST(known.failures, 6), 60)::INTEGER)
     WHERE known.name = alert_done.channel;
  END IF;
  DELETE FROM hot_alerts AS old
   WHERE (old.event_key, old.channel) IN (
     SELECT known.event_key, known.channel FROM hot_alerts AS known
      WHERE known.noted_at < present - INTERVAL '90 days' ORDER BY known.noted_at LIMIT 100 FOR UPDATE SKIP LOCKED);
  RETURN jsonb_build_object('recorded', recorded);
END
$$;

-- Gives the right to tell noted events on a channel: `claimed` are those that nobody has told, and nobody else is about to tell. The right lasts
-- `lease_seconds`; then another may claim them, for whoever had it has died. None is given while a channel that failed rests, unless `forced`.
CREATE OR REPLACE FUNCTION public.alert_claim(event_keys TEXT[], channel TEXT, token UUID, lease_seconds INTEGER DEFAULT 120,
  forced BOOLEAN DEFAULT FALSE) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  claimed TEXT[];
BEGIN
  IF NOT forced AND EXISTS (SELECT FROM hot_alert_channels WHERE name = alert_claim.channel AND retry_at > clock_timestamp()) THEN
    RETURN jsonb_build_object('claimed', '[]'::JSONB);
  END IF;
  WITH mine AS (
    SELECT known.event_key FROM hot_alerts AS known
     WHERE known.channel = alert_claim.channel AND known.event_key = ANY (event_keys)
       AND (known.state IN ('held', 'failed')
            OR (known.state = 'claimed' AND (known.claimed_until < clock_timestamp() OR known.token = alert_claim.token)))
     ORDER BY known.event_key
       FOR UPDATE SKIP LOCKED
  ), changed AS (
    UPDATE hot_alerts AS known
       SET state = 'claimed', attempts = known.attempts + (known.token IS DISTINCT FROM alert_claim.token)::INTEGER, token = alert_claim.token,
           tried_at = clock_timestamp(), claimed_until = clock_timestamp() + make_interval(secs => lease_seconds)
      FROM mine
     WHERE known.channel = alert_claim.channel AND known.event_key = mine.event_key
    RETURNING known.event_key
  )
  SELECT array_agg(event_key ORDER BY event_key) INTO claimed FROM changed;
  RETURN jsonb_build_object('claimed', to_jsonb(COALESCE(claimed, '{}')));
END
$$;

-- Begins a look at what is to be told: enters channels that are new (what ended before that is not told on them), and gives how they do, what waits
-- on them (not older than `keep_hours`, at most a thousand, the oldest first), and what was told on them in the last `recent_minutes`, by kind and
-- subject.
CREATE OR REPLACE FUNCTION public.alert_begin(channels TEXT[], keep_hours INTEGER DEFAULT 72, recent_minutes INTEGER DEFAULT 0) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  present CONSTANT TIMESTAMPTZ := clock_timestamp();
BEGIN
  INSERT INTO hot_alert_channels (name)
  SELECT DISTINCT given FROM unnest(channels) AS given
   WHERE NOT EXISTS (SELECT FROM hot_alert_channels AS known WHERE known.name = given) ORDER BY given
      ON CONFLICT (name) DO NOTHING;
  RETURN jsonb_build_object(
    'now', present,
    'channels', (SELECT COALESCE(jsonb_agg(to_jsonb(known) ORDER BY known.name), '[]')
                   FROM hot_alert_channels AS known WHERE known.name = ANY (channels)),
    'waiting', (
      SELECT COALESCE(jsonb_agg(jsonb_build_object('channel', chosen.channel, 'noted_at', chosen.noted_at, 'event', chosen.event)
                                ORDER BY chosen.noted_at, chosen.event_key), '[]')
        FROM (SELECT * FROM hot_alerts AS waiting
               WHERE waiting.channel = ANY (channels) AND waiting.noted_at > present - make_interval(hours => keep_hours)
                 AND waiting.kind <> 'test' AND waiting.state <> 'delivered'
                 AND (waiting.state <> 'claimed' OR waiting.claimed_until < present)
               ORDER BY waiting.noted_at, waiting.event_key LIMIT 1000) AS chosen),
    'recent', (
      SELECT COALESCE(jsonb_agg(to_jsonb(told)), '[]')
        FROM (SELECT channel, kind, subject, max(delivered_at) AS delivered_at FROM hot_alerts AS known
               WHERE known.channel = ANY (channels) AND known.delivered_at > present - make_interval(mins => recent_minutes)
               GROUP BY channel, kind, subject) AS told));
END
$$;

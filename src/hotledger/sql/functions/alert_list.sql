-- The channels on which anything was ever told, and the last deliveries, newest first. A channel is dead when it failed three times in a row. What
-- failed or waits longer than `keep_hours` is given up.
CREATE OR REPLACE FUNCTION public.alert_list(at_most INTEGER DEFAULT 20, keep_hours INTEGER DEFAULT 72) RETURNS JSONB
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT jsonb_build_object(
    'at', now(),
    'channels', (
      SELECT COALESCE(jsonb_agg(to_jsonb(known) || jsonb_build_object(
               'dead', known.failures >= 3,
               'waiting', (SELECT count(*) FROM hot_alerts AS waiting
                            WHERE waiting.channel = known.name AND waiting.state <> 'delivered' AND waiting.kind <> 'test'
                              AND waiting.noted_at > now() - make_interval(hours => keep_hours))) ORDER BY known.name), '[]')
        FROM hot_alert_channels AS known),
    'deliveries', (
      SELECT COALESCE(jsonb_agg(to_jsonb(chosen) - 'token' || jsonb_build_object(
               'given_up', chosen.state <> 'delivered' AND chosen.noted_at <= now() - make_interval(hours => keep_hours))
               ORDER BY chosen.noted_at DESC, chosen.event_key, chosen.channel), '[]')
        FROM (SELECT * FROM hot_alerts ORDER BY noted_at DESC, event_key, channel LIMIT LEAST(GREATEST(at_most, 0), 1000)) AS chosen))
$$;

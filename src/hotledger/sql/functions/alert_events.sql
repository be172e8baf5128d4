-- What has happened that may be told, newest first, each once: `kinds` chooses. Incidents that are open are always there while their platform is read
-- (7 days); all else since a moment. Readings that were missed after one and the same batch are one missed run, whatever the number of platforms.
-- `told` says on which of `channels` an event is noted, and how that stands. For keywords the last 24 lists of each platform count: a title is told
-- as one that climbed when it stands at least `ranks` higher than at its lowest place there. `size_limit_mb` is the limit of the database's size.
CREATE OR REPLACE FUNCTION public.alert_events(kinds TEXT[], since TIMESTAMPTZ, channels TEXT[] DEFAULT '{}', keywords TEXT[] DEFAULT '{}',
  ranks INTEGER DEFAULT 10, size_limit_mb INTEGER DEFAULT NULL, at TIMESTAMPTZ DEFAULT now()) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  found JSONB := '[]';
  percent INTEGER;
BEGIN
  IF kinds && ARRAY['incident_opened', 'incident_recovered', 'run_missed'] THEN
    found := found || alert_incidents(kinds, since, at);
  END IF;
  IF kinds && ARRAY['batch_failed', 'batch_lost'] THEN
    found := found || alert_batches(kinds, since);
  END IF;
  IF kinds && ARRAY['keyword_appeared', 'keyword_climbed'] AND keywords <> '{}' THEN
    found := found || alert_keywords(kinds, since, keywords, ranks, at);
  END IF;
  IF 'size_near' = ANY (kinds) AND size_limit_mb > 0 THEN
    percent := floor(pg_database_size(current_database()) / (size_limit_mb * 10000.0));
    found := found || jsonb_build_object('key', format('size_near:%s:%s', size_limit_mb, percent / 5 * 5), 'on', 'size_near', 'at', at,
      'percent', percent, 'bytes', pg_database_size(current_database()), 'limit_mb', size_limit_mb);
  END IF;
  RETURN jsonb_build_object('now', at, 'events', (
    SELECT COALESCE(jsonb_agg(happened.value || jsonb_build_object('told', told.states)
                              ORDER BY (happened.value ->> 'at')::TIMESTAMPTZ DESC, happened.value ->> 'key'), '[]')
      FROM jsonb_array_elements(found) AS happened
     CROSS JOIN LATERAL (
       SELECT COALESCE(jsonb_object_agg(noted.channel, noted.state), '{}') AS states FROM hot_alerts AS noted
        WHERE noted.event_key = happened.value ->> 'key' AND noted.channel = ANY (channels)) AS told));
END
$$;

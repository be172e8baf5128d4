-- Incidents as events (see `alert_events`). Those of the kind `missed` are told by run: all that missed readings after the same batch together.
CREATE OR REPLACE FUNCTION public.alert_incidents(kinds TEXT[], since TIMESTAMPTZ, at TIMESTAMPTZ) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  RETURN (
    WITH incident AS (
      SELECT open.id, open.platform, open.title, open.kind, open.opened_at, open.closed_at, open.last_good_at, open.last_bad_at, open.readings_lost,
             open.evidence, open.closing_evidence, open.first_batch_id, open.closing_batch_id
        FROM jsonb_to_recordset(incident_list(TRUE, NULL, 2000, at)) AS open (
               id UUID, platform TEXT, title TEXT, kind TEXT, opened_at TIMESTAMPTZ, closed_at TIMESTAMPTZ, last_good_at TIMESTAMPTZ,
               last_bad_at TIMESTAMPTZ, readings_lost INTEGER, evidence TEXT, closing_evidence TEXT, first_batch_id UUID, closing_batch_id UUID)
       WHERE open.closed_at IS NULL AND COALESCE(open.last_bad_at, open.opened_at) > at - INTERVAL '7 days'
      UNION ALL
      SELECT ended.id, platform.name, platform.title, ended.kind, ended.opened_at, ended.closed_at, ended.last_good_at, ended.last_bad_at,
             ended.readings_lost, ended.evidence, ended.closing_evidence, ended.first_batch_id, ended.closing_batch_id
        FROM (SELECT * FROM hot_incidents WHERE closed_at >= since ORDER BY closed_at DESC LIMIT 2000) AS ended
        JOIN hot_platforms AS platform ON platform.id = ended.platform_id
    ), event AS (
      SELECT 'incident_opened' AS told_as, 'incident_opened:' || id AS key, opened_at AS happened_at, ARRAY[platform] AS platforms, title, kind,
             opened_at, closed_at, last_good_at, readings_lost, evidence, NULL AS closing_evidence
        FROM incident WHERE kind <> 'missed'
      UNION ALL
      SELECT 'incident_recovered', 'incident_recovered:' || id, closed_at, ARRAY[platform], title, kind, opened_at, closed_at, last_good_at,
             readings_lost, evidence, closing_evidence
        FROM incident WHERE kind <> 'missed' AND closed_at IS NOT NULL
      UNION ALL
      SELECT 'run_missed', 'run_missed:' || first_batch_id, min(opened_at), array_agg(platform ORDER BY platform), NULL, 'missed', min(opened_at),
             CASE WHEN bool_and(closed_at IS NOT NULL) THEN max(closed_at) END, max(last_good_at), sum(readings_lost)::INTEGER, min(evidence), NULL
        FROM incident WHERE kind = 'missed' GROUP BY first_batch_id
      UNION ALL
      SELECT 'incident_recovered', concat_ws(':', 'incident_recovered', first_batch_id, closing_batch_id), max(closed_at),
             array_agg(platform ORDER BY platform), NULL, 'missed', min(opened_at), max(closed_at), max(last_good_at), sum(readings_lost)::INTEGER,
             min(evidence), min(closing_evidence)
        FROM incident WHERE kind = 'missed' AND closed_at IS NOT NULL GROUP BY first_batch_id, closing_batch_id
    )
    SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'key', key, 'on', told_as, 'at', happened_at, 'subject', platforms[1], 'platforms', platforms[:100], 'title', title, 'kind', kind,
             'since', opened_at, 'until', closed_at, 'last_good_at', last_good_at, 'lost', readings_lost, 'evidence', left(evidence, 500),
             'closing_evidence', left(closing_evidence, 500)))), '[]')
      FROM event
     WHERE told_as = ANY (kinds));
END
$$;

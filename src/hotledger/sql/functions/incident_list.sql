-- Incidents, the open ones first, then by their beginning, newest first. Readings that are missed just now are among the open ones: for a platform
-- that is switched on and was last read as it happened, and after which nothing has come for longer than its rhythm allows.
-- `after` is the last incident of the page before ({"closed_at", "opened_at", "id"}): those that follow it come. One that has ended between two pages
-- may come again, as over.
CREATE OR REPLACE FUNCTION public.incident_list(only_open BOOLEAN DEFAULT TRUE, platform TEXT DEFAULT NULL, at_most INTEGER DEFAULT 100,
  at TIMESTAMPTZ DEFAULT now(), after JSONB DEFAULT NULL) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (
    WITH wanted AS (
      SELECT * FROM hot_platforms AS known WHERE incident_list.platform IS NULL OR known.name = incident_list.platform
    ), found AS (
      SELECT noted.* FROM hot_incidents AS noted JOIN wanted ON wanted.id = noted.platform_id WHERE noted.closed_at IS NULL OR NOT only_open
      UNION ALL
      SELECT missed.* FROM wanted JOIN hot_states AS state ON state.platform_id = wanted.id AND wanted.enabled AND state.live
             CROSS JOIN LATERAL incident_missed(state, at) AS missed WHERE missed.id IS NOT NULL
    ), chosen AS (
      SELECT * FROM found
       WHERE after IS NULL OR (closed_at IS NOT NULL, -extract(EPOCH FROM opened_at), id)
             > (after ->> 'closed_at' IS NOT NULL, -extract(EPOCH FROM (after ->> 'opened_at')::TIMESTAMPTZ), (after ->> 'id')::UUID)
       ORDER BY (closed_at IS NULL) DESC, opened_at DESC, id LIMIT LEAST(at_most, 10000)
    )
    SELECT COALESCE(jsonb_agg(to_jsonb(chosen) - 'platform_id' || jsonb_build_object(
             'acknowledged_at', seen.acknowledged_at, 'acknowledged_by', seen.acknowledged_by, 'platform', wanted.name,
             'title', wanted.title, 'seconds', round(extract(EPOCH FROM COALESCE(chosen.closed_at, at) - chosen.opened_at)))
             ORDER BY (chosen.closed_at IS NULL) DESC, chosen.opened_at DESC, chosen.id), '[]')
      FROM chosen JOIN wanted ON wanted.id = chosen.platform_id LEFT JOIN hot_acknowledgements AS seen ON seen.incident_id = chosen.id);
END
$$;

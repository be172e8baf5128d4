-- Notes that somebody has seen an incident, and who (NULL or empty: not said). The first one counts; doing it again changes nothing.
CREATE OR REPLACE FUNCTION public.incident_acknowledge(id UUID, by TEXT DEFAULT NULL) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT EXISTS (SELECT FROM hot_incidents AS noted WHERE noted.id = incident_acknowledge.id)
     AND NOT EXISTS (SELECT FROM jsonb_array_elements(incident_list(TRUE, NULL, 10000)) AS found
                      WHERE found ->> 'id' = incident_acknowledge.id::TEXT) THEN
    RAISE EXCEPTION 'There is no incident %.', incident_acknowledge.id USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO hot_acknowledgements (incident_id, acknowledged_by)
  VALUES (incident_acknowledge.id, NULLIF(left(trim(incident_acknowledge.by), 100), ''))
      ON CONFLICT (incident_id) DO NOTHING;
  RETURN (SELECT jsonb_build_object('id', incident_id, 'acknowledged_at', acknowledged_at, 'acknowledged_by', acknowledged_by)
            FROM hot_acknowledgements WHERE incident_id = incident_acknowledge.id);
END
$$;

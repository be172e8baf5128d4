-- Writes incidents as they stand now.
CREATE OR REPLACE FUNCTION public.incidents_write(incidents hot_incidents[]) RETURNS VOID
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO hot_incidents AS known
  SELECT * FROM unnest(incidents) AS each
      ON CONFLICT (id) DO UPDATE
     SET kind = excluded.kind, closed_at = excluded.closed_at, recovering_at = excluded.recovering_at, last_bad_at = excluded.last_bad_at,
         bad_readings = excluded.bad_readings, readings_lost = excluded.readings_lost, relapses = excluded.relapses,
         evidence = excluded.evidence, last_evidence = excluded.last_evidence, closing_evidence = excluded.closing_evidence,
         last_batch_id = excluded.last_batch_id, closing_batch_id = excluded.closing_batch_id;
END
$$;

-- The end of the last day up to a moment of which readings are gone, since a moment (NULL: ever). NULL when all are there.
CREATE OR REPLACE FUNCTION public.hot_days_whole_since(platform_number SMALLINT, since TIMESTAMPTZ, until TIMESTAMPTZ) RETURNS TIMESTAMPTZ
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  first DATE := (COALESCE(since, '-infinity') AT TIME ZONE 'UTC')::DATE;
  last DATE := (until AT TIME ZONE 'UTC')::DATE;
BEGIN
  RETURN (SELECT max(kept.day + 1)
            FROM hot_days AS kept
            LEFT JOIN (SELECT (collected_at AT TIME ZONE 'UTC')::DATE AS day, count(*) AS readings
                         FROM hot_readings
                        WHERE platform_id = platform_number AND collected_at >= first::TIMESTAMP AT TIME ZONE 'UTC'
                          AND collected_at < (last + 1)::TIMESTAMP AT TIME ZONE 'UTC'
                        GROUP BY 1) AS there ON there.day = kept.day
           WHERE kept.platform_id = platform_number AND kept.day BETWEEN first AND last
             AND kept.readings > COALESCE(there.readings, 0))::TIMESTAMP AT TIME ZONE 'UTC';
END
$$;

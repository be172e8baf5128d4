-- How often a platform is read: of its last intervals (seconds), the usual one, and the longest that is still no missed reading. Both are NULL
-- while there are fewer than 8, or where there is no rhythm: read by hand, or with long breaks as a rule (one long break of the last 32 intervals
-- is no rule), or again and again within a minute, which no schedule does. Strict intervals may be 1.75 times the usual one; where they vary by
-- more than 15 %, 2.5 times, and it takes 16 to know.
CREATE OR REPLACE FUNCTION public.hot_rhythm(intervals REAL[], OUT usual DOUBLE PRECISION, OUT longest DOUBLE PRECISION)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known INTEGER := cardinality(intervals);
  sorted REAL[];
BEGIN
  IF known < 8 THEN
    RETURN;
  END IF;
  sorted := ARRAY(SELECT each FROM unnest(intervals) AS each ORDER BY each);
  usual := (sorted[(known + 1) / 2] + sorted[known / 2 + 1]) / 2;
  IF usual < 50 THEN
    usual := NULL;
  ELSIF sorted[known - 1] < usual * 1.15 THEN
    longest := usual * 1.75;
  ELSIF known >= 16 AND sorted[known - 1] < usual * 2.5 AND sorted[2] > usual / 4 THEN
    longest := usual * 2.5;
  ELSE
    usual := NULL;
  END IF;
END
$$;

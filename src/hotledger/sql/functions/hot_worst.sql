-- The worst of the verdicts that are counted, as {"ok": 23, "blocked": 1}; failures are worse than lists kept with a warning. NULL of none.
CREATE OR REPLACE FUNCTION public.hot_worst(verdicts JSONB) RETURNS TEXT
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT each.verdict
    FROM unnest(ARRAY['broken', 'wrong_list', 'blocked', 'refused', 'unreachable', 'timeout', 'empty', 'drifted', 'stale', 'frozen', 'short',
                      'ok']) WITH ORDINALITY AS each (verdict, place)
   WHERE (verdicts ->> each.verdict)::BIGINT > 0
   ORDER BY each.place
   LIMIT 1
$$;

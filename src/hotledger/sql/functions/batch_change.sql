-- A batch beside the one before of the same job type that has ended: how many items more or less, and for each platform that either of them read or
-- planned its verdict and items in both. `change` is 'better' or 'worse' by what the verdicts say (a list, a list with a warning, none), 'same', 'new'
-- or 'gone'. NULL when there is no such batch before.
CREATE OR REPLACE FUNCTION public.batch_change(batch_id UUID) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  job batch_jobs%ROWTYPE;
  earlier batch_jobs%ROWTYPE;
BEGIN
  SELECT * INTO job FROM batch_jobs WHERE id = batch_change.batch_id;
  SELECT * INTO earlier FROM batch_jobs AS known
   WHERE known.job_type = job.job_type AND known.status IN ('completed', 'failed') AND known.created_at <= job.created_at
     AND (known.created_at, known.id) < (job.created_at, job.id)
   ORDER BY known.created_at DESC, known.id DESC LIMIT 1;
  IF earlier.id IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN (
    WITH compared AS (
      SELECT platform_id, was.verdict AS verdict_before, held.verdict, was.items AS items_before, held.items,
             CASE WHEN was.verdict = 'ok' THEN 2 WHEN was.status = 'completed' THEN 1 ELSE 0 END AS worth_before,
             CASE WHEN held.verdict = 'ok' THEN 2 WHEN held.status = 'completed' THEN 1 ELSE 0 END AS worth
        FROM (SELECT * FROM hot_readings WHERE batch_id = job.id) AS held
        FULL JOIN (SELECT * FROM hot_readings WHERE batch_id = earlier.id) AS was USING (platform_id)
    )
    SELECT jsonb_build_object(
      'before', batch_brief(earlier), 'items_more', job.total_items - earlier.total_items,
      'platforms', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
                             'platform', platform.name, 'verdict_before', verdict_before, 'verdict', verdict, 'items_before', items_before,
                             'items', items, 'items_more', items - items_before,
                             'change', CASE WHEN verdict_before IS NULL THEN 'new' WHEN verdict IS NULL THEN 'gone' WHEN worth > worth_before THEN 'better'
                                            WHEN worth < worth_before THEN 'worse' ELSE 'same' END) ORDER BY platform.name), '[]')
                      FROM compared JOIN hot_platforms AS platform ON platform.id = platform_id)));
END
$$;

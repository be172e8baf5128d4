-- A page of batches, newest first: those after a place (`before_at`, `before_id`: the `next` of the page before), so that what is written or deleted
-- meanwhile moves nothing. `job_type`, `status`, `platform` and `outcome` choose; NULL means "whatever it is". With one of the latter three at most
-- 5,000 batches are looked through (1,500 by outcome, which stands in the long metadata): then `next` goes on from there, though the page may be
-- short, and `searched_until` says how far back it has looked. A batch without created_at, which only other software can make, has no place in
-- this order.
CREATE OR REPLACE FUNCTION public.batch_page(job_type TEXT DEFAULT NULL, status TEXT DEFAULT NULL, platform TEXT DEFAULT NULL,
  outcome TEXT DEFAULT NULL, at_most INTEGER DEFAULT 50, before_at TIMESTAMPTZ DEFAULT NULL, before_id UUID DEFAULT NULL) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE
  size CONSTANT INTEGER := GREATEST(LEAST(at_most, 500), 1);
  looked CONSTANT INTEGER := CASE WHEN outcome IS NULL THEN 5000 ELSE 1500 END;
  chosen batch_jobs[];
  last batch_jobs%ROWTYPE;
  bound RECORD;
  more BOOLEAN;
BEGIN
  before_at := COALESCE(before_at, 'infinity');
  before_id := COALESCE(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  SELECT job.created_at, job.id INTO bound
    FROM batch_jobs AS job
   WHERE COALESCE(batch_page.status, platform, outcome) IS NOT NULL
     AND (batch_page.job_type IS NULL OR job.job_type = batch_page.job_type) AND (job.created_at, job.id) < (before_at, before_id)
   ORDER BY job.created_at DESC, job.id DESC OFFSET looked - 1 LIMIT 1;
  chosen := ARRAY(
    SELECT job FROM batch_jobs AS job
     WHERE (batch_page.job_type IS NULL OR job.job_type = batch_page.job_type) AND (job.created_at, job.id) < (before_at, before_id)
       AND (job.created_at, job.id) >= (COALESCE(bound.created_at, '-infinity'), COALESCE(bound.id, '00000000-0000-0000-0000-000000000000'))
       AND (batch_page.status IS NULL OR job.status = batch_page.status)
       AND (platform IS NULL OR platform = ANY (job.platforms_processed))
       AND (outcome IS NULL OR (job.status = CASE outcome WHEN 'failed' THEN 'failed' ELSE 'completed' END
                                AND job.metadata #>> '{summary,outcome}' = outcome))
     ORDER BY job.created_at DESC, job.id DESC LIMIT size + 1);
  more := cardinality(chosen) > size;
  last := chosen[LEAST(size, cardinality(chosen))];
  RETURN jsonb_build_object(
    'batches', (SELECT COALESCE(jsonb_agg(batch_brief(job) ORDER BY job.created_at DESC, job.id DESC), '[]')
                  FROM unnest(chosen[:size]) AS job),
    'next', CASE WHEN more THEN jsonb_build_object('created_at', last.created_at, 'id', last.id)
                 WHEN bound.id IS NOT NULL THEN jsonb_build_object('created_at', bound.created_at, 'id', bound.id) END,
    'searched_until', CASE WHEN NOT more THEN bound.created_at END,
    'at', now());
END
$$;

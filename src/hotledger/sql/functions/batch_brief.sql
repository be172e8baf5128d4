-- A batch in a line: its row without the long metadata, how it ended and why, and how many of its platforms gave a list. Unknown is NULL, above all
-- for batches of other software, whose metadata may be anything.
CREATE OR REPLACE FUNCTION public.batch_brief(job batch_jobs) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  noted JSONB := CASE WHEN jsonb_typeof(job.metadata) = 'object' THEN job.metadata ELSE '{}' END;
  summary JSONB := CASE WHEN jsonb_typeof(noted -> 'summary') = 'object' THEN noted -> 'summary' ELSE '{}' END;
BEGIN
  RETURN jsonb_build_object(
    'id', job.id, 'job_type', job.job_type, 'status', job.status, 'outcome', summary ->> 'outcome', 'failure', summary ->> 'failure',
    'explanation', summary ->> 'explanation', 'source', noted ->> 'source', 'total_items', job.total_items,
    'new_items', CASE WHEN jsonb_typeof(summary -> 'new_items') = 'number' THEN summary -> 'new_items' END,
    'planned', CASE WHEN jsonb_typeof(noted -> 'planned') = 'array' THEN jsonb_array_length(noted -> 'planned') END,
    'processed', cardinality(job.platforms_processed),
    'succeeded', CASE WHEN jsonb_typeof(summary -> 'succeeded') = 'number' THEN summary -> 'succeeded' END,
    'started_at', job.started_at, 'completed_at', job.completed_at, 'created_at', job.created_at,
    'seconds', round(extract(EPOCH FROM job.completed_at - job.started_at), 1));
END
$$;

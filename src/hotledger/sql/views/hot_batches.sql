-- Batches for those who may only look: what batch_jobs says, with the summary's words beside.
CREATE OR REPLACE VIEW public.hot_batches AS
SELECT id, job_type, status, platforms_processed, total_items, metadata, started_at, completed_at, created_at,
       metadata #>> '{summary,outcome}' AS outcome, metadata #>> '{summary,explanation}' AS explanation
  FROM public.batch_jobs;

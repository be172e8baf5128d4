-- The row of a batch as its repaired readings say it (see reading_repair): total_items, and in the metadata what is said of these readings and the
-- counts of the summary. All else stays, above all the status and the words of the outcome. A batch without repaired readings stays as it is.
CREATE OR REPLACE FUNCTION public.batch_repaired(job batch_jobs) RETURNS batch_jobs
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  mended RECORD;
  repaired JSONB := '{}';
  counts JSONB;
BEGIN
  FOR mended IN
    SELECT platform.name, reading.*
      FROM hot_readings AS reading JOIN hot_platforms AS platform ON platform.id = reading.platform_id
     WHERE reading.batch_id = job.id AND reading.details ? 'repaired_at'
  LOOP
    repaired := repaired || jsonb_build_object(mended.name, jsonb_build_object(
      'verdict_before', mended.details #> '{readings,0,verdict}', 'items_before', mended.details #> '{readings,0,items}',
      'verdict', mended.verdict, 'items', mended.items, 'at', mended.details -> 'repaired_at'));
    job.metadata := job.metadata || jsonb_build_object(
      mended.name || '_items', mended.items,
      'platforms', (job.metadata -> 'platforms') || jsonb_build_object(mended.name,
        COALESCE(job.metadata #> ARRAY['platforms', mended.name], '{}') - ARRAY['parser_version', 'ads', 'error_code', 'error_message']
        || jsonb_build_object('status', mended.status, 'verdict', mended.verdict, 'evidence', left(mended.evidence, 300),
                              'items', mended.items, 'new_items', mended.new_items)
        || (mended.details - ARRAY['pinned', 'other_bodies', 'readings'])),
      'errors', (SELECT COALESCE(jsonb_agg(error || CASE WHEN error ->> 'platform' = mended.name
                          THEN jsonb_build_object('repaired_at', mended.details -> 'repaired_at') ELSE '{}' END ORDER BY place), '[]')
                   FROM jsonb_array_elements(job.metadata -> 'errors') WITH ORDINALITY AS each (error, place)));
  END LOOP;
  IF repaired <> '{}' THEN
    SELECT sum(reading.items), jsonb_build_object(
             'items', sum(reading.items), 'new_items', sum(reading.new_items), 'repaired', repaired,
             'succeeded', count(*) FILTER (WHERE reading.status = 'completed'),
             'failed', cardinality(job.platforms_processed) - count(*) FILTER (WHERE reading.status = 'completed'))
      INTO job.total_items, counts
      FROM hot_readings AS reading WHERE reading.batch_id = job.id;
    IF job.metadata -> 'summary' ? 'outcome' THEN
      job.metadata := jsonb_set(job.metadata, '{summary}', (job.metadata -> 'summary') || counts);
    END IF;
  END IF;
  RETURN job;
END
$$;

-- One line for people: how a batch ended, by which rule, and what was missing.
CREATE OR REPLACE FUNCTION public.batch_explained(job batch_jobs, outcome TEXT, failure TEXT, succeeded INTEGER, missing TEXT[], message TEXT)
RETURNS TEXT
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT left(concat_ws('; ',
    CASE failure
      WHEN 'lost' THEN 'lost: ' || message
      WHEN 'no_list' THEN 'failed: no platform gave a list'
      WHEN 'interrupted' THEN 'interrupted before its end'
      WHEN 'replaced' THEN 'replaced: ' || message
      WHEN 'error' THEN 'ended by an error: ' || message
      ELSE CASE WHEN outcome = 'full' THEN 'every planned platform gave its list' ELSE 'not every platform gave its list' END
    END,
    format('%s of %s gave a list, %s items', succeeded,
           cardinality(ARRAY(SELECT jsonb_array_elements_text(job.metadata -> 'planned')
                             UNION SELECT unnest(job.platforms_processed))), job.total_items),
    (SELECT 'without a list: ' || string_agg(name || ' (' || (value ->> 'verdict') || ')', ', ' ORDER BY name)
       FROM jsonb_each(job.metadata -> 'platforms') AS platform (name, value) WHERE value ->> 'status' = 'failed'),
    CASE WHEN missing <> '{}' THEN 'not read: ' || array_to_string(missing, ', ') END), 1000)
$$;

-- What of ours is not there, and where a table of other software stands in the place of ours. Reads the catalogue only, which every role may.
SELECT ARRAY(SELECT name FROM unnest(%(relations)s::TEXT[]) AS name
              WHERE NOT EXISTS (SELECT FROM pg_class WHERE relname = name AND relnamespace = 'public'::regnamespace)) AS relations,
       ARRAY(SELECT name FROM unnest(%(functions)s::TEXT[]) AS name
              WHERE NOT EXISTS (SELECT FROM pg_proc WHERE proname = name AND pronamespace = 'public'::regnamespace)) AS functions,
       (SELECT string_agg(format('%%s must be %%s but is %%s', wanted.name, wanted.type, COALESCE(found.type, 'missing')), ', ')
          FROM pg_class AS jobs
         CROSS JOIN (VALUES ('id', 'uuid'), ('job_type', 'character varying(50)'), ('status', 'character varying(50)'),
                            ('platforms_processed', 'text[]'), ('total_items', 'integer'), ('metadata', 'jsonb'),
                            ('started_at', 'timestamp with time zone'), ('completed_at', 'timestamp with time zone'),
                            ('created_at', 'timestamp with time zone')) AS wanted (name, type)
          LEFT JOIN LATERAL (SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute
                              WHERE attrelid = jobs.oid AND attname = wanted.name AND attnum > 0 AND NOT attisdropped) AS found ON TRUE
         WHERE jobs.relname = 'batch_jobs' AND jobs.relnamespace = 'public'::regnamespace
           AND found.type IS DISTINCT FROM wanted.type) AS columns;

-- The batches. A table that other software has already made under this name is adopted in place, with its rows.
CREATE TABLE IF NOT EXISTS public.batch_jobs (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  job_type VARCHAR(50) NOT NULL,
  status VARCHAR(50) NULL DEFAULT 'pending'::VARCHAR,
  platforms_processed TEXT[] NULL,
  total_items INTEGER NULL DEFAULT 0,
  metadata JSONB NULL,
  started_at TIMESTAMP WITH TIME ZONE NULL DEFAULT now(),
  completed_at TIMESTAMP WITH TIME ZONE NULL,
  created_at TIMESTAMP WITH TIME ZONE NULL DEFAULT now(),
  CONSTRAINT batch_jobs_pkey PRIMARY KEY (id)
);

DO $$
DECLARE
  wrong TEXT;
BEGIN
  SELECT string_agg(format('%s must be %s but is %s', wanted.name, wanted.type, COALESCE(found.type, 'missing')), ', ')
    INTO wrong
    FROM (VALUES ('id', 'uuid'), ('job_type', 'character varying(50)'), ('status', 'character varying(50)'),
                 ('platforms_processed', 'text[]'), ('total_items', 'integer'), ('metadata', 'jsonb'),
                 ('started_at', 'timestamp with time zone'), ('completed_at', 'timestamp with time zone'),
                 ('created_at', 'timestamp with time zone')) AS wanted (name, type)
    LEFT JOIN (SELECT attname, format_type(atttypid, atttypmod) AS type
                 FROM pg_attribute
                WHERE attrelid = 'public.batch_jobs'::regclass AND attnum > 0 AND NOT attisdropped) AS found
      ON found.attname = wanted.name
   WHERE found.type IS DISTINCT FROM wanted.type;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'The existing table public.batch_jobs has other columns than hotledger needs (%). Rename that table, or use another database.', wrong
      USING ERRCODE = 'wrong_object_type';
  END IF;
END
$$;

CREATE INDEX IF NOT EXISTS idx_batch_jobs_job_type
  ON public.batch_jobs USING btree (job_type, created_at DESC);

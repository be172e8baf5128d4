-- Batches of a job type that may not overlap, and collectors that are trusted with recording only.
ALTER TABLE public.hot_leases ADD COLUMN IF NOT EXISTS exclusive TEXT NULL;

CREATE UNIQUE INDEX IF NOT EXISTS hot_leases_exclusive_idx
  ON public.hot_leases USING btree (exclusive) WHERE closed_at IS NULL AND exclusive IS NOT NULL;

CREATE TABLE IF NOT EXISTS public.hot_collectors (
  id SMALLINT NOT NULL GENERATED ALWAYS AS IDENTITY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  token_hash TEXT NOT NULL CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  calls_per_minute INTEGER NOT NULL DEFAULT 600 CHECK (calls_per_minute > 0),
  bytes_per_call INTEGER NOT NULL DEFAULT 1000000 CHECK (bytes_per_call > 0),
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  revoked_at TIMESTAMP WITH TIME ZONE NULL,
  minute_at TIMESTAMP WITH TIME ZONE NULL,
  calls_in_minute INTEGER NOT NULL DEFAULT 0,
  last_used_at TIMESTAMP WITH TIME ZONE NULL,
  CONSTRAINT hot_collectors_pkey PRIMARY KEY (id),
  CONSTRAINT hot_collectors_name_key UNIQUE (name),
  CONSTRAINT hot_collectors_token_hash_key UNIQUE (token_hash)
);

-- The tables as they are after all migrations: for reading, and for the test that replays the migrations.

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

CREATE INDEX IF NOT EXISTS idx_batch_jobs_job_type
  ON public.batch_jobs USING btree (job_type, created_at DESC);

CREATE INDEX IF NOT EXISTS batch_jobs_created_at_id_idx
  ON public.batch_jobs USING btree (created_at DESC, id DESC);

-- The lists: what platforms there are, every title that was ever seen on one, and what each gave in each batch.
CREATE TABLE IF NOT EXISTS public.hot_platforms (
  id SMALLINT NOT NULL GENERATED ALWAYS AS IDENTITY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  title TEXT NULL,
  link TEXT NULL,
  enabled BOOLEAN NOT NULL DEFAULT TRUE,
  disabled_reason TEXT NULL,
  disabled_at TIMESTAMP WITH TIME ZONE NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  switched_on_at TIMESTAMP WITH TIME ZONE[] NOT NULL DEFAULT '{}',
  CONSTRAINT hot_platforms_pkey PRIMARY KEY (id),
  CONSTRAINT hot_platforms_name_key UNIQUE (name)
);

CREATE TABLE IF NOT EXISTS public.hot_entries (
  first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  peak_heat DOUBLE PRECISION NULL,
  id INTEGER NOT NULL GENERATED ALWAYS AS IDENTITY,
  times_seen INTEGER NOT NULL DEFAULT 1,
  platform_id SMALLINT NOT NULL,
  best_rank SMALLINT NOT NULL,
  key UUID NOT NULL,
  title TEXT NOT NULL,
  source_id TEXT NULL,
  url TEXT NULL,
  extras JSONB NULL,
  CONSTRAINT hot_entries_pkey PRIMARY KEY (id),
  CONSTRAINT hot_entries_key_key UNIQUE (key),
  CONSTRAINT hot_entries_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES public.hot_platforms (id)
) WITH (fillfactor = 90);

CREATE INDEX IF NOT EXISTS hot_entries_title_source_id_idx
  ON public.hot_entries USING brin (title text_bloom_ops (n_distinct_per_range = 1600, false_positive_rate = 0.1),
                                    source_id text_bloom_ops (n_distinct_per_range = 1600, false_positive_rate = 0.1))
  WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE IF NOT EXISTS public.hot_readings (
  batch_id UUID NOT NULL,
  collected_at TIMESTAMP WITH TIME ZONE NOT NULL,
  duration_ms INTEGER NULL,
  items INTEGER NOT NULL,
  new_items INTEGER NOT NULL,
  platform_id SMALLINT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('completed', 'failed')),
  verdict TEXT NOT NULL CHECK (verdict IN ('ok', 'short', 'frozen', 'stale', 'drifted', 'empty', 'blocked', 'wrong_list',
                                           'unreachable', 'refused', 'timeout', 'broken')),
  evidence TEXT NULL,
  entries INTEGER[] NULL,
  heats DOUBLE PRECISION[] NULL,
  details JSONB NULL,
  CONSTRAINT hot_readings_pkey PRIMARY KEY (batch_id, platform_id),
  CONSTRAINT hot_readings_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES public.hot_platforms (id)
);

CREATE INDEX IF NOT EXISTS hot_readings_platform_id_collected_at_idx
  ON public.hot_readings USING btree (platform_id, collected_at DESC);

-- Who may write to an open batch, until when, and who was refused.
CREATE TABLE IF NOT EXISTS public.hot_leases (
  batch_id UUID NOT NULL,
  token UUID NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 1,
  owner TEXT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  beat_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  closed_at TIMESTAMP WITH TIME ZONE NULL,
  refused INTEGER NOT NULL DEFAULT 0,
  refusals JSONB NOT NULL DEFAULT '[]',
  exclusive TEXT NULL,
  CONSTRAINT hot_leases_pkey PRIMARY KEY (batch_id),
  CONSTRAINT hot_leases_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.batch_jobs (id) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS hot_leases_open_idx
  ON public.hot_leases USING btree (expires_at) WHERE closed_at IS NULL;

CREATE UNIQUE INDEX IF NOT EXISTS hot_leases_exclusive_idx
  ON public.hot_leases USING btree (exclusive) WHERE closed_at IS NULL AND exclusive IS NOT NULL;

CREATE INDEX IF NOT EXISTS hot_leases_refused_idx
  ON public.hot_leases USING btree (opened_at) WHERE refused > 0;

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

-- What the judge knows of each platform after its latest reading. Only the judge reads what is inside.
CREATE TABLE IF NOT EXISTS public.hot_baselines (
  platform_id SMALLINT NOT NULL,
  collected_at TIMESTAMP WITH TIME ZONE NOT NULL,
  baseline JSONB NOT NULL,
  CONSTRAINT hot_baselines_pkey PRIMARY KEY (platform_id),
  CONSTRAINT hot_baselines_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES public.hot_platforms (id) ON DELETE CASCADE
) WITH (fillfactor = 50);

-- Troubles with a beginning and an end, the days of each platform, and how far its readings have been told as incidents.
CREATE TABLE IF NOT EXISTS public.hot_incidents (
  id UUID NOT NULL,
  platform_id SMALLINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('missed', 'short', 'frozen', 'stale', 'drifted', 'empty', 'blocked', 'wrong_list', 'unreachable',
                                     'refused', 'timeout', 'broken')),
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  closed_at TIMESTAMP WITH TIME ZONE NULL,
  recovering_at TIMESTAMP WITH TIME ZONE NULL,
  last_good_at TIMESTAMP WITH TIME ZONE NULL,
  last_bad_at TIMESTAMP WITH TIME ZONE NULL,
  bad_readings INTEGER NOT NULL DEFAULT 0,
  readings_lost INTEGER NOT NULL DEFAULT 0,
  relapses INTEGER NOT NULL DEFAULT 0,
  evidence TEXT NULL,
  last_evidence TEXT NULL,
  closing_evidence TEXT NULL,
  first_batch_id UUID NOT NULL,
  last_batch_id UUID NULL,
  closing_batch_id UUID NULL,
  CONSTRAINT hot_incidents_pkey PRIMARY KEY (id),
  CONSTRAINT hot_incidents_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES public.hot_platforms (id) ON DELETE CASCADE,
  CONSTRAINT hot_incidents_closed_at_check CHECK (closed_at >= opened_at)
);

CREATE INDEX IF NOT EXISTS hot_incidents_platform_id_opened_at_idx
  ON public.hot_incidents USING btree (platform_id, opened_at DESC);

CREATE INDEX IF NOT EXISTS hot_incidents_open_idx
  ON public.hot_incidents USING btree (opened_at) WHERE closed_at IS NULL;

CREATE TABLE IF NOT EXISTS public.hot_days (
  platform_id SMALLINT NOT NULL,
  day DATE NOT NULL,
  readings INTEGER NOT NULL,
  good INTEGER NOT NULL,
  items BIGINT NOT NULL,
  new_items BIGINT NOT NULL,
  timed INTEGER NOT NULL,
  duration_ms BIGINT NOT NULL,
  slowest_ms INTEGER NULL,
  verdicts JSONB NOT NULL,
  CONSTRAINT hot_days_pkey PRIMARY KEY (platform_id, day),
  CONSTRAINT hot_days_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES public.hot_platforms (id) ON DELETE CASCADE
) WITH (fillfactor = 70);

CREATE TABLE IF NOT EXISTS public.hot_states (
  platform_id SMALLINT NOT NULL,
  live BOOLEAN NOT NULL DEFAULT FALSE,
  last_batch_id UUID NULL,
  last_at TIMESTAMP WITH TIME ZONE NULL,
  last_good_at TIMESTAMP WITH TIME ZONE NULL,
  incident_id UUID NULL,
  intervals REAL[] NOT NULL DEFAULT '{}',
  trouble JSONB NULL,
  CONSTRAINT hot_states_pkey PRIMARY KEY (platform_id),
  CONSTRAINT hot_states_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES public.hot_platforms (id) ON DELETE CASCADE
) WITH (fillfactor = 50);

-- Who has seen which incident. Not a column of the incidents: those are told anew when readings come late, and some are never stored.
CREATE TABLE IF NOT EXISTS public.hot_acknowledgements (
  incident_id UUID NOT NULL,
  acknowledged_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  acknowledged_by TEXT NULL,
  CONSTRAINT hot_acknowledgements_pkey PRIMARY KEY (incident_id)
);

-- What was told, or is to be told, on which channel; and how each channel does.
CREATE TABLE IF NOT EXISTS public.hot_alerts (
  event_key TEXT NOT NULL CHECK (length(event_key) BETWEEN 1 AND 300),
  channel TEXT NOT NULL CHECK (length(channel) BETWEEN 1 AND 100),
  state TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'claimed', 'delivered', 'failed')),
  kind TEXT NOT NULL,
  subject TEXT NULL,
  event JSONB NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  noted_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  tried_at TIMESTAMP WITH TIME ZONE NULL,
  delivered_at TIMESTAMP WITH TIME ZONE NULL,
  token UUID NULL,
  claimed_until TIMESTAMP WITH TIME ZONE NULL,
  error TEXT NULL,
  CONSTRAINT hot_alerts_pkey PRIMARY KEY (event_key, channel)
);

CREATE INDEX IF NOT EXISTS hot_alerts_noted_at_idx
  ON public.hot_alerts USING btree (noted_at DESC);

CREATE INDEX IF NOT EXISTS hot_alerts_waiting_idx
  ON public.hot_alerts USING btree (channel, noted_at) WHERE state <> 'delivered';

CREATE INDEX IF NOT EXISTS hot_alerts_delivered_idx
  ON public.hot_alerts USING btree (channel, delivered_at DESC) WHERE delivered_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS public.hot_alert_channels (
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  since TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  failures INTEGER NOT NULL DEFAULT 0,
  failed_at TIMESTAMP WITH TIME ZONE NULL,
  retry_at TIMESTAMP WITH TIME ZONE NULL,
  delivered_at TIMESTAMP WITH TIME ZONE NULL,
  error TEXT NULL,
  CONSTRAINT hot_alert_channels_pkey PRIMARY KEY (name)
);

CREATE INDEX IF NOT EXISTS hot_incidents_closed_idx
  ON public.hot_incidents USING btree (closed_at) WHERE closed_at IS NOT NULL;

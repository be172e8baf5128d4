-- Troubles with a beginning and an end, the days of each platform, and how far its readings have been told as incidents.
ALTER TABLE public.hot_platforms ADD COLUMN IF NOT EXISTS switched_on_at TIMESTAMP WITH TIME ZONE[] NOT NULL DEFAULT '{}';

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

-- What the judge knows of each platform after its latest reading. Only the judge reads what is inside.
CREATE TABLE IF NOT EXISTS public.hot_baselines (
  platform_id SMALLINT NOT NULL,
  collected_at TIMESTAMP WITH TIME ZONE NOT NULL,
  baseline JSONB NOT NULL,
  CONSTRAINT hot_baselines_pkey PRIMARY KEY (platform_id),
  CONSTRAINT hot_baselines_platform_id_fkey FOREIGN KEY (platform_id) REFERENCES public.hot_platforms (id) ON DELETE CASCADE
) WITH (fillfactor = 50);

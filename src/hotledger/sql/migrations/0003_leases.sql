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
  CONSTRAINT hot_leases_pkey PRIMARY KEY (batch_id),
  CONSTRAINT hot_leases_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.batch_jobs (id) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS hot_leases_open_idx
  ON public.hot_leases USING btree (expires_at) WHERE closed_at IS NULL;

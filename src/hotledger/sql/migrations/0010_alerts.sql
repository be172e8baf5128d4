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

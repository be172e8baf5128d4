-- Who has seen which incident. Not a column of the incidents: those are told anew when readings come late, and some are never stored.
CREATE TABLE IF NOT EXISTS public.hot_acknowledgements (
  incident_id UUID NOT NULL,
  acknowledged_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  acknowledged_by TEXT NULL,
  CONSTRAINT hot_acknowledgements_pkey PRIMARY KEY (incident_id)
);

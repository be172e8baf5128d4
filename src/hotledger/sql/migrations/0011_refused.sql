-- The few batches of which a writer was refused, for who counts or shows them.
CREATE INDEX IF NOT EXISTS hot_leases_refused_idx
  ON public.hot_leases USING btree (opened_at) WHERE refused > 0;

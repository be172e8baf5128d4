-- Who may do what, where Supabase's roles exist: the service role everything; the public keys (anon, authenticated) nothing but to record with
-- a collector's token. Elsewhere (no such roles) the owner of the tables decides, and nothing is changed.
DO $$
DECLARE
  name TEXT;
BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('service_role', 'anon', 'authenticated')) < 3 THEN
    RETURN;
  END IF;
  FOREACH name IN ARRAY ARRAY['batch_jobs', 'hot_platforms', 'hot_entries', 'hot_readings', 'hot_leases', 'hot_collectors', 'hot_migrations'] LOOP
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('REVOKE ALL ON TABLE public.%I FROM PUBLIC, anon, authenticated', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.%I TO service_role', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['hot_items', 'hot_batches'] LOOP
    EXECUTE format('REVOKE ALL ON TABLE public.%I FROM PUBLIC, anon, authenticated', name);
    EXECUTE format('GRANT SELECT ON TABLE public.%I TO service_role', name);
  END LOOP;
  FOR name IN
    SELECT oid::regprocedure::TEXT FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND proname = ANY (ARRAY[
      'batch_beat', 'batch_blank', 'batch_close', 'batch_explained', 'batch_find', 'batch_get', 'batch_import',
      'batch_jobs_guard', 'batch_list', 'batch_noted', 'batch_open', 'batch_purge', 'batch_reap', 'batch_record',
      'batch_refusal', 'batch_refuse', 'batch_rival', 'batch_settled', 'batch_trend', 'batch_write', 'collector_add',
      'collector_call', 'collector_list', 'collector_revoke', 'hot_link', 'hot_list_find', 'hot_list_keeps', 'hot_list_rows',
      'hot_list_store', 'hot_lists_enter', 'hot_platform_id',
      'ledger_about', 'ledger_verify', 'list_top', 'platform_list', 'platform_past', 'platform_register', 'reading_store',
      'scratch_remove', 'topic_history'])
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, anon, authenticated', name);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO service_role', name);
  END LOOP;
  GRANT EXECUTE ON FUNCTION public.collector_call(TEXT, TEXT, JSONB) TO anon, authenticated;
  NOTIFY pgrst, 'reload schema';
END
$$;

-- Who may do what, where Supabase's roles exist: the service role what the functions need; the public keys (anon, authenticated) nothing but
-- to record with a collector's token. Said anew at each migration, whatever the project's default privileges are. Elsewhere (no such
-- roles) the owner of the tables decides, and nothing is changed. `rights.py` shows the same as a table; a test proves that they agree.
DO $$
DECLARE
  name TEXT;
  verbs TEXT;
BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('service_role', 'anon', 'authenticated')) < 3 THEN
    RETURN;
  END IF;
  FOR name IN SELECT rolname FROM pg_roles
               WHERE rolname IN ('service_role', 'anon', 'authenticated') AND NOT has_schema_privilege(rolname, 'public', 'USAGE') LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', name);
  END LOOP;
  FOR name, verbs IN VALUES
    ('batch_jobs', 'SELECT, INSERT, UPDATE, DELETE'), ('hot_platforms', 'SELECT, INSERT, UPDATE, DELETE'),
    ('hot_entries', 'SELECT, INSERT, UPDATE, DELETE'), ('hot_readings', 'SELECT, INSERT, UPDATE, DELETE'),
    ('hot_leases', 'SELECT, INSERT, UPDATE'), ('hot_collectors', 'SELECT, INSERT, UPDATE'), ('hot_baselines', 'SELECT, INSERT, UPDATE'),
    ('hot_incidents', 'SELECT, INSERT, UPDATE, DELETE'), ('hot_days', 'SELECT, INSERT, UPDATE, DELETE'),
    ('hot_states', 'SELECT, INSERT, UPDATE, DELETE'), ('hot_acknowledgements', 'SELECT, INSERT'),
    ('hot_alerts', 'SELECT, INSERT, UPDATE, DELETE'), ('hot_alert_channels', 'SELECT, INSERT, UPDATE'), ('hot_migrations', 'SELECT'),
    ('hot_items', 'SELECT'), ('hot_batches', 'SELECT')
  LOOP
    IF EXISTS (SELECT FROM pg_class WHERE oid = format('public.%I', name)::regclass AND relkind = 'r' AND NOT relrowsecurity) THEN
      EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
    END IF;
    EXECUTE format('REVOKE ALL ON TABLE public.%I FROM PUBLIC, anon, authenticated, service_role', name);
    EXECUTE format('GRANT %s ON TABLE public.%I TO service_role', verbs, name);
  END LOOP;
  FOR name IN
    SELECT sequence.oid::regclass::TEXT
      FROM pg_depend AS owned JOIN pg_class AS sequence ON sequence.oid = owned.objid AND sequence.relkind = 'S'
     WHERE owned.refobjid IN ('public.hot_platforms'::regclass, 'public.hot_entries'::regclass, 'public.hot_collectors'::regclass)
  LOOP
    EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM PUBLIC, anon, authenticated, service_role', name);
  END LOOP;
  FOR name IN
    SELECT oid::regprocedure::TEXT FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND pg_has_role(proowner, 'USAGE') AND proname = ANY (ARRAY[
      'alert_batches', 'alert_begin', 'alert_claim', 'alert_done', 'alert_events', 'alert_incidents', 'alert_keywords', 'alert_list',
      'alert_note', 'baseline_get', 'baseline_note', 'batch_beat', 'batch_blank', 'batch_brief', 'batch_change', 'batch_close',
      'batch_explained', 'batch_find', 'batch_get', 'batch_import', 'batch_jobs_ended', 'batch_jobs_guard', 'batch_list', 'batch_lost',
      'batch_noted', 'batch_open', 'batch_page', 'batch_periods', 'batch_purge', 'batch_reap', 'batch_record', 'batch_refusal',
      'batch_refuse', 'batch_repaired', 'batch_rival', 'batch_settled', 'batch_trend', 'batch_write', 'collector_add', 'collector_call',
      'collector_list', 'collector_revoke', 'entries_new', 'hot2sql_lists', 'hot_days_add', 'hot_days_counted', 'hot_days_whole_since',
      'hot_grams', 'hot_link', 'hot_list_find', 'hot_list_keeps', 'hot_list_rows', 'hot_list_store', 'hot_list_withdraw', 'hot_lists_enter',
      'hot_platform_id', 'hot_rhythm', 'hot_span', 'hot_titles_found', 'hot_topic', 'hot_topic_entries', 'hot_worst',
      'incident_acknowledge', 'incident_list', 'incident_missed', 'incidents_anchor', 'incidents_fold', 'incidents_moments',
      'incidents_quiet_after', 'incidents_rebuild', 'incidents_state', 'incidents_tell', 'incidents_write', 'ledger_about',
      'ledger_metrics', 'ledger_now', 'ledger_sizes', 'ledger_verify', 'list_top', 'lists_at', 'platform_calendar', 'platform_changed_at',
      'platform_enable', 'platform_health', 'platform_list', 'platform_past', 'platform_register', 'platform_story', 'reading_periods',
      'reading_read_again', 'reading_repair', 'reading_store', 'readings_with_bodies', 'scratch_remove', 'title_search', 'titles_index',
      'topic_everywhere', 'topic_history'])
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, anon, authenticated, service_role', name);
    IF (SELECT prorettype <> 'trigger'::regtype FROM pg_proc WHERE oid = name::regprocedure) THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO service_role', name);
    END IF;
  END LOOP;
  GRANT EXECUTE ON FUNCTION public.collector_call(TEXT, TEXT, JSONB) TO anon, authenticated;
  NOTIFY pgrst, 'reload schema';
END
$$;

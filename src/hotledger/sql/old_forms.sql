-- Removes functions of an earlier version whose arguments were others: CREATE OR REPLACE leaves them beside the new ones, and calls would be ambiguous.
-- What this transaction has just created is ours; another function of the same name is its old form.
DO $$
DECLARE
  old_form REGPROCEDURE;
BEGIN
  FOR old_form IN
    SELECT old.oid::REGPROCEDURE
      FROM pg_proc AS old
      JOIN pg_proc AS renewed ON renewed.proname = old.proname AND renewed.pronamespace = old.pronamespace
     WHERE old.pronamespace = 'public'::regnamespace AND renewed.xmin = pg_current_xact_id()::xid AND old.xmin <> pg_current_xact_id()::xid
       AND pg_has_role(old.proowner, 'USAGE')
  LOOP
    EXECUTE format('DROP FUNCTION %s', old_form);
  END LOOP;
END
$$;

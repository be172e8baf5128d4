-- The rights that the present role lacks, as the statements that give them. Reads the catalogue only, which every role may.
WITH needed AS (
  SELECT class.oid, class.relname, verb, class.relkind, class.relowner, class.relrowsecurity
    FROM jsonb_each(%(rights)s::JSONB) AS wanted (name, verbs)
   CROSS JOIN LATERAL jsonb_array_elements_text(wanted.verbs) AS verb
    JOIN pg_class AS class ON class.relname = wanted.name AND class.relnamespace = 'public'::regnamespace
)
SELECT format('GRANT USAGE ON SCHEMA public TO %%I;', current_user) AS statement
 WHERE NOT has_schema_privilege('public', 'USAGE')
UNION ALL
SELECT format('GRANT %%s ON TABLE public.%%I TO %%I;', string_agg(verb, ', ' ORDER BY verb), relname, current_user)
  FROM needed WHERE NOT has_table_privilege(oid, verb) GROUP BY relname
UNION ALL
SELECT format('GRANT EXECUTE ON FUNCTION %%s TO %%I;', oid::regprocedure, current_user)
  FROM pg_proc
 WHERE pronamespace = 'public'::regnamespace AND proname = ANY (%(functions)s::TEXT[]) AND NOT has_function_privilege(oid, 'EXECUTE')
UNION ALL
SELECT DISTINCT format('CREATE POLICY %%I ON public.%%I TO %%I USING (true) WITH CHECK (true);', 'hotledger for ' || current_user, relname, current_user)
  FROM needed
 WHERE relkind = 'r' AND relrowsecurity AND row_security_active(oid)
   AND NOT EXISTS (SELECT FROM pg_policy AS policy
                    WHERE policy.polrelid = needed.oid AND policy.polcmd = '*' AND policy.polpermissive
                      AND EXISTS (SELECT FROM unnest(policy.polroles) AS role WHERE role = 0 OR pg_has_role(role, 'USAGE')));

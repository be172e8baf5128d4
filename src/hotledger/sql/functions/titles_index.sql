-- Makes the index of all titles by which `title_search` finds any of them at once, or removes it (`wanted` is false). Whoever owns the tables may;
-- while it is being made (half a minute for a million titles) nothing is recorded. Returns whether it is there, and its size.
CREATE OR REPLACE FUNCTION public.titles_index(wanted BOOLEAN DEFAULT TRUE) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET client_min_messages = warning AS $$
BEGIN
  IF wanted THEN
    CREATE INDEX IF NOT EXISTS hot_entries_grams_idx ON public.hot_entries USING gin (public.hot_grams(title));
  ELSE
    DROP INDEX IF EXISTS public.hot_entries_grams_idx;
  END IF;
  RETURN jsonb_build_object('indexed', to_regclass('public.hot_entries_grams_idx') IS NOT NULL,
                            'bytes', COALESCE(pg_relation_size(to_regclass('public.hot_entries_grams_idx')), 0));
END
$$;

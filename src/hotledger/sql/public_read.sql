-- Asked for by --public-read: whoever has a public key may read the two views, and nothing else. hot_link makes an address in hot_items
-- out of what is given to it, with the rights of whoever looks.
DO $$
BEGIN
  IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('anon', 'authenticated')) < 2 THEN
    RAISE EXCEPTION 'Public reading is for Supabase: this database has no roles anon and authenticated. Leave --public-read out.'
      USING ERRCODE = 'undefined_object';
  END IF;
  GRANT SELECT ON TABLE public.hot_items, public.hot_batches TO anon, authenticated;
  GRANT EXECUTE ON FUNCTION public.hot_link(TEXT, TEXT, TEXT) TO anon, authenticated;
END
$$;

-- Asked for by --public-read: whoever has a public key may read the views, and nothing else.
GRANT SELECT ON TABLE public.hot_items, public.hot_batches TO anon, authenticated;
NOTIFY pgrst, 'reload schema';

-- Where a title or an id of a site may stand among the entries: a few bytes for each range of pages, whatever the number of titles.
CREATE INDEX IF NOT EXISTS hot_entries_title_source_id_idx
  ON public.hot_entries USING brin (title text_bloom_ops (n_distinct_per_range = 1600, false_positive_rate = 0.1),
                                    source_id text_bloom_ops (n_distinct_per_range = 1600, false_positive_rate = 0.1))
  WITH (pages_per_range = 32, autosummarize = on);

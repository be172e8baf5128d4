-- What hot2sql's tables in this database hold, by time: [{"platform", "collected_at", "items": [{"title", "heat", "url"}]}], of the next `at_most`
-- moments after one, and `until` which. A crawl that it noted as failed, or that brought nothing, is told by a list without items. Where there are
-- no such tables the answer is NULL. Its third table, of topics, holds nothing that the snapshots do not say.
CREATE OR REPLACE FUNCTION public.hot2sql_lists(after TIMESTAMPTZ DEFAULT NULL, at_most INTEGER DEFAULT 200) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  beyond TIMESTAMPTZ := COALESCE(after, '-infinity');
  crawls JSONB := '[]';
  lists JSONB;
  until TIMESTAMPTZ;
BEGIN
  IF to_regclass('public.hot_search_snapshots') IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT max(moment) INTO until
    FROM (SELECT DISTINCT crawled_at AS moment FROM hot_search_snapshots WHERE crawled_at > beyond ORDER BY 1 LIMIT at_most) AS next;
  IF to_regclass('public.crawl_sessions') IS NOT NULL THEN
    SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'platform', platform, 'collected_at', started_at, 'items', '[]'::JSONB,
             'verdict', CASE WHEN status <> 'success' THEN 'broken' END,
             'evidence', CASE WHEN status <> 'success' THEN left(COALESCE(error_message, 'hot2sql noted the crawl as ' || status), 500) END))
             ORDER BY started_at), '[]'),
           GREATEST(until, max(started_at))
      INTO crawls, until
      FROM (SELECT * FROM crawl_sessions
             WHERE started_at > beyond AND (until IS NULL OR started_at <= until) AND (status <> 'success' OR items_count = 0)
             ORDER BY started_at LIMIT CASE WHEN until IS NULL THEN at_most END) AS next;
  END IF;
  SELECT COALESCE(jsonb_agg(jsonb_build_object('platform', platform, 'collected_at', crawled_at, 'items', items) ORDER BY crawled_at, platform), '[]')
    INTO lists
    FROM (SELECT platform, crawled_at,
                 jsonb_agg(jsonb_strip_nulls(jsonb_build_object('title', title, 'heat', hot_value, 'url', url)) ORDER BY rank, id) AS items
            FROM hot_search_snapshots
           WHERE crawled_at > beyond AND crawled_at <= until AND trim(title) <> ''
           GROUP BY platform, crawled_at) AS listed;
  RETURN jsonb_build_object('lists', lists || crawls, 'until', until);
END
$$;

-- The metadata of a batch with one more reading noted in it; texts are bounded.
CREATE OR REPLACE FUNCTION public.batch_noted(metadata JSONB, platform TEXT, reading JSONB, stored hot_readings) RETURNS JSONB
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN metadata || (jsonb_build_object(
    platform || '_items', stored.items,
    'platforms', (metadata -> 'platforms') || jsonb_build_object(platform,
      jsonb_build_object('status', stored.status, 'verdict', stored.verdict, 'evidence', left(stored.evidence, 300), 'items', stored.items,
                         'new_items', stored.new_items)
      || jsonb_strip_nulls(jsonb_build_object('started_at', reading -> 'started_at', 'collected_at', stored.collected_at,
                                              'duration_ms', stored.duration_ms,
                                              'waited_ms', reading -> 'waited_ms', 'landed_ms', reading -> 'landed_ms'))
      || (COALESCE(stored.details, '{}') - ARRAY['pinned', 'other_bodies'])))
    || CASE WHEN stored.status = 'failed' THEN jsonb_build_object('errors', (metadata -> 'errors') || jsonb_strip_nulls(jsonb_build_object(
         'platform', platform, 'verdict', stored.verdict, 'code', left(reading ->> 'error_code', 60),
         'message', left(COALESCE(reading ->> 'error_message', stored.evidence), 300))))
       ELSE '{}' END);
END
$$;

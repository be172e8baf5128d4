-- Switches a platform on or off for all collectors. Off needs a reason, which is shown to whoever meets it; since when is kept. Doing it again
-- changes nothing but the reason. When it was switched on again is kept, since nothing was missed before.
CREATE OR REPLACE FUNCTION public.platform_enable(platform TEXT, enabled BOOLEAN, reason TEXT DEFAULT NULL) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  platform_number SMALLINT := hot_platform_id(platform);
  switched hot_platforms%ROWTYPE;
BEGIN
  IF NOT platform_enable.enabled AND COALESCE(trim(reason), '') = '' THEN
    RAISE EXCEPTION 'A platform is switched off with a reason.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  UPDATE hot_platforms AS known
     SET enabled = platform_enable.enabled,
         switched_on_at = known.switched_on_at
                          || CASE WHEN platform_enable.enabled AND NOT known.enabled THEN ARRAY[clock_timestamp()] ELSE '{}' END,
         disabled_reason = CASE WHEN NOT platform_enable.enabled THEN left(trim(reason), 300) END,
         disabled_at = CASE WHEN NOT platform_enable.enabled THEN COALESCE(known.disabled_at, now()) END
   WHERE known.id = platform_number
  RETURNING * INTO switched;
  RETURN jsonb_build_object('platform', switched.name, 'enabled', switched.enabled, 'disabled_reason', switched.disabled_reason,
                            'disabled_at', switched.disabled_at);
END
$$;

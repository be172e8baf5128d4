-- Notes events that are to be told, each with its channel. One that is noted already stays as it is, so that whoever else notes it changes nothing.
CREATE OR REPLACE FUNCTION public.alert_note(events JSONB) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  noted INTEGER;
BEGIN
  INSERT INTO hot_alerts (event_key, channel, kind, subject, event)
  SELECT DISTINCT ON (given.event ->> 'key', given.channel)
         given.event ->> 'key', given.channel, given.event ->> 'on', given.event ->> 'subject', given.event
    FROM jsonb_to_recordset(events) AS given (channel TEXT, event JSONB)
   ORDER BY given.event ->> 'key', given.channel
      ON CONFLICT (event_key, channel) DO NOTHING;
  GET DIAGNOSTICS noted = ROW_COUNT;
  RETURN jsonb_build_object('noted', noted);
END
$$;

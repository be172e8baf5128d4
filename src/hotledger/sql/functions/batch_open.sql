-- Opens a batch before anything is fetched: its row, its lease with the first beat, and the past that the judge needs.
-- Opening the same batch again with the same token changes nothing. `platforms` may bring titles and link templates; `source` says where
-- the lists come from, when that is not the platforms themselves. `overlap` says what to do while another batch of this type that
-- may not overlap is open: 'allow' it, 'skip' this one (the answer tells who runs, since when, and until when at most), or 'replace' the other.
-- Platforms that are switched off (`platform_enable`) are left out of the plan, and told in the answer; where nothing else is planned, no batch is
-- opened. A batch that was deleted while its readings stay is not opened again, for it would deny them. As all that writes does, it locks batches before
-- platforms, and its own batch first, so that no two calls wait for each other.
CREATE OR REPLACE FUNCTION public.batch_open(
  batch_id UUID, job_type TEXT, planned TEXT[], token UUID, owner TEXT DEFAULT NULL, lease_seconds INTEGER DEFAULT 60,
  started_at TIMESTAMPTZ DEFAULT NULL, platforms JSONB DEFAULT '[]', source TEXT DEFAULT NULL, overlap TEXT DEFAULT 'allow'
) RETURNS JSONB
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  began TIMESTAMPTZ := COALESCE(batch_open.started_at, now());
  job_status TEXT;
  rival hot_leases%ROWTYPE;
  why TEXT;
  switched_off JSONB := (SELECT jsonb_object_agg(name, jsonb_build_object('reason', disabled_reason, 'since', disabled_at))
                           FROM hot_platforms WHERE NOT enabled AND name = ANY (planned));
BEGIN
  IF switched_off IS NOT NULL THEN
    planned := ARRAY(SELECT name FROM unnest(planned) WITH ORDINALITY AS each (name, place) WHERE NOT switched_off ? name ORDER BY place);
    IF planned = '{}' THEN
      RETURN jsonb_build_object('outcome', 'disabled', 'disabled', switched_off);
    END IF;
  END IF;
  PERFORM FROM batch_jobs WHERE id = batch_open.batch_id FOR UPDATE;
  IF NOT FOUND AND NOT EXISTS (SELECT FROM hot_readings WHERE batch_id = batch_open.batch_id) THEN
    rival := batch_rival(batch_open.batch_id, batch_open.job_type, overlap);
  END IF;
  PERFORM batch_reap(10);
  IF rival.batch_id IS NOT NULL THEN
    PERFORM batch_refuse(rival.batch_id, batch_open.token, 'open beside it', 'overlap');
    RETURN jsonb_build_object('outcome', 'skipped', 'running', jsonb_build_object(
      'batch_id', rival.batch_id, 'owner', rival.owner, 'since', rival.opened_at, 'until', rival.expires_at));
  END IF;
  INSERT INTO batch_jobs (id, job_type, status, platforms_processed, total_items, metadata, started_at)
  VALUES (batch_open.batch_id, batch_open.job_type, 'in_progress', '{}', 0,
          batch_blank(planned, began, source) || jsonb_strip_nulls(jsonb_build_object('disabled', switched_off)), began)
  ON CONFLICT (id) DO NOTHING;
  IF FOUND THEN
    IF EXISTS (SELECT FROM hot_readings WHERE batch_id = batch_open.batch_id) THEN
      DELETE FROM batch_jobs WHERE id = batch_open.batch_id;
      RETURN batch_refuse(batch_open.batch_id, batch_open.token, 'open', 'batch_was_purged');
    END IF;
    INSERT INTO hot_leases (batch_id, token, owner, opened_at, beat_at, expires_at, exclusive)
    VALUES (batch_open.batch_id, batch_open.token, left(batch_open.owner, 200), clock_timestamp(), clock_timestamp(),
            clock_timestamp() + make_interval(secs => lease_seconds), CASE WHEN overlap <> 'allow' THEN batch_open.job_type END);
    PERFORM hot_platform_id(every.name)
       FROM (SELECT unnest(planned) AS name UNION SELECT facts.name FROM jsonb_to_recordset(platforms) AS facts (name TEXT)) AS every
      ORDER BY every.name;
    PERFORM platform_register(platforms);
  ELSE
    SELECT status INTO job_status FROM batch_jobs WHERE id = batch_open.batch_id FOR UPDATE;
    why := batch_refusal(batch_open.batch_id, batch_open.token, job_status);
    IF why IS NOT NULL THEN
      RETURN batch_refuse(batch_open.batch_id, batch_open.token, 'open', why);
    END IF;
  END IF;
  RETURN jsonb_build_object(
    'outcome', 'opened', 'batch_id', batch_open.batch_id, 'disabled', COALESCE(switched_off, '{}'),
    'expires_at', (SELECT expires_at FROM hot_leases WHERE batch_id = batch_open.batch_id),
    'platforms', (SELECT COALESCE(jsonb_object_agg(name, platform_past(name)), '{}') FROM unnest(planned) AS name));
END
$$;

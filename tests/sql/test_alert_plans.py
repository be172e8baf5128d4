"""How much of a large ledger a look at what is to be told touches."""

from __future__ import annotations

import pytest
from tests.database import Database
from tests.sql.test_report_plans import touched

_BATCHES = """
INSERT INTO batch_jobs (id, job_type, status, platforms_processed, metadata, started_at, completed_at, created_at)
SELECT md5('batch' || number)::UUID, 'data_collection', CASE WHEN number % 7 = 0 THEN 'failed' ELSE 'completed' END, '{}',
       jsonb_build_object('summary', jsonb_build_object('explanation', repeat('x', 500))), at, at, at
  FROM generate_series(1, 20000) AS number CROSS JOIN LATERAL (SELECT now() - number * INTERVAL '30 minutes' AS at) AS moment
"""
_INCIDENTS = """
INSERT INTO hot_incidents (id, platform_id, kind, opened_at, closed_at, first_batch_id)
SELECT md5('incident' || number)::UUID, (SELECT id FROM hot_platforms), 'blocked', now() - number * INTERVAL '2 hours',
       now() - number * INTERVAL '2 hours' + INTERVAL '1 hour', md5('batch' || number)::UUID
  FROM generate_series(1, 20000) AS number
"""
_ALERTS = """
INSERT INTO hot_alerts (event_key, channel, kind, subject, event, state, noted_at, delivered_at)
SELECT 'incident_opened:' || number, 'phone', 'incident_opened', 'weibo', '{}', 'delivered', at, at
  FROM generate_series(1, 50000) AS number CROSS JOIN LATERAL (SELECT now() - number * INTERVAL '2 minutes' AS at) AS moment
"""


@pytest.mark.breaks_ledger
async def test_a_look_touches_little_of_a_large_ledger(database: Database) -> None:
    """Neither what happened long ago nor what was told long ago is read again."""
    await database.call("platform_register", platforms=[{"name": "weibo", "title": "微博", "link": None}])
    for made in (_BATCHES, _INCIDENTS, _ALERTS, "ANALYZE"):
        await database.rows(made)
    since = "now() - INTERVAL '72 hours'"
    kinds = "ARRAY['incident_opened', 'incident_recovered', 'run_missed']"
    assert await touched(database, f"alert_events({kinds}, {since}, ARRAY['phone'])") < 600
    assert await touched(database, f"alert_events(ARRAY['batch_failed', 'batch_lost'], {since}, ARRAY['phone'])") < 600
    assert await touched(database, "alert_begin(ARRAY['phone'], recent_minutes => 60)") < 100
    assert await touched(database, "alert_list(20)") < 100

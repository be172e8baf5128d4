"""How much of a large ledger the reports of platforms touch."""

from __future__ import annotations

from typing import Any

import pytest
from tests.database import Database

_READINGS = """
INSERT INTO hot_readings (batch_id, collected_at, duration_ms, items, new_items, platform_id, status, verdict, entries, heats, details)
SELECT gen_random_uuid(), now() - number * INTERVAL '30 minutes', 500, 40, 4, (SELECT id FROM hot_platforms), 'completed', 'ok',
       (SELECT array_agg(number + each) FROM generate_series(1, 40) AS each), (SELECT array_agg(each) FROM generate_series(1, 40) AS each),
       '{"parser_version": "a", "body_hash": "b"}'
  FROM generate_series(1, 10000) AS number
"""
_DAYS = """
INSERT INTO hot_days
SELECT platform.id, now()::DATE - number, 48, 48, 1920, 192, 48, 24000, 500, '{"ok": 48}'
  FROM hot_platforms AS platform CROSS JOIN generate_series(0, 208) AS number
"""


_BATCHES = """
INSERT INTO batch_jobs (job_type, status, platforms_processed, total_items, metadata, started_at, completed_at, created_at)
SELECT 'data_collection', 'completed', '{weibo}', 50, jsonb_build_object('note', repeat('x', 300)), at, at + INTERVAL '3 s', at
  FROM (SELECT now() - number * INTERVAL '1 hour' AS at FROM generate_series(0, 19999) AS number) AS hours
"""


@pytest.fixture
async def large(database: Database) -> Database:
    """A database with ten thousand readings of one platform, which nobody told as days or batches."""
    await database.call("platform_register", platforms=[{"name": "weibo", "title": "微博", "link": None}])
    await database.rows(_READINGS)
    await database.rows(_DAYS)
    await database.rows("ANALYZE")
    return database


async def touched(database: Database, call: str) -> int:
    """How many pages a call of a function reads, wherever they come from; the second time, when the catalogue is known."""
    statement = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT {call}"
    await database.rows(statement)
    plan: dict[str, Any] = (await database.value(statement))[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.breaks_ledger
async def test_reports_touch_little_of_a_large_ledger(large: Database) -> None:
    """What is asked of one platform, or of some days, does not read all of its readings."""
    pages = await large.value("SELECT pg_relation_size('hot_readings') / 8192")
    assert pages > 500
    number = await large.value("SELECT id FROM hot_platforms")
    assert await touched(large, f"platform_changed_at({number}::SMALLINT)") < 50
    assert await touched(large, "platform_calendar(56)") < 50
    for days in (1, 30, 365):
        asked = f"platform_story('weibo', now() - INTERVAL '{days} days', now(), 300)"
        assert await touched(large, asked) < pages / 2


@pytest.mark.breaks_ledger
async def test_trends_and_pages_of_batches_touch_little_of_many(large: Database) -> None:
    """A month of trends, and a page of batches, do not read the batches of years; neither does a feed the lists of years."""
    await large.rows(_BATCHES)
    await large.rows("ANALYZE")
    pages = await large.value("SELECT pg_relation_size('batch_jobs') / 8192")
    assert pages > 1000
    for asked in ("batch_periods('day')", "batch_periods('day', 'data_collection')"):
        assert await touched(large, asked) < pages / 5
    assert await touched(large, "reading_periods('day')") < 300
    assert await touched(large, "batch_page(at_most => 50)") < pages / 2
    assert await touched(large, "entries_new('weibo')") < await large.value("SELECT pg_relation_size('hot_readings') / 8192")

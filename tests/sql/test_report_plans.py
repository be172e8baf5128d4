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

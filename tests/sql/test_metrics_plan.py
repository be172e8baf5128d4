"""What a scrape costs in a large ledger."""

from __future__ import annotations

from typing import Any

import pytest
from tests.database import Database

_JOBS = """
INSERT INTO batch_jobs (id, job_type, status, total_items, metadata, started_at, completed_at, created_at)
SELECT gen_random_uuid(), 'data_collection', 'completed', 2000, jsonb_build_object('notes', repeat('x', 500)), at, at, at
  FROM (SELECT now() - number * INTERVAL '30 minutes' AS at FROM generate_series(1, 20000) AS number) AS moments
"""
_LEASES = """
INSERT INTO hot_leases (batch_id, token, opened_at, beat_at, expires_at, closed_at, refused)
SELECT id, gen_random_uuid(), created_at, created_at, created_at, created_at,
       (created_at < now() - INTERVAL '410 days')::INTEGER
  FROM batch_jobs
"""


@pytest.mark.breaks_ledger
async def test_a_scrape_touches_little_of_a_large_ledger(database: Database) -> None:
    """A scrape reads the batches of a day and the leases that matter, not all of them."""
    for statement in (_JOBS, _LEASES, "VACUUM ANALYZE batch_jobs", "VACUUM ANALYZE hot_leases"):
        await database.rows(statement)
    assert await database.value("SELECT (pg_relation_size('batch_jobs') + pg_relation_size('hot_leases')) / 8192") > 1000
    refused = await database.value("SELECT (ledger_metrics() #>> '{leases,refused}')::INTEGER")
    assert refused == await database.value("SELECT sum(refused) FROM hot_leases") > 0
    plan: dict[str, Any] = (await database.value("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT ledger_metrics()"))[0]["Plan"]
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 700

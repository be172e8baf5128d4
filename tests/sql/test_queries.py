"""The queries of the documentation, which must run unchanged, and give right answers, beside our own tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.database import Database
from tests.made import NOON, Handle, opened, reading

from hotledger import sql

# As people have them in their notes: word for word, and `queries` must ask the same.
WRITTEN = {
    "recent": "SELECT * FROM batch_jobs WHERE job_type = 'data_collection' ORDER BY created_at DESC LIMIT 10",
    "successful": "SELECT * FROM batch_jobs WHERE status = 'completed' ORDER BY created_at DESC",
    "largest": "SELECT id, total_items, platforms_processed, created_at FROM batch_jobs ORDER BY total_items DESC LIMIT 10",
    "platform": "SELECT id, platforms_processed, metadata->>'baidu_items' as baidu_items, metadata->>'weibo_items' as weibo_items,"
    " created_at FROM batch_jobs WHERE 'baidu' = ANY(platforms_processed) ORDER BY created_at DESC",
    "trend": "SELECT DATE(created_at) as date, COUNT(*) as total_jobs, SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) as successful,"
    " SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) as failed, AVG(total_items) as avg_items FROM batch_jobs"
    " WHERE job_type = 'data_collection' GROUP BY DATE(created_at) ORDER BY date DESC",
    "purge": "DELETE FROM batch_jobs WHERE created_at < NOW() - INTERVAL '30 days'",
}
for period in ("day", "week", "month"):
    WRITTEN[f"by_{period}"] = (
        f"SELECT DATE_TRUNC('{period}', created_at)::date AS {period}, COUNT(*) AS total_jobs,"
        " COUNT(*) FILTER (WHERE status = 'completed') AS successful, COUNT(*) FILTER (WHERE status = 'failed') AS failed,"
        " ROUND(COUNT(*) FILTER (WHERE status = 'completed')"
        " / NULLIF(COUNT(*) FILTER (WHERE status IN ('completed', 'failed')), 0)::numeric, 4) AS success_rate,"
        " SUM(total_items) AS items, ROUND(AVG(total_items), 1) AS avg_items,"
        " ROUND(AVG(EXTRACT(EPOCH FROM completed_at - started_at)), 3) AS avg_seconds"
        " FROM batch_jobs WHERE job_type = 'data_collection' GROUP BY 1 ORDER BY 1 DESC"
    )
    WRITTEN[f"readings_by_{period}"] = (
        f"SELECT platform.name AS platform, DATE_TRUNC('{period}', days.day::timestamp)::date AS {period}, SUM(days.readings) AS readings,"
        " SUM(days.good) AS good, ROUND(SUM(days.good) / NULLIF(SUM(days.readings), 0)::numeric, 4) AS success_rate,"
        " SUM(days.items) AS items, SUM(days.new_items) AS new_items,"
        " ROUND(SUM(days.duration_ms) / NULLIF(SUM(days.timed), 0), 0) AS avg_ms"
        " FROM hot_days AS days JOIN hot_platforms AS platform ON platform.id = days.platform_id GROUP BY 1, 2 ORDER BY 2 DESC, 1"
    )
BOTH = pytest.mark.parametrize("source", ["file", "written"])


def statement(name: str, source: str) -> str:
    return sql.query(name) if source == "file" else WRITTEN[name]


async def age(handle: Handle, days: int) -> None:
    """Make a batch older, as the passing of time does, past the guard."""
    database = handle.database
    await database.rows("ALTER TABLE batch_jobs DISABLE TRIGGER batch_jobs_guard")
    await database.rows(
        "UPDATE batch_jobs SET created_at = created_at - make_interval(days => %(days)s) WHERE id = %(id)s", {"days": days, "id": handle.id}
    )
    await database.rows("ALTER TABLE batch_jobs ENABLE TRIGGER batch_jobs_guard")


@pytest.fixture
async def batches(database: Database) -> dict[str, Handle]:
    """Four batches: a full one, a failed one of yesterday, one of another job, and an old one."""
    full = await opened(database, "baidu", "weibo")
    await full.record("baidu", reading("a", "b", "c"))
    await full.record("weibo", reading("d", "e"))
    failed = await opened(database, "baidu")
    await failed.record("baidu", reading(verdict="blocked"))
    await age(failed, 1)
    other = await opened(database, "sales", job_type="nightly_report")
    await other.record("sales", reading(item_count=1200))
    old = await opened(database, "weibo")
    await old.record("weibo", reading("d", minutes=-60))
    await age(old, 40)
    return {"full": full, "failed": failed, "other": other, "old": old}


async def ids(database: Database, query: str) -> list[Any]:
    cursor = await database.connection.execute(query)  # type: ignore[arg-type]
    names = [column.name for column in cursor.description or ()]
    return [row[names.index("id")] for row in await cursor.fetchall()]


def test_every_query_of_the_documentation_is_tested() -> None:
    """No query is without its written twin here, and each asks the very same."""

    def bare(query: str) -> str:
        return " ".join(" ".join(line for line in query.splitlines() if not line.startswith("--")).split()).rstrip(";").replace("( ", "(")

    assert {name: bare(sql.query(name)) for name in sql.queries()} == WRITTEN


@BOTH
async def test_recent(database: Database, batches: dict[str, Handle], source: str) -> None:
    """The latest collections come newest first, without other jobs."""
    assert await ids(database, statement("recent", source)) == [batches[name].id for name in ("full", "failed", "old")]


@BOTH
async def test_successful(database: Database, batches: dict[str, Handle], source: str) -> None:
    """What completed, of any job, newest first."""
    assert await ids(database, statement("successful", source)) == [batches[name].id for name in ("other", "full", "old")]


@BOTH
async def test_largest(database: Database, batches: dict[str, Handle], source: str) -> None:
    """The batches by what landed."""
    rows = await database.rows(statement("largest", source))
    assert [(row[0], row[1]) for row in rows] == [
        (batches[name].id, items) for name, items in [("other", 1200), ("full", 5), ("old", 1), ("failed", 0)]
    ]


@BOTH
async def test_platform(database: Database, batches: dict[str, Handle], source: str) -> None:
    """`metadata->>'baidu_items'` gives the number, for a failed platform "0", and NULL for one that was not asked."""
    rows = await database.rows(statement("platform", source))
    assert [row[:4] for row in rows] == [(batches["full"].id, ["baidu", "weibo"], "3", "2"), (batches["failed"].id, ["baidu"], "0", None)]


@BOTH
async def test_trend(database: Database, batches: dict[str, Handle], source: str) -> None:
    """By day, newest first: how many, how many of them well, how many not, and the average."""
    rows = await database.rows(statement("trend", source))
    assert [tuple(map(float, row[1:])) for row in rows] == [(1, 1, 0, 5), (1, 0, 1, 0), (1, 1, 0, 1)]
    assert [(rows[0][0] - row[0]) for row in rows] == [timedelta(days=days) for days in (0, 1, 40)]


@BOTH
async def test_trend_equals_our_own(database: Database, batches: dict[str, Handle], source: str) -> None:
    """`batch_trend` and the query that it stands for agree."""
    rows = await database.rows(statement("trend", source))
    ours = await database.call("batch_trend", job_type="data_collection")
    assert [(day["date"], day["total_jobs"], day["successful"], day["failed"], day["avg_items"]) for day in ours] == [
        (str(row[0]), row[1], row[2], row[3], float(row[4])) for row in rows
    ]


@BOTH
@pytest.mark.parametrize("every", ["day", "week", "month"])
async def test_periods_equal_our_own(database: Database, batches: dict[str, Handle], source: str, every: str) -> None:
    """`batch_periods` and the query that it stands for agree, period by period."""
    rows = await database.rows(statement(f"by_{every}", source))
    ours = await database.call("batch_periods", every=every, job_type="data_collection", at_most=60)
    names = ("begins", "batches", "completed", "failed", "success_rate", "items", "average_items", "average_seconds")
    assert [tuple(period[name] for name in names) for period in ours["periods"]] == [
        (str(row[0]), *(value if value is None else float(value) for value in row[1:])) for row in rows
    ]
    assert ours["next"] is None


@BOTH
@pytest.mark.parametrize("every", ["day", "week", "month"])
async def test_periods_of_readings_equal_our_own(database: Database, batches: dict[str, Handle], source: str, every: str) -> None:
    """`reading_periods` of a platform and the query that it stands for agree."""
    rows = await database.rows(statement(f"readings_by_{every}", source))
    names = ("begins", "readings", "good", "success_rate", "items", "new_items", "average_ms")
    for platform in ("baidu", "weibo"):
        ours = await database.call("reading_periods", every=every, platform=platform, at_most=400)
        assert [tuple(period[name] for name in names) for period in ours["periods"]] == [
            (str(row[1]), *(value if value is None else float(value) for value in row[2:])) for row in rows if row[0] == platform
        ]


@BOTH
async def test_purge(database: Database, batches: dict[str, Handle], source: str) -> None:
    """Old rows go by plain SQL, open ones with their leases; their readings stay, and can still be looked at."""
    open_batch = await opened(database, "baidu")
    await open_batch.record("zhihu", reading("f", minutes=-60))
    await age(open_batch, 31)
    assert await database.changed(statement("purge", source)) == 2
    assert await ids(database, "SELECT id FROM batch_jobs WHERE created_at < NOW() - INTERVAL '30 days'") == []
    assert await database.value("SELECT count(*) FROM hot_leases WHERE batch_id = %(id)s", {"id": open_batch.id}) == 0
    kept = await database.rows(
        "SELECT platform, title, rank, collected_at FROM hot_items WHERE batch_id = ANY(%(ids)s) ORDER BY 1",
        {"ids": [batches["old"].id, open_batch.id]},
    )
    hour_before = NOON - timedelta(hours=1)
    assert kept == [("weibo", "d", 1, hour_before), ("zhihu", "f", 1, hour_before)]


async def test_hot_items_can_be_queried(database: Database, batches: dict[str, Handle]) -> None:
    """The view gives one row for each title at one rank in one reading."""
    rows = await database.rows(
        "SELECT platform, rank, title FROM hot_items WHERE batch_id = %(id)s ORDER BY platform, rank", {"id": batches["full"].id}
    )
    assert rows == [("baidu", 1, "a"), ("baidu", 2, "b"), ("baidu", 3, "c"), ("weibo", 1, "d"), ("weibo", 2, "e")]

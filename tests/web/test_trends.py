"""The page of trends: batches and readings by day, week and month, their charts, the SQL behind them, and files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.database import Database

from hotledger import sql
from hotledger.web.pages.trends import _between

TODAY = datetime.now(UTC).replace(hour=0, minute=30, second=0, microsecond=0)


def past(days: int, *titles: str, platform: str = "weibo", verdict: str = "ok") -> dict[str, Any]:
    at = TODAY - timedelta(days=days)
    items = [{"title": title} for title in titles]
    reading = {"platform": platform, "verdict": verdict, "evidence": "made up", "items": items, "duration_ms": 1500}
    times = {"started_at": at.isoformat(), "collected_at": (at + timedelta(seconds=90)).isoformat()}
    return {"batch_id": str(uuid4()), "job_type": "data_collection", "source": "import", "readings": [reading | times]}


@pytest.fixture
async def history(database: Database) -> Database:
    """Three days of the last weeks, one of them bad, and one day long ago."""
    ledger = database.ledger()
    for batch in (past(0, "a", "b"), past(2, verdict="blocked"), past(9, "a", platform="zhihu"), past(400, "a")):
        await ledger.import_batches([batch])
    return database


@pytest.mark.parametrize("every", ["day", "week", "month"])
async def test_batches_and_readings_are_told_by_time(history: Database, site: httpx2.AsyncClient, every: str) -> None:
    """Each period has its numbers, its charts, and the SQL behind them, which runs as it stands."""
    page = (await site.get(f"/trends?every={every}")).text
    assert f"DATE_TRUNC(&#39;{every}&#39;, created_at)" in page
    for name in ("batches", "success", "items", "average", "duration", "readings", "reading_items", "reading_duration"):
        assert f"/charts/trends/{name}.svg?every={every}" in page
        chart = await site.get(f"/charts/trends/{name}.svg?every={every}&lang=zh")
        assert (chart.status_code, chart.headers["content-type"]) == (200, "image/svg+xml")
    for query in (f"by_{every}", f"readings_by_{every}"):
        written = await site.get(f"/trends/{query}.sql")
        assert written.headers["content-type"] == "text/plain; charset=utf-8"
        assert written.text == sql.query(query) or query.startswith("readings_")
        assert await history.rows(written.text)


@pytest.mark.parametrize("every", ["day", "week", "month"])
@pytest.mark.parametrize("asked", [{}, {"type": "any", "platform": "zhihu"}, {"type": "o'clock", "platform": "o'clock"}])
async def test_the_sql_counts_what_the_charts_show(history: Database, site: httpx2.AsyncClient, every: str, asked: dict[str, str]) -> None:
    """Of the job type and the platform that were chosen, the SQL gives the periods and the numbers of the table."""
    for kind, query in (("batches", f"by_{every}"), ("readings", f"readings_by_{every}")):
        rows = await history.rows((await site.get(f"/trends/{query}.sql", params=asked)).text)
        begins = 1 if query.startswith("readings_") and "platform" in asked else 0
        table = await site.get("/trends", params={**asked, "every": every, "format": "csv", "table": kind})
        shown = [line.split(",")[:2] for line in table.text.splitlines()[1:]]
        recent = [[str(row[begins]), str(row[begins + 1])] for row in rows]
        assert recent[: len(shown)] == shown
        assert bool(shown) == ("o'clock" not in asked.values())


async def test_older_times_are_reached(history: Database, site: httpx2.AsyncClient) -> None:
    """A page goes so many days back, and leads to those before as long as there are any."""
    page = (await site.get("/trends")).text
    assert str((TODAY - timedelta(days=9)).date()) in page
    assert str((TODAY - timedelta(days=400)).date()) not in page
    assert 'rel="next"' in page
    before = (TODAY - timedelta(days=390)).isoformat()
    older = (await site.get("/trends", params={"before": before})).text
    assert str((TODAY - timedelta(days=400)).date()) in older
    assert 'rel="next"' not in older


async def test_readings_outlive_what_was_deleted(history: Database, site: httpx2.AsyncClient) -> None:
    """When batches and lists are gone, the daily counts still tell of a platform."""
    await history.rows("DELETE FROM batch_jobs")
    page = (await site.get("/trends?platform=zhihu&lang=zh")).text
    assert "这段时间没有批次。" in page
    assert f'<th scope="row">{(TODAY - timedelta(days=9)).date()}</th>' in page
    assert f'<th scope="row">{TODAY.date()}</th>' not in page


async def test_trends_are_had_as_files(history: Database, site: httpx2.AsyncClient) -> None:
    """The table of the batches, and that of the readings."""
    batches = (await site.get("/trends?format=csv")).content.decode("utf-8-sig").splitlines()
    assert batches[0] == "begins,batches,completed,failed,success_rate,items,average_items,average_seconds"
    assert batches[1] == f"{TODAY.date()},1,1,0,1.0,2,2.0,90.0"
    readings = await site.get("/trends?format=csv&table=readings")
    assert readings.headers["content-disposition"].endswith('"hotledger-readings-by-day.csv"')
    assert readings.content.decode("utf-8-sig").splitlines()[1] == f"{TODAY.date()},1,1,1.0,2,2,1.5"


async def test_an_empty_ledger_has_no_trend(site: httpx2.AsyncClient) -> None:
    """Without batches the page says so, its charts too; unknown names are not found; odd wishes are the usual page."""
    page = await site.get("/trends?every=year&type=any")
    assert "No batch in this time." in page.text
    assert "Nothing here yet." in (await site.get("/charts/trends/batches.svg")).text
    for path in ("/charts/trends/nosuch.svg", "/trends/purge.sql", "/trends/nosuch.sql"):
        assert (await site.get(path)).status_code == 404
    assert (await site.get("/trends?before=never")).status_code == 400


def test_periods_without_anything_have_their_place() -> None:
    """From the first to the last period none is left out, across the ends of months and years."""
    first, last = date(2025, 11, 1), date(2026, 2, 1)
    assert [f"{each:%y-%m}" for each in _between([first, last], "month")] == ["25-11", "25-12", "26-01", "26-02"]
    assert len(_between([first, last], "day")) == 93
    assert _between([], "week") == []

"""The front page: one look tells whether all is green and full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from tests.database import Database
from tests.made import Handle, collected, opened, reading

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def recent(*titles: str, hours_ago: float = 0, verdict: str = "ok", **more: object) -> dict[str, object]:
    """A reading of the last hours."""
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    return reading(*titles, verdict=verdict) | {"started_at": at - timedelta(seconds=1), "collected_at": at} | more


async def regular(database: Database, batches: int, *, every_minutes: int, ended_minutes_ago: float) -> Handle:
    """Batches of one platform in a steady rhythm, the last of which began some minutes ago."""
    for number in reversed(range(batches)):
        minutes_ago = ended_minutes_ago + number * every_minutes
        began = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        batch = await opened(database, "weibo", started_at=began)
        await batch.record("weibo", recent("一", "二", hours_ago=minutes_ago / 60))
    return batch


async def test_an_empty_ledger_says_how_to_begin(site: httpx2.AsyncClient) -> None:
    """Without a batch there is nothing to judge, in either language."""
    assert "No batch has ended yet." in (await site.get("/")).text
    assert "还没有结束的批次" in (await site.get("/?lang=zh")).text


async def test_all_is_green_and_full(site: httpx2.AsyncClient, database: Database) -> None:
    """Every platform gave its usual list: said in one sentence, with the last batch and the items against the usual."""
    batch = await opened(database, "weibo", "baidu")
    await batch.record("weibo", recent("一", "二"))
    await batch.record("baidu", recent("三"))
    page = (await site.get("/")).text
    assert "Everything is green and full." in page
    assert "2 of 2 platforms gave a good list" in page
    assert f"/batches/{batch.id}" in page
    assert "2 / 2" in page
    assert "No incident is open." in page
    assert "一切正常" in (await site.get("/?lang=zh")).text


async def test_a_block_page_is_not_green(site: httpx2.AsyncClient, database: Database) -> None:
    """A batch in part is a warning; an open incident that loses lists is worse, and stands there with its evidence, first of all."""
    for expected in ("Not all is well", "Something is wrong."):
        batch = await opened(database, "weibo", "baidu")
        await batch.record("weibo", recent(verdict="blocked", evidence="a visitor page", hours_ago=0.1))
        await batch.record("baidu", recent("三"))
        page = (await site.get("/")).text
        assert expected in page
        assert "1 of 2 platforms gave a good list" in page
    assert "a visitor page" in page
    assert page.index('href="/platforms/weibo"') < page.index('href="/platforms/baidu"')


async def test_a_short_list_is_not_full(site: httpx2.AsyncClient, database: Database) -> None:
    """A batch that completed with a warned list is not told as full."""
    batch = await opened(database, "weibo")
    await batch.record("weibo", recent("一", verdict="short"))
    page = (await site.get("/")).text
    assert "Everything is green" not in page
    assert "1 with a warning" in page


async def test_a_job_of_another_type_counts(site: httpx2.AsyncClient, database: Database) -> None:
    """When the last batch of any type has failed, not all is well; each type stands there with its last batch."""
    failed = await opened(database, "weibo", job_type="nightly")
    await failed.record("weibo", recent(verdict="empty", hours_ago=0.5))
    await (await opened(database, "weibo")).record("weibo", recent("一"))
    page = (await site.get("/")).text
    assert "Something is wrong." in page
    assert "Other job types" in page
    assert f"/batches/{failed.id}" in page


@pytest.mark.parametrize(("minutes_ago", "expected", "unexpected"), [(20, "in 40 min", "overdue"), (180, "overdue", "in 40 min")])
async def test_the_next_batch_is_expected_by_rhythm(
    site: httpx2.AsyncClient, database: Database, minutes_ago: float, expected: str, unexpected: str
) -> None:
    """After batches every hour the next one is due an hour after the last; when it does not come, it is overdue and all is not well."""
    await regular(database, 10, every_minutes=60, ended_minutes_ago=minutes_ago)
    page = (await site.get("/")).text
    assert expected in page
    assert unexpected not in page
    assert ("Something is wrong." in page) == (expected == "overdue")


async def test_without_a_rhythm_none_is_expected(site: httpx2.AsyncClient, database: Database) -> None:
    """What was run by hand a few times has no next."""
    await regular(database, 3, every_minutes=60, ended_minutes_ago=20)
    assert "no regular rhythm" in (await site.get("/")).text


async def test_a_running_batch_is_shown(site: httpx2.AsyncClient, database: Database) -> None:
    """It stands beside the last one with its progress; when its lease has run out, that it gives no sign of life."""
    await collected(database, "weibo", "一")
    batch = await opened(database, "weibo", "baidu", owner="machine:7")
    await batch.record("weibo", recent("一"))
    page = (await site.get("/")).text
    assert "1 of 2 platforms" in page
    assert "machine:7" in page
    assert "no sign of life" not in page
    await batch.expire()
    page = (await site.get("/")).text
    assert "no sign of life" in page
    assert "Something is wrong." in page
    assert (await database.call("batch_reap"))["reaped"] == [str(batch.id)]


async def test_a_platform_that_is_off_says_why(site: httpx2.AsyncClient, database: Database) -> None:
    """It does not count, and its reason is shown as text whatever it holds."""
    await collected(database, "weibo", "一")
    await database.call("platform_enable", platform="baidu", enabled=False, reason=HOSTILE)
    page = (await site.get("/")).text
    assert "Switched off: 1." in page
    assert "&lt;script&gt;alert(1)" in page
    assert HOSTILE not in page


async def test_hostile_text_stays_text(site: httpx2.AsyncClient, database: Database) -> None:
    """Evidence, owner and job type are text from elsewhere."""
    batch = await opened(database, "weibo", job_type="<b>x</b>", owner=HOSTILE)
    await batch.record("weibo", recent(verdict="broken", evidence=HOSTILE))
    await opened(database, "weibo", job_type="<b>x</b>", owner=HOSTILE)
    page = (await site.get("/")).text
    assert HOSTILE not in page
    assert "<b>x</b>" not in page


@pytest.mark.breaks_ledger
async def test_batches_of_other_software_do_not_break_it(site: httpx2.AsyncClient, database: Database) -> None:
    """Rows with any metadata, or none, are shown as far as they say something."""
    for metadata in ("null", '"text"', "[1, 2]", '{"summary": 5, "planned": "x", "platforms": []}'):
        await database.rows(
            "INSERT INTO batch_jobs (job_type, status, total_items, metadata) VALUES ('theirs', 'completed', 3, %(metadata)s::JSONB)",
            {"metadata": metadata},
        )
        assert (await site.get("/")).status_code == 200
        page = await site.get("/batches")
        assert page.status_code == 200
        for row in await database.rows("SELECT id FROM batch_jobs"):
            assert (await site.get(f"/batches/{row[0]}")).status_code == 200

"""Batches page by page, one batch whole, and one that runs."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.database import Database
from tests.made import NOON, Handle, collected, opened, reading

from hotledger.errors import StoreUnavailable
from hotledger.ledger.ledger import Ledger
from hotledger.web.batch_events import Streams, events

HOSTILE = "<script>alert(1)</script>"
LINK = re.compile(r'<th scope="row" class="id"><a href="/batches/([0-9a-f-]{36})"')
OLDER = re.compile(r'<a href="([^"]*)" rel="next"')


def older(page: str) -> str | None:
    """The address of the next page."""
    found = OLDER.search(page)
    return found[1].replace("&amp;", "&") if found else None


async def many(database: Database, count: int) -> list[str]:
    """Batches, newest first, some of which were made at the same moment."""
    await database.rows(
        "INSERT INTO batch_jobs (job_type, status, metadata, platforms_processed, total_items, created_at)"
        " SELECT 'theirs', CASE WHEN n %% 10 = 0 THEN 'failed' ELSE 'completed' END, '{}', '{}', n,"
        "        TIMESTAMPTZ '2026-03-04 12:00:00Z' + make_interval(secs => n / 3) FROM generate_series(1, %(count)s) AS n",
        {"count": count},
    )
    return [str(row[0]) for row in await database.rows("SELECT id FROM batch_jobs ORDER BY created_at DESC, id DESC")]


async def walked(site: httpx2.AsyncClient, start: str, between: Callable[[], Awaitable[object]]) -> list[str]:
    """The ids on all pages from an address on; `between` happens after each page."""
    ids: list[str] = []
    address: str | None = start
    while address:
        page = (await site.get(address)).text
        ids += LINK.findall(page)
        address = older(page)
        await between()
    return ids


async def test_an_empty_ledger_has_no_batches(site: httpx2.AsyncClient) -> None:
    """It says so in either language, and a batch that is not there is told in words."""
    assert "No batch is like that." in (await site.get("/batches")).text
    assert "没有这样的批次" in (await site.get("/batches?lang=zh")).text
    gone = await site.get(f"/batches/{uuid4()}", headers={"Accept-Language": "en"})
    assert gone.status_code == 404


async def test_pages_hold_while_batches_are_written_and_deleted(site: httpx2.AsyncClient, database: Database) -> None:
    """Each batch that was there from the beginning is met exactly once, in order, whatever is written or deleted between the pages."""
    there = await many(database, 160)
    deleted: list[str] = []

    async def meanwhile() -> None:
        await collected(database, "weibo", "newer")
        victim = there[60 + len(deleted)]
        deleted.append(victim)
        await database.rows("DELETE FROM batch_jobs WHERE id = %(id)s", {"id": victim})

    met = await walked(site, "/batches?type=theirs", meanwhile)
    assert len(set(met)) == len(met)
    assert [each for each in met if each not in deleted] == [each for each in there if each not in deleted]
    everything = await walked(site, "/batches", meanwhile)
    assert len(set(everything)) == len(everything)
    assert set(there) - set(deleted) <= set(everything)


async def test_filters_choose(site: httpx2.AsyncClient, database: Database) -> None:
    """By job type, status, platform and outcome, which the links to older pages keep."""
    full = await collected(database, "weibo", "一")
    failed = await opened(database, "baidu", job_type="nightly")
    await failed.record("baidu", reading(verdict="blocked"))
    for query, expected in [("type=nightly", failed), ("status=failed", failed), ("platform=weibo", full), ("outcome=full", full)]:
        assert LINK.findall((await site.get(f"/batches?{query}")).text) == [str(expected.id)]
    await many(database, 120)
    following = older((await site.get("/batches?type=theirs&status=completed")).text)
    assert following is not None
    assert following.startswith("/batches?type=theirs&status=completed&before=")


async def test_what_no_name_can_hold_is_left_out(site: httpx2.AsyncClient, database: Database) -> None:
    """NUL and lone surrogates in a filter are no failure of the database."""
    batch = await collected(database, "weibo", "一")
    for typed in ("weibo%00", "%20weibo%0a", "weibo%ED%A0%80"):
        page = await site.get(f"/batches?platform={typed}")
        assert page.status_code == 200
        assert LINK.findall(page.text) == ([] if "ED" in typed else [str(batch.id)])


async def test_a_wrong_place_is_refused_in_words(site: httpx2.AsyncClient) -> None:
    """A cursor that nobody made is no failure of the server."""
    for word in ("x", "2026-03-04_x", "2026-03-04T12:00:00_00000000-0000-0000-0000-000000000000"):
        page = await site.get("/batches", params={"before": word})
        assert page.status_code == 400
        assert "begin with the newest" in page.text


async def test_a_rare_batch_is_looked_for_in_portions(database: Database) -> None:
    """A filter looks through 5,000 batches at a time, says how far back it has looked, and goes on from there until it is found."""
    await many(database, 12_000)
    rare = await opened(database, "weibo")
    await rare.record("weibo", reading("一"))
    await database.rows("ALTER TABLE batch_jobs DISABLE TRIGGER batch_jobs_guard")
    await database.rows("UPDATE batch_jobs SET created_at = '2026-03-01Z' WHERE id = %(id)s", {"id": rare.id})
    await database.rows("ALTER TABLE batch_jobs ENABLE TRIGGER batch_jobs_guard")
    ledger, place, looks = database.ledger(), None, 0
    found: list[str] = []
    while not found:
        page = await ledger.page(platform="weibo", before=place)
        found, place, looks = [each.id for each in page.batches], page.next, looks + 1
        assert (page.searched_until is None) == (looks == 3)
    assert found == [str(rare.id)]
    assert place is None


@pytest.mark.parametrize(
    "asked",
    [
        "batch_page(before_at => '2026-03-04 12:20:00Z', before_id => 'ffffffff-ffff-ffff-ffff-ffffffffffff')",
        "batch_page(job_type => 'theirs')",
        "batch_page(status => 'failed', outcome => 'partial')",
        "batch_page(platform => 'weibo', job_type => 'nosuch')",
        "batch_change('{id}')",
        "ledger_now()",
    ],
)
async def test_no_page_reads_the_whole_table(database: Database, asked: str) -> None:
    """Among thousands of batches everything is found by an index, whatever is asked."""
    await many(database, 5000)
    batch = await collected(database, "weibo", "一")
    await database.rows("ANALYZE batch_jobs")
    scans = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'batch_jobs'"
    async with database.connection.transaction():
        before = await database.value(scans)
        await database.rows(f"SELECT {asked.format(id=batch.id)}")
        assert await database.value(scans) == before


async def whole(database: Database) -> Handle:
    """A batch with a good list, a warned one and two that failed, after another batch in which all went well."""
    before = await opened(database, "weibo", "baidu", "zhihu")
    for platform in ("weibo", "baidu", "zhihu"):
        await before.record(platform, reading("一", "二", "三"))
    batch = await opened(database, "weibo", "baidu", "zhihu", "douyin", started_at=NOON, owner="machine:7")
    late: dict[str, Any] = {"started_at": NOON + timedelta(seconds=2), "duration_ms": 1500, "waited_ms": 600, "attempts": 3}
    await batch.record("weibo", reading("一", "二", "三", "四", **late))
    await batch.record("baidu", reading("一", verdict="short", evidence="1 item instead of 3"))
    failed: dict[str, Any] = {
        "error_code": "body_blocked",
        "error_message": HOSTILE,
        "failed_ways": [f"example.com: {HOSTILE}"],
        "http_status": 403,
    }
    await batch.record("zhihu", reading(verdict="blocked", evidence=HOSTILE, **failed))
    await batch.stranger().record("douyin", reading("x"))
    await batch.record("douyin", reading(verdict="timeout"))
    return batch


async def test_one_batch_is_shown_whole(site: httpx2.AsyncClient, database: Database) -> None:
    """Verdicts with evidence, times, attempts, failed ways, errors, and who was refused; what it holds of others stays text."""
    batch = await whole(database)
    page = (await site.get(f"/batches/{batch.id}")).text
    for shown in (
        "not every platform gave its list", "1 item instead of 3", "machine:7", "body_blocked", "HTTP 403", "not_the_owner",
        "record douyin", "Ways tried in vain before", f"/charts/batches/{batch.id}.svg",
    ):  # fmt: skip
        assert shown in page
    weibo = page[page.index('data-platform="weibo"') :]
    items, new, start, wait, fetch, record, attempts = re.findall(r'<td class="number">([^<]*)</td>', weibo)[:7]
    assert (items, new, start, wait, fetch, attempts) == ("4", "1", "2.0", "0.6", "0.9", "3")
    assert float(record) > 0
    assert HOSTILE not in page
    assert "与前一批次比较" in (await site.get(f"/batches/{batch.id}?lang=zh")).text


async def test_a_batch_is_compared_with_the_one_before(site: httpx2.AsyncClient, database: Database) -> None:
    """What has changed stands there by platform, the worse first; the first batch has nothing before it."""
    batch = await whole(database)
    page = (await site.get(f"/batches/{batch.id}")).text
    compared = page[page.index('id="compared"') : page.index('id="readings"')]
    assert "4 items less than" in compared
    changes = re.findall(r'href="/platforms/(\w+)"><bdi>\w+</bdi></a></th><td>([a-z ]+)</td>', compared)
    assert changes == [("zhihu", "worse"), ("baidu", "worse"), ("douyin", "new"), ("weibo", "same verdict")]
    (first,) = await database.rows("SELECT id FROM batch_jobs WHERE id <> %(id)s", {"id": batch.id})
    assert "There is no batch of this type before it." in (await site.get(f"/batches/{first[0]}")).text


async def test_a_long_comparison_is_folded(site: httpx2.AsyncClient, database: Database) -> None:
    """Many changes, as after the first batch of new platforms, don't push the platforms of the batch far down."""
    await collected(database, "weibo", "一")
    batch = await opened(database, *(f"p{number}" for number in range(25)))
    for number in range(25):
        await batch.record(f"p{number}", reading("一", minutes=1))
    page = (await site.get(f"/batches/{batch.id}")).text
    assert "<summary>26 platforms changed</summary>" in page


async def test_a_repaired_reading_says_what_it_was(site: httpx2.AsyncClient, database: Database) -> None:
    """What a mended parser made of the kept body stands there, with what it was before, and its error is marked."""
    kept: dict[str, Any] = {"body_hash": "ab" * 32, "parser_version": "v1"}
    batch = await opened(database, "weibo", "baidu", started_at=NOON)
    await batch.record("weibo", reading(verdict="broken", error_code="body_broken", **kept))
    await batch.record("baidu", reading("一"))
    again = reading("二", "三", **kept) | {"parser_version": "v2"}
    await database.call("reading_repair", batch_id=batch.id, platform="weibo", reading=again, read_at=NOON + timedelta(days=1))
    page = (await site.get(f"/batches/{batch.id}")).text
    assert "before: broken, 0 items." in page
    assert '<span class="word good">Repaired</span>' in page


async def test_the_timeline_is_an_image_without_script(site: httpx2.AsyncClient, database: Database) -> None:
    """Each platform that was read has its bar; the same image is not sent twice."""
    batch = await whole(database)
    image = await site.get(f"/charts/batches/{batch.id}.svg")
    assert image.headers["content-type"] == "image/svg+xml"
    assert all(platform in image.text for platform in ("weibo", "baidu", "zhihu", "douyin"))
    assert "<script" not in image.text
    again = await site.get(f"/charts/batches/{batch.id}.svg", headers={"If-None-Match": image.headers["etag"]})
    assert again.status_code == 304
    assert (await site.get(f"/charts/batches/{uuid4()}.svg")).status_code == 404


async def test_a_running_batch_is_followed_without_script(site: httpx2.AsyncClient, database: Database) -> None:
    """It says how far it is, and the page asks again by itself where no script runs; an ended one does neither."""
    batch = await opened(database, "weibo", "baidu")
    await batch.record("weibo", reading("一"))
    page = (await site.get(f"/batches/{batch.id}")).text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert "1 of 2 platforms, 1 items" in page
    assert "not ended yet" in page
    await batch.record("baidu", reading("二"))
    page = (await site.get(f"/batches/{batch.id}")).text
    assert "http-equiv" not in page
    assert "data-events" not in page


async def test_a_stream_ends_with_its_batch(site: httpx2.AsyncClient, database: Database) -> None:
    """Who follows a batch that ends meanwhile is told of it as the last thing."""
    batch = await opened(database, "weibo", "baidu")
    await batch.record("weibo", reading("一"))
    following = asyncio.create_task(site.get(f"/batches/{batch.id}/events"))
    await asyncio.wait([following], timeout=0.2)
    assert not following.done()
    await batch.record("baidu", reading("二"))
    answer = await following
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in heard(answer.text)] == ["step", "ended"]


def heard(stream: str) -> list[tuple[str, Any]]:
    """The events of a stream, with their data."""
    return [(name, json.loads(data)) for name, data in re.findall(r"event: (\w+)\ndata: (.*)\n", stream)]


async def test_a_stream_tells_what_has_changed(database: Database, ledger: Ledger) -> None:
    """Each look tells the progress and the readings that have ended; one at which nothing has changed tells nothing."""
    batch = await opened(database, "weibo", "baidu")
    pauses = iter(["weibo", None, "baidu"])

    async def pause() -> None:
        if platform := next(pauses):
            await batch.record(platform, reading("一"))

    def tell(job: Any) -> dict[str, Any]:
        return {"done": len(job["readings"])}

    streams = Streams()
    parts = [part async for part in events(lambda: ledger.job(str(batch.id)), tell, streams, pause)]
    assert heard("".join(parts)) == [("step", {"done": 0}), ("step", {"done": 1}), ("ended", {"done": 2})]
    assert streams.open == 0


async def _nothing() -> None:
    return None


async def test_a_stream_gives_its_place_back(database: Database, ledger: Ledger) -> None:
    """When the client leaves, when the batch is purged and when the database goes away, the place is free again."""
    batch = await opened(database, "weibo")
    streams = Streams(most=1)

    async def away() -> None:
        raise StoreUnavailable("away")

    async def gone() -> None:
        return None

    stream = events(lambda: ledger.job(str(batch.id)), dict, streams, _nothing)
    assert (await anext(stream)).startswith("retry:")
    assert streams.full
    await stream.aclose()
    assert [part async for part in events(away, dict, streams, _nothing)] == ["retry: 3000\n\n"]
    assert heard("".join([part async for part in events(gone, dict, streams, _nothing)])) == [("ended", {})]
    assert streams.open == 0


async def test_only_so_many_streams_are_open(site: httpx2.AsyncClient, database: Database) -> None:
    """Beyond their number one is refused at once; an ended batch needs no place for long."""
    batch = await collected(database, "weibo", "一")
    assert [name for name, _ in heard((await site.get(f"/batches/{batch.id}/events")).text)] == ["ended"]
    site._transport.app.state.streams.most = 0  # type: ignore[attr-defined]
    assert (await site.get(f"/batches/{batch.id}/events")).status_code == 503
    assert (await site.get(f"/batches/{uuid4()}/events")).status_code == 404


async def test_batches_and_readings_come_as_files(site: httpx2.AsyncClient, database: Database) -> None:
    """The table of batches, as it was filtered, and the readings of one batch, as CSV and as Parquet."""
    batch = await collected(database, "weibo", "=one", "two")
    for address, line in (("/batches", f"{batch.id},data_collection,completed,full,"), (f"/batches/{batch.id}", "weibo,ok,2,2,")):
        assert line in (await site.get(address, params={"format": "csv"})).text
        assert (await site.get(address, params={"format": "parquet"})).content.startswith(b"PAR1")
    assert str(batch.id) not in (await site.get("/batches?outcome=failed&format=csv")).text

"""The JSON API: what it says, its refusals, its tags and cursors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import psycopg
import pytest
from tests.database import Database
from tests.made import NOON, collected, opened, reading

from hotledger.ledger.ledger import Ledger
from hotledger.store.postgres import PostgresStore
from hotledger.web.application import application
from hotledger.web.security import Security

NOBODY = "01a20d48-d376-758d-ba71-cd3f4b16cca3"


async def _told(site: httpx2.AsyncClient, path: str, **asked: Any) -> dict[str, Any]:
    answer = await site.get(f"/api/v1/{path}", params=asked or None)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    assert {"generated_at", "data_at", "age_seconds"} <= told.keys()
    return told


async def test_an_empty_ledger_is_told(site: httpx2.AsyncClient) -> None:
    """Where nothing was collected, lists are empty, and there is no age."""
    for path, name in (
        ("batches", "batches"),
        ("platforms", "platforms"),
        ("health", "platforms"),
        ("incidents", "incidents"),
        ("lists", "lists"),
        ("trends/batches", "periods"),
        ("trends/readings", "periods"),
        ("search?q=one", "items"),
    ):
        told = await _told(site, path)
        assert (told[name], told["data_at"], told["age_seconds"]) == ([], None, None)
    assert (await _told(site, "now"))["state"] == "empty"
    about = await _told(site, "ledger")
    assert (about["newest_reading_at"], about["spool"], about["schema_version"]) == (None, None, about["schema_version_here"])


async def test_a_batch_is_told_whole(site: httpx2.AsyncClient, database: Database) -> None:
    """A batch comes with its readings, its lease without the token, and its age."""
    batch = await opened(database, "weibo", "baidu")
    await batch.record("weibo", reading("one", "two"))
    await batch.record("baidu", reading(verdict="blocked"))
    told = await _told(site, f"batches/{batch.id}")
    assert [(each["platform"], each["verdict"], each["items"]) for each in told["readings"]] == [
        ("weibo", "ok", 2),
        ("baidu", "blocked", 0),
    ]
    assert (told["metadata"]["summary"]["outcome"], "token" in told["lease"]) == ("partial", False)
    assert (await _told(site, f"batches/{batch.id}/readings"))["readings"] == told["readings"]
    (brief,) = (await _told(site, "batches", status="completed", platform="baidu", outcome="partial"))["batches"]
    assert (brief["id"], brief["total_items"]) == (str(batch.id), 2)
    assert (await _told(site, "batches", status="failed"))["batches"] == []


async def test_a_batch_is_compared_with_the_one_before(site: httpx2.AsyncClient, database: Database) -> None:
    """The first has none before it, the second says what is more."""
    first = await collected(database, "weibo", "one")
    second = await collected(database, "weibo", "one", "two", minutes=5)
    assert (await _told(site, f"batches/{first.id}/change"))["before"] is None
    told = await _told(site, f"batches/{second.id}/change")
    assert (told["before"]["id"], told["items_more"], told["platforms"][0]["change"]) == (str(first.id), 1, "same")


async def test_a_list_comes_with_its_age(site: httpx2.AsyncClient, database: Database) -> None:
    """The latest list, or the one that stood at a moment; the age is that of its data."""
    await collected(database, "weibo", "one", "two", heats=[9, None])
    await collected(database, "weibo", "two", minutes=5)
    latest = await _told(site, "lists/weibo")
    assert [(each["rank"], each["title"]) for each in latest["items"]] == [(1, "two")]
    assert latest["age_seconds"] > 0
    before = await _told(site, "lists/weibo", at=(NOON + timedelta(minutes=1)).isoformat(), at_most=1)
    assert [(each["title"], each["heat"]) for each in before["items"]] == [("one", 9)]
    assert (await site.get("/api/v1/lists/weibo?at=2026-03-04T20:01:00+08:00&at_most=1")).json()["items"] == before["items"]
    assert before["data_at"].startswith("2026-03-04T12:00:00")


async def test_platforms_are_told_with_facts_and_standing(site: httpx2.AsyncClient, database: Database) -> None:
    """What hotledger knows of a platform, and how it stands; one that it can't read has no facts."""
    await collected(database, "weibo", "one")
    await collected(database, "unheard-of", "one")
    other, weibo = (await _told(site, "platforms"))["platforms"]
    assert (weibo["platform"], weibo["facts"]["category"], weibo["last_reading"]["verdict"]) == ("weibo", "social", "ok")
    assert (other["platform"], other["facts"]) == ("unheard-of", None)
    assert (await _told(site, "platforms/weibo"))["facts"] == weibo["facts"]
    assert (await _told(site, "health", platform="weibo"))["platforms"][0]["platform"] == "weibo"
    assert len((await _told(site, "platforms/weibo/story", since=NOON.isoformat(), until=NOON.isoformat()))["points"]) == 1
    first = await _told(site, "calendar", at_most=1, days=30)
    assert (await _told(site, "calendar", cursor=first["next"]))["platforms"][0]["platform"] == "weibo"


async def test_a_topic_and_a_trend_are_told(site: httpx2.AsyncClient, database: Database) -> None:
    """Rank over time, with the readings in which the title did not stand; batches by day."""
    for minutes, titles in enumerate((["one", "two"], ["two"], ["two", "one"])):
        await collected(database, "weibo", *titles, minutes=minutes)
    await collected(database, "baidu", "one", minutes=3)
    everywhere = await _told(site, "topic", title="one")
    assert [each["platform"] for each in everywhere["topics"]] == ["weibo", "baidu"]
    (told,) = (await _told(site, "topic", platform="weibo", title="one"))["topics"]
    assert [each["rank"] for each in told["points"]] == [1, None, 2]
    assert (await _told(site, "trends/batches", every="week"))["periods"][0]["batches"] == 4
    assert (await _told(site, "trends/batches", cursor="2026-03-01T00:00:00+00:00"))["periods"] == []
    (period,) = (await _told(site, "trends/readings", platform="weibo", cursor="2026-04-01", every="month"))["periods"]
    assert (period["begins"], period["readings"]) == ("2026-03-01", 3)


async def test_titles_are_found_page_by_page(site: httpx2.AsyncClient, database: Database) -> None:
    """Each title that holds all words comes once, those first seen last first, or the hottest first."""
    for minutes in range(5):
        await collected(database, "weibo", f"Hot {minutes} title", "other", minutes=minutes, heats=[10 - minutes])
    for order, expected in (("newest", [4, 3, 2, 1, 0]), ("hottest", [0, 1, 2, 3, 4])):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = await _told(site, "search", q="title hot", order=order, at_most=2, **cursor)
            seen += [each["title"] for each in page["items"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert seen == [f"Hot {n} title" for n in expected]
    assert (await _told(site, "search?q=hot&platform=baidu"))["items"] == []


async def test_lists_stand_side_by_side(site: httpx2.AsyncClient, database: Database) -> None:
    """The lists that are asked for, in that order, each row with its change of rank."""
    await collected(database, "weibo", "one", "two")
    await collected(database, "weibo", "two", "one", "three", minutes=5)
    await collected(database, "baidu", "four")
    told = await _told(site, "lists?platform=weibo&platform=baidu&at_most=3")
    assert [each["platform"] for each in told["lists"]] == ["weibo", "baidu"]
    moves = [(each["title"], each["moved"], each["is_new"]) for each in told["lists"][0]["items"]]
    assert moves == [("two", 1, False), ("one", -1, False), ("three", None, True)]


async def test_incidents_are_told(site: httpx2.AsyncClient, database: Database) -> None:
    """An open incident comes with its evidence, in all the places that tell of it."""
    await collected(database, "weibo", "one")
    for minutes in (5, 10):
        await (await opened(database, "weibo")).record("weibo", reading(verdict="blocked", minutes=minutes))
    (incident,) = (await _told(site, "incidents"))["incidents"]
    assert (incident["kind"], incident["bad_readings"], incident["closed_at"]) == ("blocked", 2, None)
    await collected(database, "baidu", "one")
    for minutes in (5, 10):
        await (await opened(database, "baidu")).record("baidu", reading(verdict="broken", minutes=minutes))
    first = await _told(site, "incidents", at_most=1)
    second = await _told(site, "incidents", at_most=1, cursor=first["next"])
    assert {each["platform"] for page in (first, second) for each in page["incidents"]} == {"weibo", "baidu"}
    assert (await _told(site, "incidents", cursor=second["next"]))["incidents"] == []


async def test_an_open_incident_makes_now_bad(site: httpx2.AsyncClient, database: Database) -> None:
    """What stands now tells of it."""
    await collected(database, "weibo", "one")
    for minutes in (5, 10):
        await (await opened(database, "weibo")).record("weibo", reading(verdict="blocked", minutes=minutes))
    (incident,) = (await _told(site, "incidents"))["incidents"]
    now = await _told(site, "now")
    assert ([each["id"] for each in now["incidents"]], now["state"]) == ([incident["id"]], "bad")


_REFUSED = [
    ("batches?at_most=0", 400),
    ("batches?at_most=501", 400),
    ("batches?at_most=many", 422),
    ("batches?cursor=none", 400),
    ("batches?status=no", 422),
    (f"batches/{NOBODY}", 404),
    (f"batches/{NOBODY}/change", 404),
    ("batches/none", 422),
    ("trends/batches?every=year", 422),
    ("lists/weibo?at=2026-03-04", 422),
    ("lists/weibo?at=2026", 422),
    ("lists/weibo?at=2026-03-04T12:00:00", 422),
    ("lists/a%00b", 422),
    ("platforms/nobody", 404),
    ("platforms/nobody/story", 404),
    ("lists/nobody", 404),
    ("topic?platform=weibo", 422),
    ("search", 422),
    ("incidents?cursor=open_2026-03-04_1", 400),
    ("search?q=a&cursor=none_1", 400),
    ("search?q=a&cursor=1_99999999999", 400),
    ("trends/batches?cursor=2026-03-04", 400),
    ("trends/readings?cursor=none", 400),
    ("topic?platform=weibo&title=never", 404),
    ("health?days=0", 400),
    ("nosuch", 404),
]


@pytest.mark.parametrize(("path", "status"), _REFUSED)
async def test_what_can_not_be_answered_is_refused_in_a_sentence(site: httpx2.AsyncClient, path: str, status: int) -> None:
    """Beyond a limit: 400, not of its form: 422, not there: 404; always with a sentence, never kept by caches."""
    answer = await site.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
    assert answer.json()["detail"].endswith(".")


async def test_a_database_that_is_away_is_told() -> None:
    """While the database can't be reached, each part says so with 503, and nothing of it is kept."""
    store = PostgresStore("postgresql://127.0.0.1:1/nowhere", wait_seconds=2)
    transport = httpx2.ASGITransport(app=application(Ledger(store), Security()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for path in ("/api/v1/now", "/api/v1/batches", "/feeds/weibo.atom"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
            assert "can't be reached" in answer.json()["detail"]
    await store.close()


async def test_other_sites_may_not_read_it(site: httpx2.AsyncClient) -> None:
    """No answer carries a header that opens it to scripts of other sites."""
    answer = await site.get("/api/v1/batches", headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_the_tag_stays_while_the_data_does(site: httpx2.AsyncClient, database: Database) -> None:
    """Asked again after nothing has changed: 304, though the age has; after a new list: the new one, under another tag."""
    await collected(database, "weibo", "one")
    paths = (
        "batches",
        "lists/weibo",
        "platforms",
        "platforms/weibo",
        "health",
        "incidents?only_open=false",
        "lists",
        "search?q=one",
        "trends/batches",
        "trends/readings",
        "topic?platform=weibo&title=one",
        "now",
    )
    tags = {path: (await site.get(f"/api/v1/{path}")).headers["etag"] for path in paths}
    for path, tag in tags.items():
        again = await site.get(f"/api/v1/{path}", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), path
    await collected(database, "weibo", "one", "two", minutes=5)
    for path, tag in tags.items():
        if "incidents" not in path:
            assert (await site.get(f"/api/v1/{path}", headers={"If-None-Match": tag})).status_code == 200, path


async def test_a_cursor_stays_while_rows_are_written_and_deleted(site: httpx2.AsyncClient, database: Database) -> None:
    """Walking page by page beside a collector, and while a batch is deleted: each old batch that stays comes once, in order."""
    old = [str((await collected(database, "weibo", f"old {n}", minutes=n)).id) for n in range(7)]
    first = await _told(site, "batches", at_most=2)
    seen, cursor = [each["id"] for each in first["batches"]], first["next"]
    async with recording(database):
        while cursor:
            page = await _told(site, "batches", at_most=2, cursor=cursor)
            seen, cursor = seen + [each["id"] for each in page["batches"]], page["next"]
            await database.rows("DELETE FROM batch_jobs WHERE id = %(id)s", {"id": old[0]})
    assert seen == old[:0:-1]


async def test_a_tag_means_one_state_while_rows_are_written(site: httpx2.AsyncClient, database: Database) -> None:
    """Beside a collector that records, the same tag always comes with the same data, and another with other data."""
    await collected(database, "weibo", "one")
    found: set[tuple[str, str]] = set()
    async with recording(database):
        for _ in range(30):
            answer = await site.get("/api/v1/lists/weibo")
            found.add((answer.headers["etag"], repr({**answer.json(), "generated_at": None, "age_seconds": None})))
    assert len(found) > 1
    assert len({tag for tag, _ in found}) == len({data for _, data in found}) == len(found)


@asynccontextmanager
async def recording(database: Database) -> AsyncIterator[None]:
    """A collector that records one batch after the other, over a connection of its own, until the block ends."""
    ended = asyncio.Event()
    async with await psycopg.AsyncConnection.connect(database.url, autocommit=True, prepare_threshold=None) as connection:
        other = Database(database.url, connection)

        async def record() -> None:
            minutes = 100
            while not ended.is_set():
                minutes += 1
                await collected(other, "weibo", f"new {minutes}", "one", minutes=minutes)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(record())
            try:
                yield
            finally:
                ended.set()

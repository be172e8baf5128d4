"""Many at once on one database: totals stay exact, and of those that may not overlap one is open."""

from __future__ import annotations

import asyncio
import random
from typing import Any
from uuid import uuid4

import pytest
from tests.database import Database
from tests.made import reading

from hotledger.store.postgres import PostgresStore

BATCHES = 40
PLATFORMS = tuple(f"platform {number}" for number in range(5))
CONNECTIONS = 20
OPENINGS = 200


async def crowd(database: Database) -> PostgresStore:
    """A store of many connections, of which the first is there."""
    store = database.store(connections=CONNECTIONS)
    await store.call("ledger_about", {})
    return store


async def test_a_crowd_that_records_loses_nothing(database: Database) -> None:
    """Forty batches of five platforms, written by twenty connections in random order, all sharing titles: every count is exact."""
    store = await crowd(database)
    batches: list[dict[str, Any]] = [{"batch_id": uuid4(), "token": uuid4()} for _ in range(BATCHES)]
    opening: dict[str, Any] = {"job_type": "data_collection", "planned": list(PLATFORMS), "lease_seconds": 3600}
    await asyncio.gather(*(store.call("batch_open", batch | opening) for batch in batches))
    chance = random.Random(20)
    calls: list[dict[str, Any]] = []
    for number, batch in enumerate(batches):
        for platform in PLATFORMS:
            titles = [f"title {place}" for place in chance.sample(range(40), number % 20 + 1)]
            calls.append(batch | {"platform": platform, "reading": reading(*titles, minutes=number)})
    twice = chance.sample(calls, len(calls)) + chance.sample(calls, len(calls) // 4)
    answers = await asyncio.gather(*(store.call("batch_record", call) for call in twice))
    assert {answer["outcome"] for answer in answers} == {"recorded"}
    assert [answer["replayed"] for answer in answers].count(True) == len(calls) // 4
    total = sum(len(call["reading"]["items"]) for call in calls)
    assert await database.rows("SELECT count(*), sum(total_items) FROM batch_jobs WHERE status = 'completed'") == [(BATCHES, total)]
    assert await database.rows("SELECT count(*), sum(items) FROM hot_readings") == [(len(calls), total)]
    distinct = {(call["platform"], item["title"]) for call in calls for item in call["reading"]["items"]}
    assert await database.rows("SELECT count(*), sum(times_seen) FROM hot_entries") == [(len(distinct), total)]
    assert await database.value("SELECT sum(new_items) FROM hot_readings") == len(distinct)


async def openings(database: Database, overlap: str) -> list[dict[str, Any]]:
    """The answers to all openings of one job type at once."""
    store = await crowd(database)
    opening = {"job_type": "report", "planned": ["sales"], "owner": "cron", "lease_seconds": 3600, "overlap": overlap}
    return list(
        await asyncio.gather(*(store.call("batch_open", opening | {"batch_id": uuid4(), "token": uuid4()}) for _ in range(OPENINGS)))
    )


async def test_of_a_crowd_that_may_not_overlap_one_is_opened(database: Database) -> None:
    """The others leave no row, and each is told who runs, since when, and until when at most."""
    answers = await openings(database, "skip")
    (opened,) = [answer for answer in answers if answer["outcome"] == "opened"]
    skipped = [answer["running"] for answer in answers if answer["outcome"] == "skipped"]
    assert len(skipped) == OPENINGS - 1
    (told,) = {tuple(sorted(each.items())) for each in skipped}
    since, refused = (await database.rows("SELECT to_jsonb(opened_at) #>> '{}', refused FROM hot_leases"))[0]
    assert dict(told) == {"batch_id": opened["batch_id"], "owner": "cron", "since": since, "until": opened["expires_at"]}
    assert refused == OPENINGS - 1
    assert await database.value("SELECT count(*) FROM batch_jobs") == 1


async def test_of_a_crowd_that_replaces_one_remains(database: Database) -> None:
    """All are opened, one after the other, and each but the last ended as replaced, with one verdict."""
    answers = await openings(database, "replace")
    assert {answer["outcome"] for answer in answers} == {"opened"}
    assert await database.value("SELECT count(*) FROM hot_leases WHERE closed_at IS NULL") == 1
    verdicts = await database.rows("SELECT status, metadata #>> '{summary,failure}', count(*) FROM batch_jobs GROUP BY 1, 2 ORDER BY 3")
    assert verdicts == [("in_progress", None, 1), ("failed", "replaced", OPENINGS - 1)]


@pytest.mark.parametrize("overlap", ["allow", "skip", "replace"])
async def test_a_crowd_of_the_same_opening_is_one(database: Database, overlap: str) -> None:
    """One opening, made again many times before its answer comes, opens one batch, and no retry skips or ends it."""
    store = await crowd(database)
    call = {"batch_id": uuid4(), "token": uuid4(), "job_type": "report", "planned": ["sales"], "overlap": overlap}
    answers = await asyncio.gather(*(store.call("batch_open", call) for _ in range(2 * CONNECTIONS)))
    assert {answer["outcome"] for answer in answers} == {"opened"}
    assert await database.rows("SELECT status, count(*) FROM batch_jobs GROUP BY 1") == [("in_progress", 1)]
    assert await database.value("SELECT refused FROM hot_leases") == 0

"""Incidents are what the readings of a platform make of it in the order of time, however those arrive; a small model says which."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from tests.database import Database
from tests.made import NOON, opened, reading
from tests.properties.tables import DEEP

from hotledger.model import Verdict

CASES = 60 if DEEP else 12
READINGS = 120
WARNINGS = ("short", "frozen", "stale", "drifted")
SHOWN = "kind, opened_at, closed_at, bad_readings, readings_lost, relapses"


class Read(NamedTuple):
    """A reading: when, and its verdict."""

    at: datetime
    verdict: str


class Incident(NamedTuple):
    """An incident, as far as the model tells it."""

    kind: str
    opened_at: datetime
    closed_at: datetime | None
    bad_readings: int
    readings_lost: int
    relapses: int


def expected(readings: Sequence[Read]) -> list[Incident]:
    """The incidents of readings in the order of time, by looking at all of them at once."""
    found: list[Incident] = []
    place = 0
    while place < len(readings):
        if readings[place].verdict == "ok":
            place += 1
            continue
        end = place
        while end < len(readings) and not all(each.verdict == "ok" for each in readings[end : end + 2]):
            end += 1
        ended = end + 2 <= len(readings)
        trouble = readings[place : end if ended else len(readings)]
        found += _incident(trouble, readings[end].at if ended else None)
        place = end + 2
    return found


def _incident(trouble: Sequence[Read], closed_at: datetime | None) -> list[Incident]:
    verdicts = [each.verdict for each in trouble]
    bad = [verdict for verdict in verdicts if verdict != "ok"]
    in_a_row = any("ok" not in pair for pair in pairwise(verdicts))
    if not in_a_row and len(bad) < 3:
        return []
    failures = [verdict for verdict in bad if verdict not in WARNINGS]
    relapses = sum(pair[0] == "ok" != pair[1] for pair in pairwise(verdicts))
    return [Incident((failures or bad)[0], trouble[0].at, closed_at, len(bad), len(failures), relapses)]


def some_readings(chance: random.Random) -> list[Read]:
    """Readings without a rhythm, in stretches of good and of bad ones."""
    at = NOON
    readings: list[Read] = []
    share = chance.choice([0.1, 0.5, 0.9])
    while len(readings) < READINGS:
        share = chance.choice([0.02, 0.1, 0.5, 0.95]) if chance.random() < 0.1 else share
        at += timedelta(minutes=chance.choice([1, 30, 200]), seconds=chance.randrange(60))
        readings.append(Read(at, chance.choice(list(Verdict)[1:]).value if chance.random() < share else "ok"))
    return readings


def some_rhythm(chance: random.Random) -> list[Read]:
    """Readings of every hour, of which some are left out."""
    moments = [NOON + timedelta(hours=hour, seconds=chance.randrange(60)) for hour in range(READINGS) if chance.random() > 0.03]
    return [Read(at, "ok" if chance.random() < 0.9 else "blocked") for at in moments]


async def record(database: Database, each: Read, platform: str = "weibo") -> None:
    batch = await opened(database, platform)
    await batch.record(platform, reading(*(["a"] if each.verdict == "ok" else []), verdict=each.verdict) | {"collected_at": each.at})


def past(each: Read, platform: str = "weibo") -> dict[str, Any]:
    """A batch of the past, for an import."""
    made = {"platform": platform, **reading("a", verdict=each.verdict), "collected_at": each.at}
    return {"batch_id": str(uuid4()), "job_type": "data_collection", "readings": [made]}


async def incidents(database: Database, platform: str = "weibo") -> list[Incident]:
    """The incidents of a platform that are no missed readings."""
    of = "platform_id = (SELECT id FROM hot_platforms WHERE name = %(platform)s) AND kind <> 'missed'"
    rows = await database.rows(f"SELECT {SHOWN} FROM hot_incidents WHERE {of} ORDER BY opened_at", {"platform": platform})
    return [Incident(*row) for row in rows]


async def sound(database: Database) -> None:
    found = await database.call("ledger_verify")
    assert found["sound"], found["discrepancies"][:3]


async def state(database: Database) -> list[tuple[Any, ...]]:
    """What is known of the platform beside its incidents, without the batches by which readings are named."""
    return await database.rows("SELECT last_at, last_good_at, incident_id IS NULL, intervals, trouble IS NULL FROM hot_states")


@pytest.mark.parametrize("seed", range(CASES))
async def test_readings_in_order_make_the_incidents_of_the_model(database: Database, seed: int) -> None:
    """One after another, each reading opens, continues and closes what the rules say; the ledger is sound all along."""
    readings = some_readings(random.Random(seed))
    for place, each in enumerate(readings):
        await record(database, each)
        if place % 20 == 0:
            await sound(database)
    assert await incidents(database) == expected(readings)


@pytest.mark.parametrize("make", [some_readings, some_rhythm])
@pytest.mark.parametrize("seed", range(CASES))
async def test_the_order_of_arrival_makes_no_difference(database: Database, make: Any, seed: int) -> None:
    """Late, replayed and imported readings lead to the incidents, days and state of the same ones in order, and so does telling anew."""
    chance = random.Random(seed)
    readings = make(chance)
    late = {place: place + chance.randrange(READINGS) for place in range(len(readings)) if chance.random() < 0.15}
    arrivals = sorted(range(len(readings)), key=lambda place: (late.get(place, place), place))
    while arrivals:
        portion, arrivals = arrivals[: (size := chance.choice([1, 1, 1, 10]))], arrivals[size:]
        if chance.random() < 0.3:
            await database.call("batch_import", batches=[past(readings[place]) for place in portion])
        else:
            for place in portion:
                await record(database, readings[place])
        if chance.random() < 0.2:
            await sound(database)
    await sound(database)
    assert await incidents(database) == expected(readings)
    told, known = await database.rows("SELECT * FROM hot_incidents ORDER BY id"), await state(database)
    days = await database.rows("SELECT * FROM hot_days ORDER BY day")
    await database.call("incidents_rebuild", platform="weibo", since=readings[chance.randrange(len(readings))].at)
    await database.call("incidents_rebuild", platform="weibo")
    assert await database.rows("SELECT * FROM hot_incidents ORDER BY id") == told
    assert await database.rows("SELECT * FROM hot_days ORDER BY day") == days
    assert await state(database) == known


@pytest.mark.parametrize("seed", range(CASES))
async def test_changed_readings_are_told_anew(database: Database, seed: int) -> None:
    """After readings were repaired, telling anew from the first of them to the last leads to the incidents of what they are now."""
    chance = random.Random(seed)
    readings = some_readings(chance)
    await database.call("batch_import", batches=[past(each) for each in readings])
    first = chance.randrange(len(readings) - 10)
    for place in range(first, first + 10):
        readings[place] = Read(readings[place].at, chance.choice(["ok", "ok", "blocked"]))
        status = "completed" if readings[place].verdict == "ok" else "failed"
        await database.rows(
            "UPDATE hot_readings SET verdict = %(verdict)s, status = %(status)s, items = 0, entries = NULL WHERE collected_at = %(at)s",
            {"at": readings[place].at, "verdict": readings[place].verdict, "status": status},
        )
    await database.call("incidents_rebuild", platform="weibo", since=readings[first].at, until=readings[first + 9].at)
    assert await incidents(database) == expected(readings)
    found = await database.call("ledger_verify")
    assert {each["kind"] for each in found["discrepancies"]} <= {"total_items", "metadata"}
    await database.rows("DELETE FROM batch_jobs")


async def test_a_crowd_leads_to_the_same_incidents(database: Database) -> None:
    """Readings of two platforms, recorded and imported by many at once in any order, make the incidents of the order of time."""
    chance = random.Random(7)
    readings = {name: some_readings(chance) for name in ("weibo", "baidu")}
    store = database.store(connections=12)
    batches = [{"batch_id": uuid4(), "token": uuid4()} for _ in range(READINGS)]
    opening = {"job_type": "data_collection", "planned": list(readings), "lease_seconds": 3600}
    await asyncio.gather(*(store.call("batch_open", batch | opening) for batch in batches))
    calls: list[tuple[str, dict[str, Any]]] = []
    for name, each in readings.items():
        for batch, made in zip(batches, each, strict=True):
            told = reading("a", verdict=made.verdict) | {"collected_at": made.at}
            calls.append(("batch_record", batch | {"platform": name, "reading": told}))
    late = {name: Read(each[-1].at + timedelta(hours=1), "blocked") for name, each in readings.items()}
    calls += [("batch_import", {"batches": [past(each, name)]}) for name, each in late.items()]
    await asyncio.gather(*(store.call(function, arguments) for function, arguments in chance.sample(calls, len(calls))))
    for name, each in readings.items():
        assert await incidents(database, name) == expected([*each, late[name]])

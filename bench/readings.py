"""Durable readings per second against single-row commits per second: the same server, transport and number of connections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple
from uuid import UUID

from bench.database import fresh_store
from bench.lists import lists
from hotledger.ledger.identity import uuid7
from hotledger.store.postgres import PostgresStore

_ROUNDS = 9
_HOURS_A_ROUND = 8
_WARM_HOURS = 6

Work = Callable[[], Awaitable[Any]]


class Rates(NamedTuple):
    """Medians over the rounds, of one way to share the connections: calls a second, and the ratio within a round."""

    way: str
    limit: str
    readings: float
    commits: float
    ratio: float


class Batch(NamedTuple):
    """An open batch of ten, and the readings that it awaits."""

    id: UUID
    token: UUID
    readings: dict[str, dict[str, Any]]


async def measure() -> list[Rates]:
    """The rates for one connection, for four in one batch (as a collection has them), and for four in four batches."""
    ways = (
        ("1 connection", 1, 1, "the server's work on 50 entries, beside a commit that is nearly free"),
        ("4 connections, one batch", 4, 1, "readings of one batch wait for its row"),
        ("4 connections, four batches", 4, 4, "processors, shared by server and client"),
    )
    results = []
    for way, connections, at_once, limit in ways:
        streams = lists(_WARM_HOURS + _ROUNDS * _HOURS_A_ROUND).streams
        async with fresh_store(connections) as store:
            results.append(await _compared(way, limit, store, streams, connections, at_once))
    return results


def source() -> str:
    """Where the lists are from."""
    return lists(1).source


async def _compared(
    way: str, limit: str, store: PostgresStore, streams: dict[str, list[dict[str, Any]]], connections: int, at_once: int
) -> Rates:
    async with store.connection() as connection:
        await connection.execute("CREATE TABLE plain (id UUID NOT NULL, title TEXT NOT NULL, heat INTEGER NOT NULL)")
    hours = ({name: stream[hour] for name, stream in streams.items()} for hour in range(min(map(len, streams.values()))))
    await _rate(await _readings(store, hours, _WARM_HOURS, at_once), connections)
    rounds = []
    for _ in range(_ROUNDS):
        work = await _readings(store, hours, _HOURS_A_ROUND, at_once)
        readings = await _rate(work, connections)
        commits = await _rate([_commit(store, number) for number in range(len(work) * 2)], connections)
        rounds.append((readings, commits))
    return Rates(
        way, limit, median(r for r, _ in rounds), median(c for _, c in rounds), median(readings / commits for readings, commits in rounds)
    )


async def _readings(store: PostgresStore, hours: Iterator[dict[str, Any]], count: int, at_once: int) -> list[Work]:
    """The calls of so many batches, which are opened already; with `at_once`, calls of neighbouring batches take turns."""
    batches = [await _opened(store, readings) for readings in islice(hours, count)]
    work: list[Work] = []
    for start in range(0, len(batches), at_once):
        together = batches[start : start + at_once]
        names = list(together[0].readings)
        for turn in range(len(names)):
            for place, batch in enumerate(together):
                # Batches at once are at different platforms, as those of different machines mostly are.
                name = names[(turn + place * 3) % len(names)]
                work.append(_record(store, batch, name))
    return work


async def _opened(store: PostgresStore, readings: dict[str, dict[str, Any]]) -> Batch:
    now = datetime.now(UTC)
    batch = Batch(uuid7(now), uuid7(now), readings)
    await store.call(
        "batch_open",
        {"batch_id": batch.id, "job_type": "bench", "planned": list(readings), "token": batch.token, "lease_seconds": 3600},
    )
    return batch


def _record(store: PostgresStore, batch: Batch, name: str) -> Work:
    arguments = {"batch_id": batch.id, "token": batch.token, "platform": name, "reading": batch.readings[name]}
    return lambda: store.call("batch_record", arguments | {"recorded_at": datetime.now(UTC)})


def _commit(store: PostgresStore, number: int) -> Work:
    async def insert() -> None:
        async with store.connection() as connection:
            await connection.execute(
                "INSERT INTO plain (id, title, heat) VALUES (%s, %s, %s)", (uuid7(datetime.now(UTC)), "a title of a hot list", number)
            )

    return insert


async def _rate(work: Sequence[Work], connections: int) -> float:
    """Calls a second, by as many workers as there are connections."""
    queue = iter(work)

    async def worker() -> None:
        for call in queue:
            await call()

    began = perf_counter()
    await asyncio.gather(*(worker() for _ in range(connections)))
    return len(work) / (perf_counter() - began)

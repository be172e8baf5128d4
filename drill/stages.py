"""One batch of made-up readings, the moments of it at which a database can go away, and what must be in the ledger when all is over."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from hotledger.ledger.batch import OpenBatch
from hotledger.ledger.ledger import Ledger
from hotledger.ledger.spool import Spool
from hotledger.ledger.spooled import SpooledStore
from hotledger.model import Item, Reading, Verdict
from hotledger.store.port import Store

PLATFORMS = ("one", "two", "three", "four")
ITEMS = 5
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class Stage(StrEnum):
    """When the database goes away."""

    OPENING = "opening"
    MIDDLE = "middle"
    CLOSE = "close"
    DRAIN = "drain"


class Staged:
    """A store that does something just before a certain call, once: the `nth` call of `function`."""

    def __init__(self, store: Store, function: str, nth: int, before: Callable[[], Awaitable[None]]) -> None:
        self._store = store
        self._moment = (function, nth)
        self._before = before
        self._seen: Counter[str] = Counter()

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        self._seen[function] += 1
        if (function, self._seen[function]) == self._moment:
            await self._before()
        return await self._store.call(function, arguments)

    def another(self) -> Store:
        shared = Staged(self._store.another(), *self._moment, self._before)
        shared._seen = self._seen
        return shared

    async def close(self) -> None:
        await self._store.close()


class Clock:
    """Time that goes on by a second at each look."""

    def __init__(self) -> None:
        self._at = NOON

    def __call__(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at


def reading(platform: str, run: str) -> Reading:
    """What one platform gives in one run: titles that no other run has."""
    at = NOON + timedelta(seconds=10 + PLATFORMS.index(platform))
    return Reading(
        platform=platform,
        verdict=Verdict.OK,
        evidence=f"{ITEMS} items",
        started_at=at,
        collected_at=at,
        duration_ms=100,
        items=tuple(Item(title=f"{run} {platform} {rank}") for rank in range(ITEMS)),
    )


async def collected(store: Store, run: str) -> OpenBatch:
    """One whole batch."""
    async with Ledger(store, now=Clock(), owner="drill").batch("data_collection", PLATFORMS) as batch:
        for platform in PLATFORMS:
            await batch.record(reading(platform, run))
    return batch


async def suffered(
    store: Store,
    spool: Spool,
    run: str,
    stage: Stage,
    begin: Callable[[], Awaitable[None]],
    end: Callable[[], Awaitable[None]],
    *,
    limit_seconds: float,
) -> OpenBatch:
    """A batch during which the database goes away at a stage, and comes back after the batch (for `DRAIN`: once more during the drain)."""
    moments = {Stage.OPENING: ("batch_open", 1), Stage.MIDDLE: ("batch_record", 2), Stage.CLOSE: ("batch_record", len(PLATFORMS))}
    first = Staged(store, *moments.get(stage, ("batch_open", 1)), begin)
    batch = await collected(SpooledStore(first, spool, target="drill", limit_seconds=limit_seconds), run)
    await end()
    if stage is Stage.DRAIN:
        await SpooledStore(Staged(store, "batch_record", 2, begin), spool, target="drill", limit_seconds=limit_seconds).drain()
        await end()
    return batch


async def drained(store: Store, spool: Spool, *, limit_seconds: float = 10, tries: int = 100) -> None:
    """Drain until nothing waits; a database that was killed may take a while to come back."""
    spooled = SpooledStore(store, spool, target="drill", limit_seconds=limit_seconds)
    for _ in range(tries):
        if (await spooled.drain()).stopped is None:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("the spool could not be drained")


Rows = Callable[[str, Mapping[str, Any]], Awaitable[list[tuple[Any, ...]]]]


async def found(rows: Rows, batch: OpenBatch, run: str) -> dict[str, Any]:
    """What the ledger holds of a batch, in words that are the same for every run; `rows` asks the database itself."""
    job = (await rows("SELECT public.batch_get(%(id)s)", {"id": batch.id}))[0][0]
    metadata = job["metadata"]
    for platform in metadata["platforms"].values():
        platform.pop("landed_ms")  # when it came into the database is what an outage does change
    listed = """SELECT item.platform, item.rank, item.title, entry.times_seen
                  FROM public.hot_items AS item JOIN public.hot_entries AS entry ON entry.title = item.title
                 WHERE item.batch_id = %(id)s ORDER BY item.platform, item.rank"""
    return {
        "row": {name: job[name] for name in ("status", "platforms_processed", "total_items", "started_at", "completed_at")},
        "readings": [{name: value for name, value in each.items() if name != "batch_id"} for each in job["readings"]],
        "metadata": {name: metadata[name] for name in ("planned", "platforms", "summary", "timing", "errors")},
        "items": [metadata[f"{platform}_items"] for platform in PLATFORMS],
        "lists": [
            (platform, rank, title.removeprefix(run), times_seen)
            for platform, rank, title, times_seen in await rows(listed, {"id": batch.id})
        ],
    }

"""Drill: the database goes away in each way, at each stage of a batch, over each transport."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from itertools import cycle, islice, product
from typing import Any

from drill.report import Row, reconciled
from drill.stages import Stage, collected, drained, found, suffered
from drill.world import KINDS, World
from hotledger.ledger.spool import Spool

LIMIT_SECONDS = 0.4


async def outages(world: World, count: int | None = None, *, transports: Sequence[str] = (), kinds: Sequence[str] = KINDS) -> list[Row]:
    """Suffer `count` outages, each kind at each stage over each transport in turn (once each, when not given)."""
    every = list(product(kinds, list(Stage), transports or world.transports))
    spool = Spool(world.folder / "spool-outages")
    undisturbed = await _undisturbed(world)
    done: Counter[str] = Counter()
    wrong: dict[str, list[str]] = {transport: [] for transport in world.transports}
    for number, (kind, stage, transport) in enumerate(islice(cycle(every), len(every) if count is None else count)):
        done[transport] += 1
        difference = await _one(world, spool, f"run{number} ", transport, kind, stage, undisturbed)
        if difference:
            wrong[transport].append(f"{kind} at {stage}: {difference}")
    if spool.status().set_aside:
        wrong[world.transports[0]].append(f"{len(spool.status().set_aside)} calls were set aside")
    spool.close()
    rows = [
        Row(f"outages over {name}", f"{done[name]} outages: every batch as if nothing had happened", tuple(wrong[name]))
        for name in wrong
        if done[name] or wrong[name]
    ]
    return [*rows, Row("after the outages", "verify, leases", await reconciled(world))]


async def _one(world: World, spool: Spool, run: str, transport: str, kind: str, stage: Stage, undisturbed: dict[str, Any]) -> str:
    """What is otherwise than without an outage; nothing, when all is well."""
    store = world.store(transport)
    try:
        batch = await suffered(
            store, spool, run, stage, lambda: world.begin(kind, transport), lambda: world.end(kind, transport), limit_seconds=LIMIT_SECONDS
        )
        await drained(store, spool)
        came = await found(world.rows, batch, run)
    except Exception as error:
        await world.end(kind, transport)
        return f"{type(error).__name__}: {error}"
    finally:
        await asyncio.wait({asyncio.create_task(store.close())}, timeout=15)
    return "; ".join(f"{name} is {came[name]}, not {undisturbed[name]}" for name in came if came[name] != undisturbed[name])


async def _undisturbed(world: World) -> dict[str, Any]:
    store = world.store("unix")
    batch = await collected(store, "undisturbed ")
    await store.close()
    return await found(world.rows, batch, "undisturbed ")

"""Drill: many collectors at once on one database, in a few processes; those that get no connection go by the spool.

`python -m drill.crowd ADDRESS SPOOL FIRST COUNT` is one of the processes.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from drill.report import Row, quiet, reconciled
from drill.stages import NOON
from drill.world import World
from hotledger.ledger.ledger import Ledger
from hotledger.ledger.spool import Spool
from hotledger.ledger.spooled import SpooledStore
from hotledger.model import Item, Reading, Verdict
from hotledger.store.postgres import PostgresStore

PLATFORMS = ("crowd/one", "crowd/two", "crowd/three")
ITEMS = 20
PROCESSES = 4


async def crowd(world: World, collectors: int) -> list[Row]:
    """Let them all collect the same titles, and count."""
    spool = world.folder / "spool-crowd"
    each = -(-collectors // PROCESSES)
    counts = [min(each, collectors - first) for first in range(0, collectors, each)]
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "drill.crowd", world.address, str(spool), str(count), stdout=asyncio.subprocess.PIPE
        )
        for count in counts
    ]
    said = [(await process.communicate())[0] for process in processes]
    spooled = sum(int(each) for each in said if each)
    store = PostgresStore(world.address)
    kept = Spool(spool)
    await SpooledStore(store, kept, target="drill", limit_seconds=60).drain()
    kept.close()
    await store.close()
    wrong = [f"a collector's process ended with {process.returncode}" for process in processes if process.returncode]
    wrong += await _counted(world, collectors)
    done = f"{collectors} collectors in {len(counts)} processes ({spooled} by the spool): totals exact"
    return [Row("crowd", done, (*wrong, *await reconciled(world)))]


async def _counted(world: World, collectors: int) -> list[str]:
    batches = "FROM public.batch_jobs WHERE job_type = 'crowd'"
    titles = "FROM public.hot_entries WHERE title LIKE 'crowd title %'"
    expected = {
        "batches": (collectors, f"SELECT count(*) {batches} AND status = 'completed'"),
        "total_items": (collectors * 60, f"SELECT COALESCE(sum(total_items), 0) {batches}"),
        "new items": (60, f"SELECT COALESCE(sum((metadata #>> '{{summary,new_items}}')::INTEGER), 0) {batches}"),
        "observations": (collectors * 60, "SELECT count(*) FROM public.hot_items WHERE platform LIKE 'crowd/%'"),
        "titles": (60, f"SELECT count(*) {titles}"),
        "sights": (collectors * 60, f"SELECT COALESCE(sum(times_seen), 0) {titles}"),
    }
    counted = {what: (count, (await world.rows(query))[0][0]) for what, (count, query) in expected.items()}
    return [f"{what}: {found}, not {count}" for what, (count, found) in counted.items() if found != count]


async def _one(address: str, folder: Path) -> bool:
    """One collector with connections of its own; whether any of its calls went by the spool."""
    spool = Spool(folder)
    store = PostgresStore(address, connections=1, wait_seconds=30)
    spooled = False
    async with Ledger(SpooledStore(store, spool, target="drill", limit_seconds=60), lease_seconds=600).batch("crowd", PLATFORMS) as batch:
        recorded = await asyncio.gather(*(batch.record(_reading(platform)) for platform in PLATFORMS))
        spooled = any(each.spooled for each in recorded)
    spool.close()
    await store.close()
    return spooled


def _reading(platform: str) -> Reading:
    items = tuple(Item(title=f"crowd title {rank}") for rank in range(ITEMS))
    return Reading(
        platform=platform, verdict=Verdict.OK, evidence="made up", started_at=NOON, collected_at=NOON, duration_ms=1, items=items
    )


async def _member(address: str, folder: Path, count: int) -> int:
    return sum(await asyncio.gather(*(_one(address, folder) for _ in range(count))))


if __name__ == "__main__":
    quiet()
    print(asyncio.run(_member(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))

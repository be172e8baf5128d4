"""Drill: collections killed by SIGKILL at random moments, while their database comes and goes."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import msgspec

from drill.nursery import LEASE_SECONDS, Acknowledged, Task, fingerprint, settings
from drill.proxy import Mode
from drill.report import Row, reconciled
from drill.world import World
from hotledger.app import opened_spool, spool
from hotledger.ledger.ledger import Ledger
from hotledger.simulator import Simulator

PLATFORMS = ["baidu", "bilibili", "tieba", "toutiao", "v2ex", "weibo", "zhihu"]
_MODES = (Mode.PASSING, Mode.PASSING, Mode.PASSING, Mode.REFUSED, Mode.RESET, Mode.STALLED)


async def kills(world: World, count: int, *, seed: int = 1, processes: int = 2) -> list[Row]:
    """Kill `count` collections in a few processes beside each other, bring in what they left in the spool, and reconcile."""
    acknowledged = world.folder / "acknowledged"
    shares = [count // processes + (number < count % processes) for number in range(processes)]
    async with Simulator(latency_ms=dict.fromkeys(PLATFORMS, 20.0)) as via:
        tasks = [
            Task(
                url=world.url("tcp"),
                via=via,
                home=str(world.folder / "killed"),
                platforms=PLATFORMS,
                acknowledged=str(acknowledged),
                failures=str(world.folder / "failure"),
                kills=share,
                seed=seed + number,
            )
            for number, share in enumerate(shares)
            if share
        ]
        coming_and_going = asyncio.create_task(_come_and_go(world, random.Random(seed)))
        try:
            nurseries = [await _nursery(world.folder / f"task{number}.json", task) for number, task in enumerate(tasks)]
            ended = [(await nursery.communicate(), nursery.returncode) for nursery in nurseries]
        finally:
            coming_and_going.cancel()
            with suppress(asyncio.CancelledError):
                await coming_and_going
    await world.proxies["tcp"].turn(Mode.PASSING)
    wrong = [f"a process of the drill ended with {code}" for _, code in ended if code]
    wrong += [f"a collection failed: {path.read_text().splitlines()[-1]}" for path in world.folder.glob("failure.*")]
    settled = await _settled(world, tasks[0])
    acks = [msgspec.json.decode(line, type=Acknowledged) for line in acknowledged.read_bytes().splitlines()]
    wrong += [*settled, *await _lost(world, acks), *await _twice(world)]
    recoveries = (await world.rows("SELECT count(*) FROM public.batch_jobs WHERE metadata ->> 'source' LIKE 'recovery of %'"))[0][0]
    observations = sum(ack.items for ack in acks)
    done = (
        f"{count} kills; {len(acks)} readings ({observations:,} observations) acknowledged, all there once; {recoveries} recovery batches"
    )
    return [Row("kills", done, (*wrong, *await reconciled(world)))]


async def _nursery(path: Path, task: Task) -> asyncio.subprocess.Process:
    await asyncio.to_thread(path.write_bytes, msgspec.json.encode(task))
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "drill.nursery", str(path), stdout=asyncio.subprocess.PIPE)


async def _come_and_go(world: World, chance: random.Random) -> None:
    while True:
        await world.proxies["tcp"].turn(chance.choice(_MODES))
        await asyncio.sleep(chance.uniform(0.1, 0.8))


async def _settled(world: World, task: Task) -> list[str]:
    """Drain what is left, let the leases of the killed run out, and reap; what went wrong in that."""
    async with opened_spool(settings(task)) as store:
        done = await store.drain()
        deadline = time.monotonic() + 10 * LEASE_SECONDS
        while (await world.rows("SELECT count(*) FROM public.hot_leases WHERE closed_at IS NULL"))[0][0] and time.monotonic() < deadline:
            await Ledger(store).reap()
            await asyncio.sleep(0.2)
    set_aside = spool(settings(task)).status().set_aside
    return [*([f"the drain stopped: {done.stopped}"] if done.stopped else []), *(f"set aside: {kept.reason}" for kept in set_aside)]


async def _lost(world: World, acks: list[Acknowledged]) -> list[str]:
    """Which of the acknowledged readings are not in the ledger as they were, in their batch or in its recovery."""
    listed = await world.rows(
        """SELECT batch_id::TEXT, platform, array_agg(title ORDER BY rank) FROM public.hot_items GROUP BY batch_id, platform"""
    )
    there = {(batch, platform): fingerprint(titles) for batch, platform, titles in listed}
    recovered_in = await _recoveries(world)
    wrong = []
    for ack in acks:
        batches = [ack.batch_id]
        while batches[-1] in recovered_in:
            batches.append(recovered_in[batches[-1]])
        found = [there[batch, ack.platform] for batch in batches if (batch, ack.platform) in there]
        if found != [ack.titles]:
            wrong.append(f"{ack.platform} of batch {ack.batch_id} was acknowledged and is there {len(found)} times")
    return wrong


async def _twice(world: World) -> list[str]:
    """Which readings are in a batch and in its recovery too."""
    of_batch: defaultdict[str, set[str]] = defaultdict(set)
    for batch, platform in await world.rows(
        """SELECT reading.batch_id::TEXT, platform.name FROM public.hot_readings AS reading
             JOIN public.hot_platforms AS platform ON platform.id = reading.platform_id"""
    ):
        of_batch[batch].add(platform)
    return [
        f"{', '.join(sorted(twice))} of batch {lost} are in batch {recovery} too"
        for lost, recovery in (await _recoveries(world)).items()
        if (twice := of_batch[lost] & of_batch[recovery])
    ]


async def _recoveries(world: World) -> dict[str, str]:
    query = "SELECT metadata ->> 'source', id::TEXT FROM public.batch_jobs WHERE metadata ->> 'source' LIKE 'recovery of %'"
    return {source.removeprefix("recovery of "): batch for source, batch in await world.rows(query)}

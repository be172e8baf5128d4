"""One batch of ten platforms at simulated latencies, as a ratio to its slowest platform: what concurrency and recording cost."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import NamedTuple

from bench.database import fresh_home
from hotledger.app import DataCollector, opened_ledger
from hotledger.collect.collector import CollectionResult
from hotledger.config import load
from hotledger.ledger.ledger import Ledger
from hotledger.platforms import readers
from hotledger.simulator import Simulator

# Per request. Hacker News is asked 31 times (the ids, then thirty stories, four at a time), 100 ms apart at least: by default that interval
# makes it the slowest whatever its latency. So the batch is measured with and without the interval between requests to one host.
_LATENCY_MS = {
    "hackernews": 50,
    "baidu": 100,
    "zhihu": 250,
    "v2ex": 400,
    "github": 550,
    "tieba": 700,
    "toutiao": 900,
    "bilibili": 1100,
    "douyin": 1300,
    "weibo": 1500,
}
_TURNS = 5


class Batch(NamedTuple):
    """Medians over the turns: the batch from opening to result, its slowest platform, and the ratio within a turn."""

    what: str
    slowest_platform: str
    batch_ms: float
    slowest_ms: float
    ratio: float
    items: int


async def measure() -> list[Batch]:
    """With the default interval between requests to one host, and without any."""
    return [
        await _turns("100 ms between requests to one host", 0.1),
        await _turns("no interval", 0),
    ]


async def _turns(what: str, interval_seconds: float) -> Batch:
    """Some batches in turn, on a database that is open already, as in a worker."""
    simulator = Simulator(latency_ms=_LATENCY_MS)
    async with fresh_home() as home, simulator as url:
        settings = load().model_copy(
            update={
                "home": home,
                "via": url,
                "database_url": None,
                "supabase_url": None,
                "supabase_key": None,
                "platforms": None,
                "host_interval_seconds": interval_seconds,
                "log_level": "error",
            }
        )
        async with opened_ledger(settings) as ledger:
            collector = DataCollector(settings)
            await _timed(collector, ledger)
            results = []
            for _ in range(_TURNS):
                simulator.advance(3600)
                results.append(await _timed(collector, ledger))
    slowest = [max(result.readings, key=lambda reading: reading.duration_ms) for _, result in results]
    return Batch(
        what,
        slowest[0].platform,
        median(milliseconds for milliseconds, _ in results),
        median(reading.duration_ms for reading in slowest),
        median(milliseconds / reading.duration_ms for (milliseconds, _), reading in zip(results, slowest, strict=True)),
        results[-1][1].total_items,
    )


async def _timed(collector: DataCollector, ledger: Ledger) -> tuple[float, CollectionResult]:
    began = perf_counter()
    result = await collector.collect_into(ledger, [readers()[platform] for platform in _LATENCY_MS])
    milliseconds = (perf_counter() - began) * 1000
    if not result.full:
        failed = [f"{reading.platform}: {reading.evidence}" for reading in result.readings if not reading.verdict.keeps_list]
        raise RuntimeError(f"the simulated collection was not full: {'; '.join(failed)}")
    return milliseconds, result

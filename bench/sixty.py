"""One batch of sixty platforms at 50 to 3000 ms, as a ratio to its slowest platform, with CPU seconds and peak memory of the collector.

The simulator is a process of its own, so that playing the sites is not counted as collecting.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from statistics import median
from time import perf_counter
from typing import NamedTuple
from urllib.request import Request, urlopen

from bench.database import fresh_home
from hotledger.app import DataCollector, opened_ledger
from hotledger.config import load
from hotledger.embedded.server import EmbeddedServer
from hotledger.platforms import readers

_COUNT = 60
_QUICKEST_MS, _SLOWEST_MS = 50, 3000
_TURNS = 5
_OURS = ("HOTLEDGER_", "DATABASE_URL", "SUPABASE_")
# Hacker News is asked 31 times, so that it is the slowest whatever its latency; the batch of ten has it.
_LEFT_OUT = {"hackernews"}


class Sixty(NamedTuple):
    """Medians over the turns."""

    platforms: int
    batch_ms: float
    slowest_ms: float
    slowest_platform: str
    ratio: float
    cpu_seconds: float
    peak_mib: float
    items: int


def chosen() -> dict[str, int]:
    """Sixty platforms spread over all, each with its latency; the more requests one makes, the less each takes."""
    names = [name for name, each in readers().items() if not each.facts.off and name not in _LEFT_OUT][:_COUNT]
    step = (_SLOWEST_MS - _QUICKEST_MS) / (len(names) - 1)
    return {name: round(_QUICKEST_MS + place * step) for place, name in enumerate(names)}


async def measure() -> Sixty:
    """Some batches by a process of its own, on a database that is up already."""
    command = [sys.executable, "-m", "hotledger.cli", "simulate", "--port", "0"]
    simulator = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert simulator.stdout is not None
        url = (await simulator.stdout.readline()).decode().split(";")[0].split()[-1]
        await asyncio.to_thread(_slow_down, url)
        async with fresh_home() as home, EmbeddedServer(home):
            settings = {"HOTLEDGER_HOME": str(home), "HOTLEDGER_VIA": url, "HOTLEDGER_LOG_LEVEL": "error"}
            outside = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
            measured = [sys.executable, "-c", "from bench.sixty import main; main()"]
            process = await asyncio.create_subprocess_exec(*measured, env=outside | settings, stdout=asyncio.subprocess.PIPE)
            told, _ = await process.communicate()
    finally:
        simulator.terminate()
        await simulator.wait()
    if process.returncode:
        raise RuntimeError(f"the measured process ended with exit code {process.returncode}")
    return Sixty(**json.loads(told))


def _slow_down(url: str) -> None:
    for name, milliseconds in chosen().items():
        with urlopen(Request(f"{url}/_latency/{name}?ms={milliseconds}", method="POST")):
            pass


def main() -> None:
    """The measured process: collect in turns, and print what it took."""
    print(json.dumps(asyncio.run(_collected())._asdict()))


async def _collected() -> Sixty:
    names = list(chosen())
    turns = []
    async with opened_ledger(load()) as ledger:
        collector = DataCollector(load())
        wanted = [readers()[name] for name in names]
        for _ in range(_TURNS + 1):
            began, cpu = perf_counter(), _cpu_seconds()
            result = await collector.collect_into(ledger, wanted)
            turns.append((result, (perf_counter() - began) * 1000, _cpu_seconds() - cpu))
            failed = [f"{reading.platform}: {reading.evidence}" for reading in result.readings if not reading.verdict.keeps_list]
            if failed:
                raise RuntimeError(f"the simulated collection was not full: {'; '.join(failed)}")
    slowest = [max(result.readings, key=lambda reading: reading.duration_ms) for result, _, _ in turns[1:]]
    return Sixty(
        len(names),
        median(milliseconds for _, milliseconds, _ in turns[1:]),
        median(reading.duration_ms for reading in slowest),
        slowest[0].platform,
        median(milliseconds / reading.duration_ms for (_, milliseconds, _), reading in zip(turns[1:], slowest, strict=True)),
        median(seconds for _, _, seconds in turns[1:]),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        turns[-1][0].total_items,
    )


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

"""What reading a body costs: each platform's parser over the body that the simulator serves, per item."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import NamedTuple

from hotledger.collect.reading import Known, read
from hotledger.fetch.client import Fetcher
from hotledger.fetch.limits import Limits
from hotledger.ledger.batch import Past
from hotledger.model import Reader, Response
from hotledger.platforms import readers
from hotledger.simulator import Simulator
from hotledger.simulator.sites import sites

_ROUNDS = 7
_NOON = datetime(2026, 6, 4, 12, tzinfo=UTC)


class Parse(NamedTuple):
    """Medians over the rounds: microseconds for one item of the platform's usual body, of so many items and bytes."""

    platform: str
    microseconds: float
    items: int
    bytes: int


async def measure() -> list[Parse]:
    """The platforms in turns, round after round, so that a busy moment of the machine meets all of them; the dearest first."""
    bodies = await _bodies()
    played = [(readers()[platform], body) for platform, body in bodies.items()]
    counts = [len(reader.parse(body)) for reader, body in played]  # It loads the libraries too, which is not counted.
    rounds = [[_microseconds(reader, body) for reader, body in played] for _ in range(_ROUNDS)]
    found = [
        Parse(reader.facts.id, median(costs) / count, count, len(body.content))
        for (reader, body), count, costs in zip(played, counts, zip(*rounds, strict=True), strict=True)
    ]
    return sorted(found, key=lambda each: -each.microseconds)


async def _bodies() -> dict[str, Response]:
    """The body of each platform at one instant, by the plan that gives a list."""
    kept: dict[str, Response] = {}
    limits = Limits(host_concurrency=30, host_interval_seconds=0)
    async with Simulator(clock=lambda: _NOON) as url, Fetcher(limits, via=url) as fetcher:
        for platform in sorted(readers().keys() & sites().keys()):

            async def keep(body: Response, *, failed: bool, platform: str = platform) -> str:
                if failed:
                    raise RuntimeError(f"the simulated body of {platform} is no list")
                kept[platform] = body
                return ""

            known = Known(Past())
            await read(readers()[platform], fetcher.session(platform), known, keep=keep, now=lambda: _NOON, limit_seconds=30)
    return kept


def _microseconds(reader: Reader, body: Response) -> float:
    began = perf_counter()
    reader.parse(body)
    return (perf_counter() - began) * 1_000_000

"""Made-up series at other cadences than the recorded ones: daily for years, every five minutes and irregular, of boards of all kinds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from bench.faults import Reading, Series, reading
from bench.natures import NATURES
from hotledger.collect.retrospect import stranger
from hotledger.model import Item
from hotledger.simulator.world import Board, World, board

_FIRST = datetime(2024, 3, 1, tzinfo=UTC)
_SEED = 20
BOARDS: dict[str, Board | str] = {
    "weibo": "weibo",
    "v2ex": "v2ex",
    "bilibili": "bilibili",
    "ten-slow": board("ten-slow", 10, pool="tech", born_per_hour=0.1, floor=1, top=90),
    "thirty-slow": board("thirty-slow", 30, pool="code", born_per_hour=0.3, floor=10, top=900),
    "twenty-quick": board("twenty-quick", 20, pool="news", born_per_hour=30),
}
CADENCES = {
    "daily, two years": (1440, 730),
    "hourly, two months": (60, 1440),
    "every 5 minutes, ten days": (5, 2880),
    "irregular, four months": (0, 700),
}


def series(name: str, cadence: str, *, heats: bool = True) -> Series:
    """One board at one cadence; the facts are those of a platform that nobody knows."""
    world = World(seed=_SEED)
    chance = Random(f"{name} {cadence}")
    if name in NATURES:
        moments = list(_moments(*CADENCES[cadence], chance))
        lists = zip(moments, NATURES[name](moments, chance), strict=True)
        return Series(stranger(name), tuple(reading(int(at.timestamp()), items) for at, items in lists))
    return Series(stranger(name), tuple(_reading(world, name, at, chance, heats) for at in _moments(*CADENCES[cadence], chance)))


def _moments(minutes: int, times: int, chance: Random) -> Iterator[datetime]:
    at = _FIRST
    for _ in range(times):
        at += timedelta(minutes=minutes or _irregular(chance))
        yield at + timedelta(minutes=minutes * chance.uniform(0, 0.05))


def _irregular(chance: Random) -> float:
    """Every hour or two, sometimes twice in a minute, sometimes not for a day or two."""
    return chance.choice([1, 20, 60, 60, 60, 90, 120, 240, 1500, 3000]) * chance.uniform(0.8, 1.3)


def _reading(world: World, name: str, at: datetime, chance: Random, heats: bool) -> Reading:
    """The list with what real ones have: some rows fewer, every day others."""
    topics = world.topics(BOARDS[name], at)
    shown = topics[: len(topics) - chance.choice([0, 0, 0, 1, 2])]
    return reading(int(at.timestamp()), [Item(title=topic.title, heat=topic.heat if heats else None) for topic in shown])

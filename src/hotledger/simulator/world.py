"""What is on each list at a given instant. Pure: a seed and an instant in, lists out; it leaves shapes and HTTP to others.

A topic is a number on a board. It is born at a time that follows from its number, climbs, fades and dies, so that a
list at any instant is found without having played the past.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from hotledger.simulator.titles import title, titles

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class Board(NamedTuple):
    """How a list lives: its length, how many topics are born per hour, and its heats from floor to top in steps of `unit`.

    `name` tells its topics from those of other boards; `pool` names the titles that they draw from (see `titles.pools`).
    """

    size: int
    born_per_hour: float
    floor: int
    top: int
    unit: int = 1
    spare: float = 1.4
    name: str = ""
    pool: str = ""


def board(name: str, size: int, *, pool: str, born_per_hour: float = 6, floor: int = 1_000, top: int = 1_000_000, unit: int = 1) -> Board:
    """A board of a site that names it itself."""
    return Board(size, born_per_hour, floor, top, unit, name=name, pool=pool)


BOARDS: dict[str, Board] = {
    "baidu": Board(50, 12, 3_100_000, 7_900_000),
    "weibo": Board(50, 20, 90_000, 1_300_000),
    "zhihu": Board(30, 5, 200_000, 20_000_000, unit=10_000),
    "bilibili": Board(100, 4, 180_000, 6_000_000),
    "bilibili-hotword": Board(30, 6, 600_000, 4_000_000),
    "douyin": Board(50, 15, 7_500_000, 12_100_000),
    "toutiao": Board(50, 12, 200_000, 34_000_000),
    "tieba": Board(30, 6, 90_000, 3_000_000),
    "v2ex": Board(9, 1, 12, 230),
    "github": Board(25, 1, 60, 3_400),
    "hackernews": Board(30, 6, 9, 900, spare=3.0),
}

_HEAT_FOLLOWS_RANK = {"toutiao": (34_414_505, math.exp(-0.1))}


class Topic(NamedTuple):
    """One row of a list. `number` is its identity on the board; `traits` are 64 bits for whatever a site adds to it."""

    number: int
    title: str
    heat: int
    born_at: datetime
    traits: int


class World:
    """The lists of all boards. The same seed and instant always give the same lists."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed

    def topics(self, board: str | Board, at: datetime, count: int | None = None) -> list[Topic]:
        """The list of a board at an instant, hottest first; `count` asks for more or fewer rows than usual."""
        facts = _facts(board)
        hours = (at - EPOCH) / timedelta(hours=1)
        oldest = math.floor((hours - _life_hours(facts)) * facts.born_per_hour) - 1
        newest = math.floor(hours * facts.born_per_hour)
        alive = [topic for number in range(oldest, newest + 1) if (topic := self.topic(board, number, at))]
        alive.sort(key=lambda topic: (-topic.heat, topic.number))
        shown = alive[: facts.size if count is None else count]
        return [topic._replace(heat=_heat_by_rank(facts.name, rank, topic.heat)) for rank, topic in enumerate(shown)]

    def topic(self, board: str | Board, number: int, at: datetime) -> Topic | None:
        """One topic as it stands at an instant; `None` before its birth and after its end."""
        facts = _facts(board)
        nature = _nature(self.seed, facts.name, number, facts.born_per_hour)
        age = (at - nature.born_at) / timedelta(hours=_life_hours(facts))
        if not 0 <= age < 1:
            return None
        wobble = 1 + 0.03 * math.sin(age * 60 + nature.phase)
        heat = facts.floor + (facts.top - facts.floor) * nature.strength * _curve(age) * wobble / 1.03
        return Topic(number, title(facts.pool, self.seed, number), round(heat / facts.unit) * facts.unit, nature.born_at, nature.traits)

    def pinned(self, platform: str, at: datetime) -> str:
        """The title that the platform pins above its list; it changes every six hours."""
        pool = titles("pin", self.seed)
        turn = (at - EPOCH) // timedelta(hours=6) + len(platform) * 17
        return pool[turn % len(pool)]

    def ads(self, platform: str, at: datetime) -> list[str]:
        """The paid titles among the list: none to two, changing every hour."""
        pool = titles("ad", self.seed)
        turn = (at - EPOCH) // timedelta(hours=1)
        chance = Random(f"{self.seed}:{platform}:ads:{turn}")
        return chance.sample(pool, chance.choice((0, 1, 1, 2)))

    def listing(self, board: str | Board, at: datetime) -> list[tuple[str, int]]:
        """The truth that a reading of the board at that instant has to equal: (title, heat), in rank order."""
        return [(topic.title, topic.heat) for topic in self.topics(board, at)]


class _Nature(NamedTuple):
    """What is so of a topic at every instant."""

    born_at: datetime
    strength: float
    phase: float
    traits: int


@lru_cache(maxsize=4096)  # a topic is asked for again at each instant that is looked at
def _nature(seed: int, board: str, number: int, born_per_hour: float) -> _Nature:
    chance = Random(f"{seed}:{board}:{number}")
    born_at = EPOCH + timedelta(hours=(number + chance.random()) / born_per_hour)
    return _Nature(born_at, 0.25 + 0.75 * chance.random() ** 2, chance.random() * 6, chance.getrandbits(64))


def _facts(board: str | Board) -> Board:
    return BOARDS[board]._replace(name=board, pool=board) if isinstance(board, str) else board


def _life_hours(board: Board) -> float:
    return board.size * board.spare / board.born_per_hour


def _curve(age: float) -> float:
    if age < 0.3:
        return math.sin(math.pi / 2 * age / 0.3)
    return float(((1 - age) / 0.7) ** 1.2)


def _heat_by_rank(board: str, rank: int, heat: int) -> int:
    if board not in _HEAT_FOLLOWS_RANK:
        return heat
    top, ratio = _HEAT_FOLLOWS_RANK[board]
    return int(top * ratio**rank)

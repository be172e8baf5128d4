"""Made-up lists of other natures than the simulator's: offices that close, lists replaced whole, archives of a day, small ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from hotledger.model import Item

Nature = Callable[[Sequence[datetime], Random], Iterator[list[Item]]]
"""The lists that stand at some moments."""


def _row(name: str, number: int, heat: float | None = None) -> Item:
    return Item(title=f"{name} {number}", heat=heat and round(heat))


def _times(rate: float, chance: Random) -> int:
    """How often something happens that happens so often on average."""
    left, times = math.exp(-min(rate, 50)), -1
    product = 1.0
    while product > left:
        product *= chance.random()
        times += 1
    return times


def _hours(moments: Sequence[datetime]) -> Iterator[tuple[datetime, float]]:
    before = moments[0] - timedelta(hours=1)
    for at in moments:
        yield at, (at - before) / timedelta(hours=1)
        before = at


def office(moments: Sequence[datetime], chance: Random) -> Iterator[list[Item]]:
    """The newest twenty of an editorial office: one row an hour by day, hardly any at weekends; no heats."""
    newest = 20
    for at, hours in _hours(moments):
        for ago in range(max(1, round(hours))):
            then = at - timedelta(hours=ago)
            newest += _times((1.0 if then.weekday() < 5 else 0.1) * min(hours, 1), chance) if then.hour < 12 else 0
        yield [_row("office", newest - rank) for rank in range(20)]


def morning(moments: Sequence[datetime], chance: Random) -> Iterator[list[Item]]:
    """Fifteen rows, all others each morning."""
    for at, _ in _hours(moments):
        day = (at - timedelta(hours=8)).toordinal()
        yield [_row("morning", 15 * day + rank) for rank in range(15)]


def weekly(moments: Sequence[datetime], chance: Random) -> Iterator[list[Item]]:
    """A chart of a hundred rows, a third of them others each week."""
    for at, _ in _hours(moments):
        week = at.toordinal() // 7
        yield [_row("chart", rank * 10_000 + (week + rank) // 3) for rank in range(100)]


def merged(moments: Sequence[datetime], chance: Random) -> Iterator[list[Item]]:
    """All that stood on a list at any time of the day: from thirty to a hundred rows."""
    for at, _ in _hours(moments):
        yield [_row("merged", 200 * at.toordinal() + number) for number in range(chance.randint(30, 100))]


def small(moments: Sequence[datetime], chance: Random) -> Iterator[list[Item]]:
    """One to ten rows that come and go, with heats that only rise."""
    rows: dict[int, float] = {}
    number = 0
    for _, hours in _hours(moments):
        rows = {each: heat + _times(0.7 * min(hours, 24), chance) for each, heat in rows.items() if chance.random() < math.exp(-hours / 6)}
        for _ in range(max(_times(min(hours, 12), chance), 0 if rows else 1)):
            number += 1
            rows[number] = chance.randint(5, 80)
        yield [_row("small", each, heat) for each, heat in sorted(rows.items())[:10]]


def slow(moments: Sequence[datetime], chance: Random) -> Iterator[list[Item]]:
    """Twenty-five rows of a forum that sleeps at night, with small heats."""
    rows: list[tuple[int, float]] = [(number, 10) for number in range(25)]
    number = 25
    for at, hours in _hours(moments):
        wake = 1 - 0.9 * math.cos((at.hour - 4) / 12 * math.pi)
        rows = [(each, heat + _times(0.25 * wake * min(hours, 48), chance)) for each, heat in rows]
        for _ in range(_times(0.7 * wake * min(hours, 48), chance)):
            number += 1
            rows[chance.randrange(25)] = (number, chance.randint(4, 15))
        yield [_row("slow", each, heat) for each, heat in rows]


NATURES: dict[str, Nature] = {each.__name__: each for each in (office, morning, weekly, merged, small, slow)}

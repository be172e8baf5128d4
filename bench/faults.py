"""Faults put into series of lists, to see how soon the judge says so; and how often it says so without one."""

from __future__ import annotations

import gzip
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec

from hotledger.collect.baseline import Baseline
from hotledger.collect.case import NO_SIBLINGS, Siblings
from hotledger.collect.judge import Decision, decide
from hotledger.collect.measures import Measures, measured
from hotledger.model import Item, Listing, Platform, Verdict

WARM_SECONDS = 8 * 86_400
_LONGEST = 48
_AFTER = 12
_SCALES = (0.0001, 0.1, 10, 100, 10_000)


class Reading(NamedTuple):
    """One list of a series: its moment in seconds, its rows, and what is measured on them."""

    at: int
    items: tuple[Item, ...]
    measures: Measures


class Series(NamedTuple):
    """The lists of one platform in the order of time."""

    facts: Platform
    readings: tuple[Reading, ...]

    @property
    def months(self) -> float:
        """How long it is, in months of thirty days."""
        return (self.readings[-1].at - self.readings[0].at) / (30 * 86_400)


class Course(NamedTuple):
    """A series as it was judged: what was known before each list, and the decisions."""

    before: tuple[Baseline | None, ...]
    decisions: tuple[Decision, ...]

    @property
    def warnings(self) -> int:
        """How many readings were not `ok`."""
        return sum(each.verdict is not Verdict.OK for each in self.decisions)


class Trial(NamedTuple):
    """One fault: at which of its readings an incident opened (1 is the first; `None` is never), and whether one opened after its end."""

    opened: int | None
    echoed: bool


Fault = Callable[[Series, int, int, Random], list[Reading] | None]
"""The readings of a fault that begins at an index and lasts for so many readings; `None` where this would be none."""


def reading(at: int, items: Iterable[Item]) -> Reading:
    """A reading with its measures."""
    rows = tuple(items)
    return Reading(at, rows, measured(Listing.of(rows)))


def recorded(file: Path, facts: Platform) -> Series:
    """A recorded series."""
    with gzip.open(file) as lines:
        lists = [msgspec.json.decode(line) for line in lines]
    return Series(facts, tuple(reading(_moment(each["collected_at"]), (_item(row) for row in each["items"])) for each in lists))


def _item(row: dict[str, str]) -> Item:
    return Item(**{name: value for name, value in row.items() if name in {"title", "heat", "id", "url"}})  # type: ignore[arg-type]


def _moment(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())


def judged(series: Series, siblings: Callable[[int], Siblings] = lambda at: NO_SIBLINGS) -> Course:
    """Judge a whole series, from nothing known on."""
    known: Baseline | None = None
    before, decisions = [], []
    for each in series.readings:
        before.append(known)
        decisions.append(decide(series.facts, each.measures, known, each.at, siblings(each.at)))
        known = decisions[-1].known
    return Course(tuple(before), tuple(decisions))


def openings(verdicts: Sequence[Verdict]) -> list[int]:
    """Where incidents open: at the second reading in a row that is not `ok`."""
    bad = [False, *(verdict is not Verdict.OK for verdict in verdicts)]
    return [index - 1 for index in range(2, len(bad)) if bad[index] and bad[index - 1] and not (index > 2 and bad[index - 2])]


def tried(series: Series, course: Course, fault: Fault, chance: Random, siblings: Callable[[int], Siblings]) -> Trial | None:
    """One fault at a random time, of two to 48 readings; `None` where it would be none."""
    warm = bisect_right([each.at for each in series.readings], series.readings[0].at + WARM_SECONDS)
    start = chance.randrange(warm, len(series.readings) - 2)
    length = min(chance.randint(2, _LONGEST), len(series.readings) - start)
    faulty = fault(series, start, length, chance)
    if faulty is None:
        return None
    known, verdicts = course.before[start], []
    for each in (*faulty, *series.readings[start + length : start + length + _AFTER]):
        decision = decide(series.facts, each.measures, known, each.at, siblings(each.at))
        known = decision.known
        verdicts.append(decision.verdict)
    opened = openings(verdicts)
    during = [index + 1 for index in opened if index < length]
    return Trial(during[0] if during else None, any(index > length for index in opened))


def emptied(series: Series, start: int, length: int, chance: Random) -> list[Reading]:
    """No row at all."""
    return [reading(each.at, ()) for each in series.readings[start : start + length]]


def frozen(series: Series, start: int, length: int, chance: Random) -> list[Reading]:
    """The list before, again and again."""
    stuck = series.readings[start - 1]
    return [stuck._replace(at=each.at) for each in series.readings[start : start + length]]


def cut(series: Series, start: int, length: int, chance: Random) -> list[Reading] | None:
    """The first tenth to six tenths of the rows; no fault where the facts call a single row usual."""
    if 1 in series.facts.expect:
        return None
    share = chance.uniform(0.1, 0.6)
    return [reading(each.at, each.items[: max(1, int(share * len(each.items)))]) for each in series.readings[start : start + length]]


def rescaled(series: Series, start: int, length: int, chance: Random) -> list[Reading]:
    """All heats a tenth, ten times and so on of what they are."""
    scale = chance.choice(_SCALES)
    return [
        reading(each.at, [msgspec.structs.replace(item, heat=item.heat and item.heat * scale) for item in each.items])
        for each in series.readings[start : start + length]
    ]


def swapped(others: Sequence[Series]) -> Fault:
    """The list that another platform has at that time."""

    def fault(series: Series, start: int, length: int, chance: Random) -> list[Reading]:
        other = chance.choice([each for each in others if each.facts.id != series.facts.id])
        return [latest(other, each.at)._replace(at=each.at) for each in series.readings[start : start + length]]

    return fault


def latest(series: Series, at: int) -> Reading:
    """The list that stands at a moment."""
    return series.readings[max(0, bisect_right(series.readings, at, key=lambda each: each.at) - 1)]

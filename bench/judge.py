"""How soon the judge tells of a fault, how often it tells of none, and what it costs: on recorded lists, and on made ones.

An incident opens at the second reading in a row that is not `ok`. Faults are random in time, kind and length (2 to 48 readings), after
eight days of the series; the seed is fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from time import perf_counter
from typing import NamedTuple

from bench import cadences
from bench.faults import (
    Course,
    Fault,
    Series,
    Trial,
    cut,
    emptied,
    frozen,
    judged,
    latest,
    openings,
    recorded,
    rescaled,
    swapped,
    tried,
)
from bench.lists import SERIES
from bench.natures import NATURES
from hotledger.collect.case import NO_SIBLINGS, Siblings
from hotledger.collect.measures import measured
from hotledger.model import Listing
from hotledger.platforms import readers

PLATFORMS = ("weibo", "baidu", "zhihu", "v2ex")
_SEED = 7
_BATCH_SECONDS = 3_000


class Found(NamedTuple):
    """How soon incidents opened for one fault on one platform: at which reading of it, `None` where never."""

    fault: str
    platform: str
    opened: tuple[int | None, ...]
    echoes: int

    def within(self, readings: int) -> float:
        """The share of faults whose incident opened within so many readings."""
        return sum(each is not None and each <= readings for each in self.opened) / len(self.opened)


class Quiet(NamedTuple):
    """A series without a fault: its incidents, all warnings, and its length."""

    name: str
    incidents: int
    warnings: int
    readings: int
    months: float


class Judged(NamedTuple):
    """All that was found."""

    faults: tuple[Found, ...]
    recorded: tuple[Quiet, ...]
    made: tuple[Quiet, ...]
    microseconds_an_item: float


def available() -> bool:
    """Whether the recorded series are at hand."""
    return all((SERIES / f"{name}-2024-06.jsonl.gz").exists() for name in PLATFORMS)


def series() -> list[Series]:
    """The recorded series."""
    return [recorded(SERIES / f"{name}-2024-06.jsonl.gz", readers()[name].facts) for name in PLATFORMS]


def measure(trials: int = 150) -> Judged:
    """Measure it all, in about a minute."""
    every = series()
    courses = [judged(each) for each in every]
    return Judged(
        tuple(found for each in every for found in faults(each, every, trials)),
        tuple(_quiet(each.facts.id, each, course) for each, course in zip(every, courses, strict=True)),
        tuple(_made()),
        _cost(every[0]),
    )


def faults(one: Series, every: list[Series], trials: int) -> Iterator[Found]:
    """All faults on one series. A swapped list is tried with and without the other platform in the same batch."""
    alone, course = (lambda at: NO_SIBLINGS), judged(one)
    beside = beside_of(one, every)
    foreign = swapped(every)
    for name, fault in {"emptied": emptied, "frozen": frozen, "cut": cut, "rescaled": rescaled, "swapped, from elsewhere": foreign}.items():
        yield from _found(name, one, course, fault, trials, alone)
    yield from _found("swapped, within the batch", one, judged(one, beside), foreign, trials, beside)


def beside_of(one: Series, every: list[Series]) -> Callable[[int], Siblings]:
    """What the batch knows of the other platforms at a moment: their lists of the batch before."""
    others = [each for each in every if each is not one]
    return lambda at: {each.facts.id: frozenset(latest(each, at - _BATCH_SECONDS).measures.titles) for each in others}


def _found(name: str, one: Series, course: Course, fault: Fault, trials: int, siblings: Callable[[int], Siblings]) -> Iterator[Found]:
    chance = Random(f"{_SEED} {name} {one.facts.id}")
    done: list[Trial] = [trial for _ in range(trials) if (trial := tried(one, course, fault, chance, siblings))]
    if done:
        yield Found(name, one.facts.id, tuple(each.opened for each in done), sum(each.echoed for each in done))


def _quiet(name: str, one: Series, course: Course) -> Quiet:
    verdicts = [decision.verdict for decision in course.decisions]
    return Quiet(name, len(openings(verdicts)), course.warnings, len(verdicts), one.months)


def _made() -> Iterator[Quiet]:
    kinds: dict[str, list[str]] = {"boards": [*cadences.BOARDS], "natures": [*NATURES]}
    for (kind, names), cadence in product(kinds.items(), cadences.CADENCES):
        boards = [cadences.series(name, cadence, heats=name != "thirty-slow") for name in names]
        quiet = [_quiet(cadence, each, judged(each)) for each in boards]
        yield Quiet(
            f"{len(boards)} made-up {kind}, {cadence}",
            sum(each.incidents for each in quiet),
            sum(each.warnings for each in quiet),
            sum(each.readings for each in quiet),
            sum(each.months for each in quiet),
        )


def _cost(one: Series) -> float:
    """Microseconds an item, with the measuring of each list."""
    items = sum(len(each.items) for each in one.readings)
    began = perf_counter()
    judged(one._replace(readings=tuple(each._replace(measures=measured(Listing.of(each.items))) for each in one.readings)))
    return 1_000_000 * (perf_counter() - began) / items

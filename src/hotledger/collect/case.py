"""One list before the judge, and what can be found: the words that all checks share. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from hotledger.collect.baseline import Baseline
from hotledger.collect.measures import Measures
from hotledger.model import Platform, Verdict

Siblings = Mapping[str, frozenset[int]]
NO_SIBLINGS: Siblings = MappingProxyType({})

FEW_READINGS = 5
MANY_READINGS = 20
LEAST_ROWS = 3
WEEK = 7
DAY = 86_400
HOUR = 3_600


class Finding(NamedTuple):
    """One thing that is wrong: the verdict it deserves, its sentence, and its cause, by which readings in a row are counted."""

    verdict: Verdict
    cause: str
    evidence: str


class Case(NamedTuple):
    """One list before the judge: the platform's facts, the list, what is known, the lists of other platforms, and the moment in seconds."""

    facts: Platform
    list: Measures
    known: Baseline
    siblings: Siblings
    now: int
    recent: tuple[int, ...] = ()

    @property
    def gap(self) -> float:
        """The usual time from one reading to the next, in seconds; 0 while unknown."""
        return 60 * median(self.known.gaps) if self.known.gaps else 0

    @property
    def is_apart(self) -> bool:
        """Whether enough time has passed since the reading before for a list that moves to have moved."""
        return self.now - self.known.at >= self.gap / 2

    @property
    def is_learned(self) -> bool:
        """Whether a day and enough readings are known."""
        return self.known.readings >= MANY_READINGS and self.now - self.known.since >= 20 * HOUR


def hours(seconds: float) -> str:
    """A length of time for people."""
    return f"{seconds / HOUR:.1f} h" if seconds < 3 * DAY else f"{seconds / DAY:.0f} days"


def learned_from(case: Case) -> str:
    readings, days = sum(day.readings for day in case.known.days), len(case.known.days)
    return f"{readings} good readings" + (f" of {days} days" if days > 1 else "")

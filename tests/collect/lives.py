"""Made-up lists that live, for the tests of the judge: what each reading gives is judged by what those before it have taught."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from tests.made import NOON

from hotledger.collect.case import NO_SIBLINGS, Siblings
from hotledger.collect.judge import Ruling, judge
from hotledger.collect.measures import UNKNOWN_BODY, Body
from hotledger.ledger.batch import Past
from hotledger.model import Item, Listing, Platform

FACTS = Platform(id="example", title="Example", home="https://example.com", expect=range(45, 51))


def moving(hour: int, rows: int = 50, *, board: str = "board", heat: float = 100_000, **more: Any) -> list[Item]:
    """A list that moves: three titles an hour go, and all heats change a little."""
    first = 3 * hour
    return [
        Item(title=f"{board} {number}", heat=round(heat * (2 + math.sin(number)) * (1 + 0.01 * (hour % 7))), **more)
        for number in range(first, first + rows)
    ]


class Life:
    """The readings of one platform, in the order in which they are given, each an hour after the one before."""

    def __init__(self, facts: Platform = FACTS) -> None:
        self.facts = facts
        self.baseline: dict[str, Any] | None = None
        self.at = NOON
        self.hour = 0

    def see(
        self,
        items: Iterable[Item],
        *,
        hours: float = 1,
        body: Body = UNKNOWN_BODY,
        siblings: Siblings = NO_SIBLINGS,
    ) -> Ruling:
        """One more list; what is known of the platform travels through JSON."""
        self.at += timedelta(hours=hours)
        ruling = self.judged(items, self.at, body, siblings)
        if ruling.baseline is not None:
            self.baseline = msgspec.json.decode(msgspec.json.encode(ruling.baseline))
        return ruling

    def judged(self, items: Iterable[Item], at: datetime, body: Body = UNKNOWN_BODY, siblings: Siblings = NO_SIBLINGS) -> Ruling:
        """A list that is judged, without anything learned of it."""
        return judge(self.facts, Listing.of(items), Past(baseline=self.baseline), at, body, siblings)

    def pass_hours(self, hours: int, make: Callable[[int], list[Item]] = moving, body: Body = UNKNOWN_BODY) -> list[Ruling]:
        """So many readings, an hour apart."""
        rulings = []
        for _ in range(hours):
            self.hour += 1
            rulings.append(self.see(make(self.hour), body=body))
        return rulings

    def next(self, make: Callable[[int], list[Item]] = moving, **more: Any) -> Ruling:
        """The next reading."""
        self.hour += 1
        return self.see(make(self.hour), **more)


def lived(hours: int = 24 * 9, facts: Platform = FACTS, make: Callable[[int], list[Item]] = moving, body: Body = UNKNOWN_BODY) -> Life:
    """A platform that is known for nine days."""
    life = Life(facts)
    assert all(ruling.verdict == "ok" for ruling in life.pass_hours(hours, make, body))
    return life

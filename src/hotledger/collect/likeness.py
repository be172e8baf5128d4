"""Whether it is this list at all, by the titles that it shares with the lists before it and with those of other platforms. Pure."""

from __future__ import annotations

import math

from hotledger.collect.baseline import Baseline, titles_of
from hotledger.collect.case import DAY, FEW_READINGS, HOUR, LEAST_ROWS, Case, Finding, hours
from hotledger.model import Verdict


def wrong_list(case: Case) -> Finding | None:
    """Titles of another board: none of the last good list where many must be left, or those of another platform."""
    good = case.known.good
    if good is None or len(case.list.titles) < LEAST_ROWS:
        return None
    titles, before = frozenset(case.list.titles), titles_of(good)
    shared = len(titles & before)
    return _anothers(case, titles, before) or _continued(case, titles, shared) or _overturned(case, titles, before, shared)


def _anothers(case: Case, titles: frozenset[int], before: frozenset[int]) -> Finding | None:
    """The list of another platform of the same batch, when that is not natural for these two.

    Where titles of the last list may be gone anyway (once a day, after a gap) it must be nearly the whole list of the other.
    """
    if case.known.readings < FEW_READINGS or share(titles, before) > 0.1:
        return None
    least = max(FEW_READINGS, (0.3 if is_soon(case) else 0.7) * len(titles))
    for name, others in case.siblings.items():
        common = len(titles & others)
        if common >= least and name not in (case.facts.id, *case.known.kin) and share(before, others) < 0.2:
            said = f"{common} of {len(titles)} titles stand on the list of {name}, {len(titles & before)} on the last good one"
            return Finding(Verdict.WRONG_LIST, "another's", said)
    return None


def _continued(case: Case, titles: frozenset[int], shared: int) -> Finding | None:
    """The list goes on from one that was another board's already."""
    pending = case.known.pending
    if pending is None or not {"list", "another's"} & pending.causes.keys():
        return None
    follows = len(titles & titles_of(pending.list))
    if follows < 2 or follows <= 2 * shared:
        return None
    return Finding(
        Verdict.WRONG_LIST,
        "list",
        f"{follows} of {len(titles)} titles go on from a list of other titles; {shared} are of the last good one",
    )


def _overturned(case: Case, titles: frozenset[int], before: frozenset[int], shared: int) -> Finding | None:
    """None of the titles that must be left after this time, by the quickest turnover ever seen; after long times nothing must."""
    losses = [day.loss for day in case.known.days if day.loss is not None]
    if not losses or not case.is_learned or case.now - case.known.since < 2 * DAY or case.known.turnover < 300:
        return None
    age = max(case.gap, case.now - content_at(case.known))
    rows, loss = min(len(titles), len(before)), max(losses) / 1000
    left = rows * _share_left(loss, age / HOUR, case.gap / HOUR)
    still_left = rows * _share_left(1.25 * loss, age / HOUR, case.gap / HOUR)
    if not is_soon(case) or still_left < 1.5 or shared > left / 3:
        return None
    said = f"{shared} of {len(titles)} titles are of the last good list, {hours(age)} ago, where at least {left:.0f} are usual"
    return Finding(Verdict.WRONG_LIST, "list", said)


def _share_left(loss: float, age: float, gap: float) -> float:
    """The share of titles that must be left after some hours. Beyond the usual gap it shrinks evenly, as where the oldest go first."""
    usual = min(age, 2 * gap)
    left = math.exp(-loss * usual)
    return max(0.0, left - (1 - left) * (age - usual) / usual) if age > usual else left


def is_soon(case: Case) -> bool:
    """Whether so little time has passed that something of the last good list should be left."""
    return case.now - content_at(case.known) <= min(DAY / 2, 3 * case.gap)


def content_at(known: Baseline) -> int:
    """Since when the last good list stands: a list that rests is as old as its beginning."""
    at = known.good.at if known.good else known.at
    return min(at, known.same_since) if known.pending is None else at


def share(some: frozenset[int], others: frozenset[int]) -> float:
    """How much of the smaller list stands on the other one."""
    smaller = min(len(some), len(others))
    return len(some & others) / smaller if smaller else 0.0

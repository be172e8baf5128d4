"""What can be wrong with a list that was read, each suspicion by itself. Pure: a case in, a finding or nothing out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from statistics import median
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

from hotledger.collect.baseline import Baseline, Pending, Snapshot, titles_of, unpacked
from hotledger.collect.measures import Measures, level_of
from hotledger.model import Platform, Verdict

Siblings = Mapping[str, frozenset[int]]
NO_SIBLINGS: Siblings = MappingProxyType({})

_FEW_READINGS = 5
_MANY_READINGS = 20
_DAY = 86_400
_HOUR = 3_600
_LEAST_ROWS = 3
_WEEK = 7
_FEW_CHANGES = 10
_SMALL = 12


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
        return self.known.readings >= _MANY_READINGS and self.now - self.known.since >= 20 * _HOUR


def hours(seconds: float) -> str:
    """A length of time for people."""
    return f"{seconds / _HOUR:.1f} h" if seconds < 3 * _DAY else f"{seconds / _DAY:.0f} days"


# How long the list is


def short(case: Case) -> Finding | None:
    """Fewer rows than this list has even on its poorest days. What the facts call usual never is."""
    count, facts = case.list.length, case.facts
    if count in facts.expect or facts.may_be_empty:
        return None
    if case.known.readings >= _FEW_READINGS:
        return _shorter_than_learned(case)
    if count >= (0.7 * median(case.recent) if len(case.recent) >= _FEW_READINGS else facts.expect.start):
        return None
    usual = f"{facts.expect.start} to {facts.expect.stop - 1} are usual" if facts.expect else "more are usual"
    return Finding(Verdict.SHORT, "short", f"{count} items where {usual}; {_known(case.recent)}")


def _shorter_than_learned(case: Case) -> Finding | None:
    lows = sorted(day.fewest for day in case.known.days)
    floor = lows[1] if len(lows) >= _FEW_READINGS else lows[0]
    if case.list.length >= floor - _tolerance(case, floor):
        return None
    had = f"{lows[0]} to {max(day.most for day in case.known.days)}"
    return Finding(Verdict.SHORT, "short", f"{case.list.length} items, where {_learned_from(case)} had {had}")


def _tolerance(case: Case, floor: int) -> float:
    """How far below its poorest days a list may fall: the less, the more days are known; small lists float by their nature."""
    days = case.known.days
    spread = median([day.most for day in days]) - floor
    share = 0.1 if len(days) >= _WEEK else 0.35 if len(days) >= 3 else 0.5
    tolerance = max(spread, share * floor, max(3.0, 0.5 * floor) if floor <= _SMALL else 2.0)
    return tolerance / 2 if _is_pending(case, "short") else tolerance


def _known(recent: tuple[int, ...]) -> str:
    if not recent:
        return "there are no earlier readings to compare with"
    had = f"{recent[0]}" if len(set(recent)) == 1 else f"{min(recent)} to {max(recent)}, {median(recent):g} in the middle"
    return f"the last {len(recent)} good readings had {had}" if len(recent) > 1 else f"the only earlier reading had {had}"


def _learned_from(case: Case) -> str:
    readings, days = sum(day.readings for day in case.known.days), len(case.known.days)
    return f"{readings} good readings" + (f" of {days} days" if days > 1 else "")


def _is_pending(case: Case, cause: str) -> bool:
    return case.known.pending is not None and cause in case.known.pending.causes


# Whether it moves


def frozen(case: Case) -> Finding | None:
    """The same titles, heats and order for longer than this list ever rests."""
    if case.list.print != case.known.print:
        return None
    rested = case.now - case.known.same_since
    if _always_moves(case) and case.is_apart:
        least = min(day.least_changed for day in case.known.days if day.least_changed is not None)
        return _unchanged(rested, f"in {_learned_from(case)} at least {least} rows were new each time")
    limit, why = longest_rest(case)
    return _unchanged(rested, why) if rested > limit else None


def _unchanged(rested: float, why: str) -> Finding:
    return Finding(Verdict.FROZEN, "frozen", f"the list has not changed for {hours(rested)}; {why}")


def _always_moves(case: Case) -> bool:
    least = [day.least_changed for day in case.known.days if day.least_changed is not None]
    return case.is_learned and bool(least) and min(least) >= max(_LEAST_ROWS, len(case.list.titles) / 10)


def longest_rest(case: Case) -> tuple[float, str]:
    """The seconds that the list may rest: as its own past tells, once a week is known, else as the facts say."""
    days = len(case.known.days)
    natural = max([case.gap, *(60.0 * day.rest for day in case.known.days)])
    factor = 1.5 if days >= 2 * _WEEK else 2 if days > _WEEK else 4
    learned = factor * natural, f"in {_learned_from(case)} it rested at most {hours(natural)}"
    if case.known.changes >= _MANY_READINGS and days > _WEEK:
        return learned
    prior = case.facts.rest_hours * _HOUR
    if case.known.changes >= _FEW_CHANGES and max(learned[0], 3.0 * _DAY) < prior:
        return max(learned[0], 3.0 * _DAY), learned[1]
    return prior, f"it rests at most {hours(prior)} by its nature"


# Whether it is of now


def stale(case: Case) -> Finding | None:
    """Rows that are all too old, or an answer that a cache kept too long."""
    return _old_rows(case) or _old_answer(case)


def _old_rows(case: Case) -> Finding | None:
    if case.list.newest is None:
        return None
    age = case.now - case.list.newest
    learned = max([60 * day.age for day in case.known.days if day.age is not None], default=0)
    if case.facts.fresh_hours is not None:
        limit = max(case.facts.fresh_hours * _HOUR, 1.5 * learned)
    elif case.is_learned and len(case.known.days) > 7:
        limit = 3.0 * learned + _DAY
    else:
        return None
    if age <= limit:
        return None
    return Finding(Verdict.STALE, "stale", f"the newest row is {hours(age)} old, where {hours(limit)} is the most that is usual")


def _old_answer(case: Case) -> Finding | None:
    headers = case.list.body.headers
    if not headers:
        return None
    age = max(_age(headers.get("age")), _since(headers.get("date"), case.now))
    limit = max(3 * _HOUR, case.facts.rest_hours * _HOUR, 180 * case.facts.cadence_minutes)
    if age <= limit:
        return None
    return Finding(Verdict.STALE, "cached", f"the answer comes from a cache and is {hours(age)} old by its headers")


def _age(written: str | None) -> int:
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < 10 else 0


def _since(written: str | None, now: int) -> int:
    try:
        return now - int(parsedate_to_datetime(written).timestamp()) if written else 0
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0


# Whether it is this list


def wrong_list(case: Case) -> Finding | None:
    """Titles of another board: none of the last good list where many must be left, or those of another platform."""
    good = case.known.good
    if good is None or len(case.list.titles) < _LEAST_ROWS:
        return None
    titles, before = frozenset(case.list.titles), titles_of(good)
    shared = len(titles & before)
    return _anothers(case, titles, before) or _continued(case, titles, shared) or _overturned(case, titles, before, shared)


def _anothers(case: Case, titles: frozenset[int], before: frozenset[int]) -> Finding | None:
    """The list of another platform of the same batch, when that is not natural for these two."""
    if case.known.readings < _FEW_READINGS or share(titles, before) > 0.1:
        return None
    for name, others in case.siblings.items():
        if (
            name != case.facts.id
            and len(others) >= _FEW_READINGS
            and name not in case.known.kin
            and share(titles, others) >= 0.3
            and share(before, others) < 0.2
        ):
            said = (
                f"{len(titles & others)} of {len(titles)} titles stand on the list of {name}, {len(titles & before)} on the last good one"
            )
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
    if not losses or not case.is_learned or case.now - case.known.since < 2 * _DAY or case.known.turnover < 300:
        return None
    age = max(case.gap, case.now - content_at(case.known))
    rows, loss = min(len(titles), len(before)), max(losses) / 1000
    left = rows * _share_left(loss, age / _HOUR, case.gap / _HOUR)
    still_left = rows * _share_left(1.25 * loss, age / _HOUR, case.gap / _HOUR)
    if age > min(_DAY / 2, 3 * case.gap) or still_left < 1.5 or shared > left / 3:
        return None
    said = f"{shared} of {len(titles)} titles are of the last good list, {hours(age)} ago, where at least {left:.0f} are usual"
    return Finding(Verdict.WRONG_LIST, "list", said)


def _share_left(loss: float, age: float, gap: float) -> float:
    """The share of titles that must be left after some hours. Beyond the usual gap it shrinks evenly, as where the oldest go first."""
    usual = min(age, 2 * gap)
    left = math.exp(-loss * usual)
    return max(0.0, left - (1 - left) * (age - usual) / usual) if age > usual else left


def content_at(known: Baseline) -> int:
    """Since when the last good list stands: a list that rests is as old as its beginning."""
    at = known.good.at if known.good else known.at
    return min(at, known.same_since) if known.pending is None else at


def share(some: frozenset[int], others: frozenset[int]) -> float:
    """How much of the smaller list stands on the other one."""
    smaller = min(len(some), len(others))
    return len(some & others) / smaller if smaller else 0.0


# Whether it is as it always was


def moved_heats(case: Case) -> Finding | None:
    """Heats on another scale: all of them outside what was ever seen, or all moved at once."""
    if case.facts.heat_from_rank or case.list.level is None or case.known.readings < _FEW_READINGS:
        return None
    return _other_level(case) or _all_shifted(case)


def _levels(case: Case) -> list[tuple[int, int]]:
    return [(day.low, day.high) for day in case.known.days if day.low is not None and day.high is not None]


def _is_in_range(case: Case) -> bool:
    days, level = _levels(case), case.list.level
    return level is None or (bool(days) and min(low for low, _ in days) <= level <= max(high for _, high in days))


def _other_level(case: Case) -> Finding | None:
    level, days = case.list.level, _levels(case)
    if level is None or not days:
        return None
    low, high = min(low for low, _ in days), max(high for _, high in days)
    margin = max(50.0, 0.75 * (high - low)) if case.is_learned and len(days) >= _WEEK else max(150.0, 1.5 * (high - low))
    if low - margin <= level <= high + margin:
        return None
    said = f"the heat in the middle is {_heat(level)}, where {_learned_from(case)} had {_heat(low)} to {_heat(high)}"
    return Finding(Verdict.DRIFTED, "heat", said)


def _all_shifted(case: Case) -> Finding | None:
    """All heats of titles that stayed have moved at once, more than ever, and the list with them; or they go on from heats that had."""
    good, pending = case.known.good, case.known.pending
    shifts = [day.shift for day in case.known.days if day.shift is not None]
    if good is None or not shifts or not case.is_learned:
        return None
    usual, age = max(shifts), case.now - good.at
    limit = max(100.0, (1.5 if _is_in_range(case) else 1.0) * usual)
    moved = shift(case.list, good) if age <= 2.5 * case.gap else None
    if pending and abs(pending.moved or 0) > limit and _goes_on(case, pending, moved, max(100, usual)):
        return Finding(Verdict.DRIFTED, "heat", "the heats go on from those that were on another scale")
    if moved is None or abs(moved) <= limit * math.sqrt(max(1.0, age / case.gap)) or not _level_follows(case, good, moved):
        return None
    if case.known.moved is not None and abs(moved + case.known.moved) <= max(100, usual):
        return None  # back to the scale of before
    said = f"the heats of titles that stayed are all {math.exp(abs(moved) / 100):.1f} times {'higher' if moved > 0 else 'lower'} or more"
    return Finding(Verdict.DRIFTED, "heat", f"{said}, within {hours(age)}")


def _goes_on(case: Case, pending: Pending, moved: int | None, usual: int) -> bool:
    """Whether the heats are nearer to those that were on another scale already than to the last good ones."""
    further = shift(case.list, pending.list) if "heat" in pending.causes else None
    return further is not None and abs(further) <= usual and (moved is None or abs(moved) >= abs(further) + 70)


def _level_follows(case: Case, good: Snapshot, moved: int) -> bool:
    """Whether the heat in the middle of the list has moved the same way: where heat follows rank, it stays."""
    before = level_of(unpacked(good.heats, "H"))
    if before is None or case.list.level is None:
        return False
    difference = case.list.level - before
    return difference * moved > 0 and abs(difference) >= 0.4 * abs(moved)


def shift(now: Measures, before: Snapshot) -> int | None:
    """By how much three quarters of the shared titles' heats have moved at least, in 1/100 of a logarithm; `None` if too few are shared."""
    known = dict(zip(unpacked(before.titles, "I"), unpacked(before.heats, "H"), strict=True))
    moves = sorted([heat - known[title] for title, heat in zip(now.titles, now.heats, strict=True) if heat and known.get(title)])
    if len(moves) < _LEAST_ROWS or 5 * len(moves) < len(now.titles):
        return None
    lower, upper = moves[len(moves) // 4], moves[-1 - len(moves) // 4]
    return lower // 10 if lower > 0 else -(-upper // 10) if upper < 0 else 0


def _heat(level: int) -> str:
    return f"{math.expm1(min(level, 7_000) / 100):,.0f}" if level < 4_000 else f"e^{level / 100:.0f}"


def lost_fields(case: Case) -> Finding | None:
    """Fields that the rows always had are gone."""
    if case.known.readings < 10 or case.list.length < _LEAST_ROWS:
        return None
    lost = [name for name, least in case.known.fields.items() if least >= 50 and case.list.fields.get(name, 0) < 0.3 * least]
    if not lost:
        return None
    told = ", ".join(f"{name} {case.known.fields[name]} % before, {case.list.fields.get(name, 0)} % now" for name in sorted(lost)[:3])
    more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
    return Finding(Verdict.DRIFTED, "fields", f"fields that the rows always had are gone: {told}{more}")


def other_shape(case: Case) -> Finding | None:
    """Keys that were in every body are gone."""
    shape, paths = case.known.shape, case.list.body.paths
    if shape is None or paths is None or shape.readings < 10 or shape.endpoint != endpoint_of(case.list):
        return None
    always = frozenset(unpacked(shape.paths, "I"))
    gone = always - paths
    if len(gone) < max(2, len(always) / 4):
        return None
    said = f"{len(gone)} of the {len(always)} keys that were in every body are gone, and {len(paths - always)} others are there"
    return Finding(Verdict.DRIFTED, "shape", said)


def endpoint_of(measures: Measures) -> int:
    """The endpoint as a number."""
    return crc32(measures.body.endpoint.encode("utf-8", "surrogatepass"))


def is_consistent(case: Case, cause: str, pending: Pending) -> bool:
    """Whether this reading shows the same trouble as those before it, so that it may be the new normal."""
    if not case.is_apart or (case.list.print == case.known.print and cause != "short"):
        return False
    if cause == "short":
        return abs(case.list.length - pending.count) <= max(3, pending.count / 2)
    if cause == "heat":
        return pending.level is None or case.list.level is None or abs(case.list.level - pending.level) <= 100
    if cause == "stale":
        return pending.newest is not None and case.list.newest is not None and case.list.newest > pending.newest
    if cause == "list":
        return len(frozenset(case.list.titles) & titles_of(pending.list)) >= 2
    return cause != "cached"

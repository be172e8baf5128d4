"""How a baseline grows by one list. Only good lists teach; of others it is kept what they were and for how long. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from hotledger.collect.baseline import DAYS, VERSION, Baseline, Day, Pending, Rest, Shape, packed, titles_of, unpacked
from hotledger.collect.case import Case, Finding
from hotledger.collect.checks import longest_rest
from hotledger.collect.drift import endpoint_of, shift
from hotledger.collect.likeness import is_soon, share
from hotledger.collect.measures import Measures

_DAY = 86_400
_GAPS = 9
_ODD_RESTS = 3
_FORGOTTEN_SECONDS = 30 * _DAY
_KIN = 8
_KIN_READINGS = 20
_MOST = 10**9
_GRADUALLY = 0.2


def blank(measures: Measures, now: int) -> Baseline:
    """What is known before anything is learned."""
    return Baseline(version=VERSION, at=now, since=now, print=measures.print, same_since=now)


def seen(case: Case, findings: Sequence[Finding], counts: dict[str, int]) -> Baseline:
    """The baseline after a list that something was wrong with: nothing learned, but what it was, and how often in a row."""
    return msgspec.structs.replace(_met(case), pending=_pending(case, findings, counts))


def counted(case: Case, findings: Sequence[Finding]) -> dict[str, int]:
    """For each cause the number of consistent readings in a row, with this one. A list that stands still adds none."""
    pending = case.known.pending
    stands = any(finding.cause == "frozen" for finding in findings)
    counts = {}
    for cause in dict.fromkeys(finding.cause for finding in findings):
        before = pending.causes.get(cause, 0) if pending else 0
        if before and pending and (stands or not case.is_apart):
            counts[cause] = before
        else:
            counts[cause] = before + 1 if pending and before and _is_consistent(case, cause, pending) else 1
    return counts


def _is_consistent(case: Case, cause: str, pending: Pending) -> bool:
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


def _pending(case: Case, findings: Sequence[Finding], counts: dict[str, int]) -> Pending:
    pending, list_ = case.known.pending, case.list
    return Pending(
        causes=counts,
        since=pending.since if pending else case.now,
        at=case.now,
        count=list_.length,
        list=list_.snapshot(case.now),
        level=list_.level,
        newest=list_.newest,
        moved=pending.moved if pending and pending.moved is not None else _moved(case),
    )


def _met(case: Case) -> Baseline:
    """What every list leaves, good or not: when it was, and whether it is another one than before."""
    known, list_ = case.known, case.list
    gap = (case.now - known.at) // 60
    changed = list_.print != known.print
    return msgspec.structs.replace(
        known,
        at=case.now,
        print=list_.print,
        same_since=case.now if changed else known.same_since,
        changes=known.changes + changed,
        gaps=(*known.gaps, min(gap, _MOST))[-_GAPS:] if case.now > known.at else known.gaps,
        odd_rests=_odd_rests(case) if changed else known.odd_rests,
    )


def _odd_rests(case: Case) -> tuple[Rest, ...]:
    """The rests of this month that were warned of: when they come back again and again, they are natural after all."""
    known = case.known
    recent = tuple(rest for rest in known.odd_rests if case.now - rest.at < _FORGOTTEN_SECONDS)
    if not _was_frozen(known):
        return recent
    return (*recent, Rest(known.at, (known.at - known.same_since) // 60))[-_ODD_RESTS:]


def _was_frozen(known: Baseline) -> bool:
    return known.pending is not None and "frozen" in known.pending.causes


def learned(case: Case, adopted: frozenset[str] = frozenset()) -> Baseline:
    """The baseline after a good list, or after one whose trouble (`adopted`) has become the new normal."""
    known, list_ = _met(case), case.list
    if "short" in adopted:
        known = _forgotten(known, list_)
    if "list" in adopted:
        known = msgspec.structs.replace(known, since=case.now)  # all is new
    return msgspec.structs.replace(
        known,
        readings=known.readings + 1,
        turnover=_turnover(case, known, adopted),
        days=_days(case, known),
        good=list_.snapshot(case.now),
        fields=_fields(case, "fields" in adopted),
        shape=_shape(case, "shape" in adopted),
        pending=None,
        kin=_kin(case, "list" in adopted),
        moved=case.known.pending.moved if "heat" in adopted and case.known.pending else known.moved,
    )


def _forgotten(known: Baseline, list_: Measures) -> Baseline:
    """The days without the counts of before: what was usual is so no more."""
    return msgspec.structs.replace(
        known, days=tuple(msgspec.structs.replace(day, fewest=list_.length, most=list_.length) for day in known.days)
    )


def _turnover(case: Case, known: Baseline, adopted: frozenset[str]) -> int:
    """How often the list has been replaced bit by bit. One that is replaced at once, and soon, begins anew: it may do so again."""
    if known.good is None or "list" in adopted:
        return 0
    kept = share(frozenset(case.list.titles), titles_of(known.good))
    if kept >= _GRADUALLY:
        return min(_MOST, known.turnover + round(100 * (1 - kept)))
    return 0 if is_soon(case) and kept < _GRADUALLY / 2 else known.turnover


def _days(case: Case, known: Baseline) -> tuple[Day, ...]:
    number = case.now // _DAY
    today = _today(case, known, number)
    if known.days and known.days[-1].day == number:
        return (*known.days[:-1], _joined(known.days[-1], today))
    return (*known.days, today)[-DAYS:]


def _today(case: Case, known: Baseline, number: int) -> Day:
    list_ = case.list
    return Day(
        day=number,
        readings=1,
        fewest=list_.length,
        most=list_.length,
        least_changed=0 if _rests_often(known) else _changed_rows(case) if case.is_apart else None,
        rest=_rest(case, known),
        loss=_loss(case),
        low=list_.level,
        high=list_.level,
        shift=_shift(case),
        age=max(0, min(_MOST, (case.now - list_.newest) // 60)) if list_.newest is not None else None,
    )


def _joined(day: Day, more: Day) -> Day:
    return Day(
        day=day.day,
        readings=day.readings + 1,
        fewest=min(day.fewest, more.fewest),
        most=max(day.most, more.most),
        least_changed=_least(day.least_changed, more.least_changed),
        rest=max(day.rest, more.rest),
        loss=_most(day.loss, more.loss),
        low=_least(day.low, more.low),
        high=_most(day.high, more.high),
        shift=_most(day.shift, more.shift),
        age=_most(day.age, more.age),
    )


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def _most(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)


def _changed_rows(case: Case) -> int | None:
    good = case.known.good
    return len(set(case.list.rows) - set(unpacked(good.rows, "H"))) if good else None


def _rest(case: Case, known: Baseline) -> int:
    """The minutes for which the list before stood still, now that it is over.

    A rest that was warned of teaches little (a long outage is not natural), unless it is one of many.
    """
    before = case.known
    if case.list.print == before.print:
        return 0
    rested = (before.at - before.same_since) // 60
    if _was_frozen(before):
        rested = min(rested, int(longest_rest(case)[0] / 60))
    return min(_MOST, max(rested, min(rest.minutes for rest in known.odd_rests) if _rests_often(known) else 0))


def _rests_often(known: Baseline) -> bool:
    return len(known.odd_rests) == _ODD_RESTS


def _loss(case: Case) -> int | None:
    """How quickly titles went since the last good list, in 1/1000 per hour."""
    good = case.known.good
    hours = max(case.gap / 2, case.now - good.at) / 3_600 if good else 0.0
    smaller = min(len(case.list.titles), len(titles_of(good))) if good else 0
    if good is None or hours <= 0 or not smaller:
        return None
    kept = max(share(frozenset(case.list.titles), titles_of(good)), 0.5 / smaller)
    return min(_MOST, max(0, round(-1000 * math.log(kept) / hours)))


def _shift(case: Case) -> int | None:
    """By how much all heats have moved. What was warned of, and went by, teaches a little: some sites do that every night."""
    moved, pending = _moved(case), case.known.pending
    usual = max([day.shift for day in case.known.days if day.shift is not None], default=0)
    passed = min(abs(pending.moved or 0), usual * 3 // 2) if pending and "heat" in pending.causes else 0
    return max(abs(moved or 0), passed) if passed or moved is not None else None


def _moved(case: Case) -> int | None:
    return shift(case.list, case.known.good) if case.known.good else None


def _fields(case: Case, adopted: bool) -> dict[str, int]:
    """How much of the rows have each field at least. It falls at once and rises slowly."""
    known, now = case.known.fields, case.list.fields
    if adopted or not known:
        return now
    names = [*known, *(name for name in now if name not in known)][:30]
    return {name: _slowly(known.get(name, 0), now.get(name, 0)) for name in names}


def _slowly(least: int, now: int) -> int:
    return now if now <= least else least + max(1, (now - least) // 50)


def _shape(case: Case, adopted: bool) -> Shape | None:
    paths, before, endpoint = case.list.body.paths, case.known.shape, endpoint_of(case.list)
    if paths is None:
        return before
    if before is None or before.endpoint != endpoint or adopted:
        return Shape(endpoint, 1, packed(sorted(paths), "I"))
    return Shape(endpoint, before.readings + 1, packed(sorted(paths.intersection(unpacked(before.paths, "I"))), "I"))


def _kin(case: Case, adopted: bool) -> tuple[str, ...]:
    """The platforms that share titles with this one by their nature: from the first readings on, or since that was adopted."""
    if case.known.readings >= _KIN_READINGS and not adopted:
        return case.known.kin
    titles = frozenset(case.list.titles)
    near = [name for name, others in case.siblings.items() if share(titles, others) >= 0.2]
    return tuple(dict.fromkeys([*case.known.kin, *near]))[-_KIN:]

"""Whether a list is as long, as lively and as fresh as it should be. Pure: a case in, a finding or nothing out."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from statistics import median

from hotledger.collect.case import DAY, FEW_READINGS, HOUR, LEAST_ROWS, MANY_READINGS, WEEK, Case, Finding, hours, learned_from
from hotledger.model import Verdict

_FEW_CHANGES = 10
_SMALL = 12
_ENOUGH_READINGS = 100
_SELDOM = 0.05


def short(case: Case) -> Finding | None:
    """Fewer rows than this list has even on its poorest days. What the facts call usual must be far fewer."""
    count, facts = case.list.length, case.facts
    if facts.may_be_empty:
        return None
    if case.known.days and case.known.readings >= FEW_READINGS:
        return _shorter_than_learned(case)
    if count in facts.expect:
        return None
    if count >= (0.7 * median(case.recent) if len(case.recent) >= FEW_READINGS else facts.expect.start):
        return None
    usual = f"{facts.expect.start} to {facts.expect.stop - 1} are usual" if facts.expect else "more are usual"
    return Finding(Verdict.SHORT, "short", f"{count} items where {usual}; {_known(case.recent)}")


def _shorter_than_learned(case: Case) -> Finding | None:
    lows = sorted(day.fewest for day in case.known.days)
    floor = lows[1] if len(lows) >= FEW_READINGS else lows[0]
    # The facts know lists of years, the days one of them: Zhihu showed fifty rows until July 2024, and thirty since.
    margin = 2 if case.list.length in case.facts.expect else 1
    if case.list.length >= floor - margin * _tolerance(case, floor):
        return None
    had = f"{floor} to {max(day.most for day in case.known.days)}{f', and {lows[0]} once' if lows[0] < floor else ''}"
    return Finding(Verdict.SHORT, "short", f"{case.list.length} items, where {learned_from(case)} had {had}")


def _tolerance(case: Case, floor: int) -> float:
    """How far below its poorest days a list may fall: the less, the more days are known; small lists float by their nature."""
    days = case.known.days
    spread = median([day.most for day in days]) - floor
    share = 0.1 if len(days) >= WEEK else 0.35 if len(days) >= 3 else 0.5
    tolerance = max(spread, share * floor, max(3.0, 0.5 * floor) if floor <= _SMALL else 2.0)
    return tolerance / 2 if _is_pending(case, "short") else tolerance


def _known(recent: tuple[int, ...]) -> str:
    if not recent:
        return "there are no earlier readings to compare with"
    had = f"{recent[0]}" if len(set(recent)) == 1 else f"{min(recent)} to {max(recent)}, {median(recent):g} in the middle"
    return f"the last {len(recent)} lists had {had}" if len(recent) > 1 else f"the only earlier list had {had}"


def _is_pending(case: Case, cause: str) -> bool:
    return case.known.pending is not None and cause in case.known.pending.causes


def frozen(case: Case) -> Finding | None:
    """The same titles, heats and order for longer than this list ever rests."""
    if case.list.print != case.known.print:
        return None
    rested = case.now - case.known.same_since
    if _always_moves(case) and case.is_apart:
        least = min(day.least_changed for day in case.known.days if day.least_changed is not None)
        return _unchanged(rested, f"in {learned_from(case)} at least {least} rows were new each time")
    if _rests_alone(case):
        readings, changes = case.known.readings, case.known.changes
        return _unchanged(rested, f"only {readings - changes} of {readings} good readings found it so, and never two in a row")
    limit, why = longest_rest(case)
    return _unchanged(rested, why) if rested > limit else None


def _unchanged(rested: float, why: str) -> Finding:
    return Finding(Verdict.FROZEN, "frozen", f"the list has not changed for {hours(rested)}; {why}")


def _always_moves(case: Case) -> bool:
    least = [day.least_changed for day in case.known.days if day.least_changed is not None]
    return case.is_learned and bool(least) and min(least) >= max(LEAST_ROWS, len(case.list.titles) / 10)


def _rests_alone(case: Case) -> bool:
    """Whether the list stands still only now and then, and then for one reading: so that two in a row are more than its nature."""
    known = case.known
    longest = max([*(day.rest for day in known.days), *(rest.minutes for rest in known.odd_rests)], default=0)
    rarely = known.readings >= _ENOUGH_READINGS and known.readings - known.changes <= _SELDOM * known.readings
    return rarely and case.is_apart and 60 * longest <= 1.5 * case.gap


def longest_rest(case: Case) -> tuple[float, str]:
    """The seconds that the list may rest: as its own past tells, once a week and enough rests are known, else as the facts say."""
    days, changes = len(case.known.days), case.known.changes
    natural = max([case.gap, *(60.0 * day.rest for day in case.known.days)])
    why = f"in {learned_from(case)} it rested at most {hours(natural)}"
    if changes >= MANY_READINGS and days > WEEK:
        return (1.5 if days >= 2 * WEEK else 2) * natural, why
    prior = case.facts.rest_hours * HOUR
    guess = max(4 * natural, 3.0 * DAY)
    if guess < prior and (changes >= _FEW_CHANGES or (days >= 2 * WEEK and changes >= _FEW_CHANGES / 2)):
        return guess, why
    return prior, f"it rests at most {hours(prior)} by its nature"


def stale(case: Case) -> Finding | None:
    """Rows that are all too old, or an answer that a cache kept too long."""
    return _old_rows(case) or _old_answer(case)


def _old_rows(case: Case) -> Finding | None:
    if case.list.newest is None:
        return None
    age = case.now - case.list.newest
    learned = max([60 * day.age for day in case.known.days if day.age is not None], default=0)
    if case.facts.fresh_hours is not None:
        limit = max(case.facts.fresh_hours * HOUR, 1.5 * learned)
    elif case.is_learned and len(case.known.days) > 7:
        limit = 3.0 * learned + DAY
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
    limit = max(3 * HOUR, case.facts.rest_hours * HOUR, 180 * case.facts.cadence_minutes)
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

"""Whether heats, fields and body are as they always were. Pure: a case in, a finding or nothing out."""

from __future__ import annotations

import math
from zlib import crc32

from hotledger.collect.baseline import Pending, Snapshot, unpacked
from hotledger.collect.case import FEW_READINGS, LEAST_ROWS, WEEK, Case, Finding, hours, learned_from
from hotledger.collect.measures import Measures, level_of
from hotledger.model import Verdict


def moved_heats(case: Case) -> Finding | None:
    """Heats on another scale: all of them outside what was ever seen, or all moved at once."""
    if case.facts.heat_from_rank or case.list.level is None or case.known.readings < FEW_READINGS:
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
    margin = max(50.0, 0.75 * (high - low)) if case.is_learned and len(days) >= WEEK else max(150.0, 1.5 * (high - low))
    if low - margin <= level <= high + margin:
        return None
    said = f"the heat in the middle is {_heat(level)}, where {learned_from(case)} had {_heat(low)} to {_heat(high)}"
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
    if len(moves) < LEAST_ROWS or 5 * len(moves) < len(now.titles):
        return None
    lower, upper = moves[len(moves) // 4], moves[-1 - len(moves) // 4]
    return lower // 10 if lower > 0 else -(-upper // 10) if upper < 0 else 0


def _heat(level: int) -> str:
    return f"{math.expm1(min(level, 7_000) / 100):,.0f}" if level < 4_000 else f"e^{level / 100:.0f}"


def lost_fields(case: Case) -> Finding | None:
    """Fields that the rows always had are gone."""
    if case.known.readings < 10 or case.list.length < LEAST_ROWS:
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

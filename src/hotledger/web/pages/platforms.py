"""Platforms: the days of all platforms, each coloured by its worst verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response

from hotledger.ledger.reports import CalendarDay, CalendarRow
from hotledger.model import Platform
from hotledger.web.application import ledger_of
from hotledger.web.asked import address
from hotledger.web.here import Here, here_of
from hotledger.web.showing import language_of, show
from hotledger.web.tables import Table, as_file, format_of
from hotledger.web.words import said, words

PATH, NAME, ORDER = "/platforms", "platforms.name", 30
SPANS = (14, 28, 56)
COLUMNS = ("platform", "day", "readings", "good", "worst")
router = APIRouter(include_in_schema=False)


class Cell(NamedTuple):
    """A day of a platform: the verdict that gives its colour, the share of good readings in short, and both in words."""

    worst: str | None
    mostly_bad: bool
    shown: str
    told: str


class Row(NamedTuple):
    """A platform in the calendar."""

    id: str
    title: str
    row: CalendarRow | None
    off: str | None
    cells: Sequence[Cell | None]
    incident: Mapping[str, Any] | None


class Group(NamedTuple):
    """The platforms of one category."""

    name: str
    rows: Sequence[Row]


@router.get(PATH)
async def platforms(
    request: Request, days: int = 28, category: str = "", language: str = "", only: str = "", after: str | None = None
) -> Response:
    """The calendar of all platforms, or of some."""
    here, ledger, tongue = here_of(request), ledger_of(request), language_of(request)
    span = min(SPANS, key=lambda each: abs(each - days))
    calendar = await ledger.calendar(days=span, after=after)
    if wanted_form := format_of(request):
        return as_file(_table(calendar.platforms), wanted_form)
    incidents = {each["platform"]: each for each in reversed(await ledger.incidents(at_most=1000))}
    columns = [calendar.first + timedelta(days=number) for number in range((calendar.last - calendar.first).days + 1)]
    listed = {each.platform: each for each in calendar.platforms}
    rows = [_row(name, listed.get(name), here, columns, incidents, tongue) for name in _names(listed, here, calendar.next, after)]
    wanted = [row for row in rows if _is_wanted(row, here.facts(row.id), category, language, only)]
    return show(
        request, "platforms.html", days=span, spans=SPANS, category=category, chosen_language=language, only=only, columns=columns,
        groups=_groups(wanted, here, tongue), categories=_categories(here, tongue), languages=_languages(here, tongue),
        mondays={each for each in columns if each.weekday() == 0}, next=calendar.next, shown=len(wanted), all=len(rows),
        file_address=address(PATH, {"days": span, "after": after}),
    )  # fmt: skip


def _table(platforms: Sequence[CalendarRow]) -> Table:
    rows = [(each.platform, day.day, day.readings, day.good, day.worst) for each in platforms for day in each.days]
    return Table("platforms", COLUMNS, rows)


def category_of(facts: Platform | None, language: str) -> str:
    """The category of a platform in words; of another package's or the user's own as it is."""
    name = facts.category if facts else "unknown"
    key = f"platforms.category_{name}"
    return said(key, language) if key in words() else name


def _names(listed: Mapping[str, CalendarRow], here: Here, follows: str | None, after: str | None) -> list[str]:
    """All that the database or this machine knows, by name, as far as this page reaches."""
    mine = {name for name in here.known if (after is None or name > after) and (follows is None or name <= follows)}
    return sorted(listed.keys() | mine)


def _row(
    name: str, row: CalendarRow | None, here: Here, columns: Sequence[date], incidents: Mapping[str, Mapping[str, Any]], language: str
) -> Row:
    facts = here.facts(name)
    read = {day.day: day for day in row.days} if row else {}
    title = (facts.title if facts else None) or (row.title if row else None) or name
    off = None if row is None or row.enabled else row.disabled_reason or "-"
    return Row(name, title, row, off, [_cell(read.get(day), language) for day in columns], incidents.get(name))


def _cell(day: CalendarDay | None, language: str) -> Cell | None:
    if day is None:
        return None
    share = day.good * 100 // day.readings  # never 100 while anything was bad
    told = said("platforms.cell", language, verdict=verdict(day.worst, language), good=day.good, readings=day.readings)
    return Cell(day.worst, day.good * 2 < day.readings, "✓" if share == 100 else str(share), told)


def verdict(name: str | None, language: str) -> str:
    """A verdict in words."""
    return said(f"states.{name}" if name else "platforms.verdict_unknown", language)


def _is_wanted(row: Row, facts: Platform | None, category: str, language: str, only: str) -> bool:
    if category and category != (facts.category if facts else "unknown"):
        return False
    if language and language != (facts.language if facts else "unknown"):
        return False
    return {"trouble": bool(row.incident), "off": row.off is not None, "read": row.row is not None and bool(row.row.last_at)}.get(
        only, True
    )


def _groups(rows: Sequence[Row], here: Here, language: str) -> list[Group]:
    """By category, the largest first; those that no module reads come last."""
    by_category: dict[str, list[Row]] = {}
    for row in rows:
        facts = here.facts(row.id)
        by_category.setdefault(facts.category if facts else "", []).append(row)
    order = sorted(by_category, key=lambda name: (name == "", -len(by_category[name]), name))
    return [Group(category_of(here.facts(by_category[name][0].id), language), by_category[name]) for name in order]


def _categories(here: Here, language: str) -> list[tuple[str, str]]:
    found = {reader.facts.category: category_of(reader.facts, language) for reader in here.known.values()}
    return [*sorted(found.items(), key=lambda each: each[1]), ("unknown", category_of(None, language))]


def _languages(here: Here, language: str) -> list[tuple[str, str]]:
    found = sorted({reader.facts.language for reader in here.known.values()})
    return [(each, language_name(each, language)) for each in found]


def language_name(code: str, language: str) -> str:
    """A language in words; one that has no words here by its code."""
    key = f"platforms.language_{code}"
    return said(key, language) if key in words() else code

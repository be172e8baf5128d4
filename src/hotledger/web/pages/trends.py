"""Trends: batches and readings by day, week and month, and the SQL behind each chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, cast

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse

from hotledger.ledger.titles import BatchPeriod, BatchPeriods, Every, ReadingPeriod, ReadingPeriods
from hotledger.web import statements
from hotledger.web.application import ledger_of
from hotledger.web.asked import address, moment_of
from hotledger.web.charts import Column, columns, image, look_of
from hotledger.web.here import Here, here_of
from hotledger.web.showing import language_of, show
from hotledger.web.tables import Table, as_file, format_of
from hotledger.web.words import said

PATH, NAME, ORDER = "/trends", "trends.name", 60
EVERY: dict[Every, int] = {"day": 30, "week": 26, "month": 24}
USUAL_TYPE, ANY_TYPE = "data_collection", "any"
BATCH_COLUMNS = ("begins", "batches", "completed", "failed", "success_rate", "items", "average_items", "average_seconds")
READING_COLUMNS = ("begins", "readings", "good", "success_rate", "items", "new_items", "average_seconds")
_QUERIES = tuple(f"{what}by_{every}" for what in ("", "readings_") for every in EVERY)
router = APIRouter(include_in_schema=False)


class Asked(NamedTuple):
    """What a visitor wants to see."""

    every: Every
    job_type: str
    platform: str
    before: datetime | None

    @property
    def query(self) -> dict[str, object]:
        """As it stands in an address."""
        return {"every": self.every, "type": self.job_type, "platform": self.platform,
                "before": self.before.isoformat() if self.before else None}  # fmt: skip


class _Series(NamedTuple):
    """The columns of a chart: the key of its name, the value of a period, its colour."""

    key: str
    value: Callable[..., float | None]
    colour: str | None = None


_BATCH_CHARTS: dict[str, Sequence[_Series]] = {
    "batches": (
        _Series("completed", lambda each: each.completed, "good"),
        _Series("failed", lambda each: each.failed, "bad"),
        _Series("open", lambda each: each.batches - each.completed - each.failed, "unknown"),
    ),
    "success": (_Series("success_rate", lambda each: _percent(each.success_rate), "good"),),
    "items": (_Series("items", lambda each: each.items),),
    "average": (_Series("average_items", lambda each: each.average_items),),
    "duration": (_Series("seconds", lambda each: each.average_seconds, "hue1"),),
}
_READING_CHARTS: dict[str, Sequence[_Series]] = {
    "readings": (_Series("good", lambda each: each.good, "good"), _Series("not_good", lambda each: each.readings - each.good, "bad")),
    "reading_items": (_Series("known_items", lambda each: each.items - each.new_items), _Series("new_items", lambda each: each.new_items)),
    "reading_duration": (_Series("seconds", lambda each: _seconds(each.average_ms), "hue1"),),
}


@router.get(PATH)
async def trends(request: Request) -> Response:
    """Batches and readings by time: `every`, `type`, `platform`, `before`; `table=readings` for the file of the readings."""
    asked, here = _asked(request), here_of(request)
    if wanted := format_of(request):
        return as_file(await _table(request, asked), wanted)
    batches, readings = await _batches(request, asked), await _readings(request, asked)
    older = batches.next or (datetime.combine(readings.next, time(), UTC) if readings.next else None)
    return show(
        request, "trends.html", asked=asked, every=list(EVERY), batches=batches, readings=readings, choices=_choices(here, asked.platform),
        batch_charts=list(_BATCH_CHARTS), reading_charts=list(_READING_CHARTS), address=address, percent=_percent, seconds=_seconds,
        queries={name: _statement(asked, name) for name in (f"by_{asked.every}", f"readings_by_{asked.every}")}, any_type=ANY_TYPE,
        older=address(PATH, asked.query | {"before": older.isoformat()}) if older else None,
    )  # fmt: skip


@router.get("/charts/trends/{name}.svg")
async def chart(request: Request, name: str) -> Response:
    """One of the charts of this page, of what the page was asked for."""
    asked, charts = _asked(request), _BATCH_CHARTS | _READING_CHARTS
    if name not in charts:
        raise HTTPException(404)
    found = await (_batches(request, asked) if name in _BATCH_CHARTS else _readings(request, asked))
    periods = {each.begins: each for each in found.periods if each.begins}
    labels = _between(sorted(periods), asked.every)
    language = language_of(request)
    groups = [
        Column(
            said(f"trends.{series.key}", language),
            [series.value(periods[day]) if day in periods else None for day in labels],
            series.colour,
        )
        for series in charts[name]
    ]
    look = look_of(request, said(f"trends.{name}", language))
    written = [f"{day:%Y-%m}" if asked.every == "month" else f"{day:%m-%d}" for day in labels]
    return image(request, columns(look, written, groups, stacked=len(groups) > 1, most=100 if name == "success" else None))


@router.get("/trends/{name}.sql")
async def statement(request: Request, name: str) -> Response:
    """The SQL behind a chart, of what the page was asked for, as it runs in psql."""
    if name not in _QUERIES:
        raise HTTPException(404)
    return PlainTextResponse(_statement(_asked(request), name))


def _statement(asked: Asked, name: str) -> str:
    if name.startswith("readings_"):
        return statements.of_readings(name, asked.platform or None)
    return statements.of_batches(name, None if asked.job_type == ANY_TYPE else asked.job_type)


def _asked(request: Request) -> Asked:
    query = request.query_params
    every = cast(Every, query.get("every")) if query.get("every") in EVERY else "day"
    return Asked(every, query.get("type", "")[:50] or USUAL_TYPE, query.get("platform", "")[:100], moment_of(request, "before"))


async def _batches(request: Request, asked: Asked) -> BatchPeriods:
    job_type = None if asked.job_type == ANY_TYPE else asked.job_type
    return await ledger_of(request).batch_periods(asked.every, job_type=job_type, at_most=EVERY[asked.every], before=asked.before)


async def _readings(request: Request, asked: Asked) -> ReadingPeriods:
    before = asked.before.date() if asked.before else None
    return await ledger_of(request).reading_periods(asked.every, platform=asked.platform or None, at_most=EVERY[asked.every], before=before)


def _between(days: Sequence[date], every: Every) -> list[date]:
    """The beginnings of all periods from the first to the last: those without anything are shown as such."""
    found = list(days[:1])
    while found and found[-1] < days[-1]:
        found.append(_following(found[-1], every))
    return found


def _following(day: date, every: Every) -> date:
    if every == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if every == "week" else 1)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds / 1000, 3)


def _choices(here: Here, chosen: str) -> list[tuple[str, str]]:
    titles = {name: reader.facts.title for name, reader in here.known.items()} | (
        {chosen: chosen} if chosen not in {"", *here.known} else {}
    )
    return sorted(titles.items(), key=lambda each: each[1])


async def _table(request: Request, asked: Asked) -> Table:
    if request.query_params.get("table") == "readings":
        return Table(
            f"readings-by-{asked.every}", READING_COLUMNS, [_reading_row(each) for each in (await _readings(request, asked)).periods]
        )
    return Table(f"batches-by-{asked.every}", BATCH_COLUMNS, [_batch_row(each) for each in (await _batches(request, asked)).periods])


def _batch_row(each: BatchPeriod) -> tuple[object, ...]:
    return (each.begins, each.batches, each.completed, each.failed, each.success_rate, each.items, each.average_items, each.average_seconds)


def _reading_row(each: ReadingPeriod) -> tuple[object, ...]:
    return (each.begins, each.readings, each.good, each.success_rate, each.items, each.new_items, _seconds(each.average_ms))

"""One platform: its facts, how it stands, its charts, incidents and kept bodies; and forms that switch it off and on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response

from hotledger.ledger.ledger import utc_now
from hotledger.ledger.reports import Story, StoryPoint
from hotledger.web.application import ledger_of
from hotledger.web.charts import Column, Line, columns, image, look_of, over_time
from hotledger.web.here import here_of
from hotledger.web.pages.platforms import category_of, language_name, verdict
from hotledger.web.showing import language_of, show
from hotledger.web.tables import as_file, format_of, table_of
from hotledger.web.words import said

SPANS = (1, 7, 30, 90, 365)
COLUMNS = ("at", "readings", "good", "verdict", "items", "turnover", "duration_ms", "slowest_ms", "heat", "parser_version")
CHARTS = ("yield", "turnover", "latency", "heat", "verdicts")
_POINTS = 300
_INCIDENTS = 20
_BODIES = 20
_COLOURS = {"ok": "good", "short": "hue6", "frozen": "hue5", "stale": "hue7", "drifted": "warned", "empty": "unknown", "blocked": "bad",
            "wrong_list": "hue4", "unreachable": "hue3", "refused": "hue0", "timeout": "hue1", "broken": "ink"}  # fmt: skip

Days = Annotated[int, Query(ge=1, le=3660)]
Name = Annotated[str, Query(max_length=100)]
router = APIRouter(include_in_schema=False)


@router.get("/platforms/{name:path}")
async def platform(request: Request, name: str, days: Days = 30) -> Response:
    """The page of a platform that the database or this machine knows."""
    ledger, here, language = ledger_of(request), here_of(request), language_of(request)
    story = await _story(request, name, days)
    reader, facts = here.known.get(name), here.facts(name)
    if story is None and facts is None:
        raise HTTPException(404)
    if wanted := format_of(request):
        return as_file(table_of("platform", COLUMNS, story.points if story else ()), wanted)
    health = await ledger.health(days=days, platform=name) if story else []
    incidents = await ledger.incidents(only_open=False, platform=name, at_most=_INCIDENTS) if story else []
    return show(
        request, "platform.html", name=name, title=(facts.title if facts else None) or (story.title if story else None) or name,
        facts=facts, category=category_of(facts, language), spoken=language_name(facts.language, language) if facts else None,
        ways=len(reader.plans) if reader else 0, parser=reader.version if reader else None, story=story, days=days, spans=SPANS,
        health=health[0] if health else None, incidents=incidents, more_incidents=len(incidents) >= _INCIDENTS, charts=CHARTS,
        bodies=await asyncio.to_thread(_bodies, story, here.has_body) if story else [], verdict=lambda each: verdict(each, language),
        verdicts=sorted({each for day in story.days for each in day.verdicts}) if story else [],
    )  # fmt: skip


@router.get("/charts/platform/{chart}.svg")
async def chart(request: Request, chart: str, name: Name, days: Days = 30) -> Response:
    """One chart of a platform."""
    story = await _story(request, name, days) if chart in CHARTS else None
    if story is None:
        raise HTTPException(404)
    language = language_of(request)
    look = look_of(request, said(f"platform.chart_{chart}", language))
    if chart == "verdicts":
        return image(request, columns(look, [f"{day.at:%m-%d}" for day in story.days], _verdicts(story, language), stacked=True))
    return image(request, over_time(look, _with_parsers(_LINES[chart](story, language), story, language), from_zero=True))


async def _story(request: Request, name: str, days: int) -> Story | None:
    until = utc_now()
    return await ledger_of(request).story(name, since=until - timedelta(days=days), until=until, at_most=_POINTS, bodies=_BODIES)


def _bodies(story: Story, has: Callable[[str], bool] | None) -> list[tuple[Any, bool | None]]:
    """The kept bodies, each with whether it lies on this machine; `None` where that is not known."""
    return [(each, has(each.body_hash) if has and each.body_hash else None) for each in story.bodies]


def _points(story: Story, value: Callable[[StoryPoint], float | None]) -> list[tuple[datetime, float | None]]:
    return [(each.at, value(each)) for each in story.points]


def _yield(story: Story, language: str) -> list[Line]:
    return [Line(said("platform.items", language), _points(story, lambda each: each.items))]


def _turnover(story: Story, language: str) -> list[Line]:
    share = _points(story, lambda each: None if each.turnover is None else each.turnover * 100)
    return [Line(said("platform.turnover", language), share, "hue3")]


def _latency(story: Story, language: str) -> list[Line]:
    usual = Line(said("platform.duration", language), _points(story, lambda each: _seconds(each.duration_ms)))
    slowest = Line(said("platform.slowest", language), _points(story, lambda each: _seconds(each.slowest_ms)), "hue1")
    return [usual] if story.by == "reading" else [usual, slowest]


def _heat(story: Story, language: str) -> list[Line]:
    return [Line(said("platform.heat_level", language), _points(story, lambda each: each.heat), "hue4")]


_LINES: dict[str, Callable[[Story, str], list[Line]]] = {"yield": _yield, "turnover": _turnover, "latency": _latency, "heat": _heat}


def _with_parsers(lines: list[Line], story: Story, language: str) -> list[Line]:
    """An upright line wherever the parser became another one."""
    top = max((value for line in lines for _, value in line.points if value is not None), default=None)
    if top is None or not story.parsers:
        return lines
    marks: list[tuple[datetime, float | None]] = []
    for change in story.parsers:
        marks += [(change.at, 0), (change.at, top), (change.at, None)]
    return [*lines, Line(said("platform.parser_changed", language), marks, "unknown")]


def _verdicts(story: Story, language: str) -> Sequence[Column]:
    found = {each for day in story.days for each in day.verdicts}
    return [Column(verdict(name, language), [day.verdicts.get(name) for day in story.days], colour)
            for name, colour in _COLOURS.items() if name in found]  # fmt: skip


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000

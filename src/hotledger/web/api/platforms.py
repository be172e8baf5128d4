"""Platforms: what they are and how they stand; how healthy they were in the last days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import AwareDatetime, Field

from hotledger.ledger import reports
from hotledger.model import Platform as Known
from hotledger.model import Verdict
from hotledger.web.api._answers import MISSING, REFUSALS, Answer, Record, answered
from hotledger.web.api._kinds import answer_of
from hotledger.web.api._parameters import AtMost, Cursor, Days, Platform, PlatformPath, Since, Until, named
from hotledger.web.api.incidents import Incident
from hotledger.web.application import ledger_of
from hotledger.web.here import Here, here_of

router = APIRouter(prefix="/api/v1", tags=["platforms"], responses=REFUSALS)

_UNKNOWN = "The ledger knows no platform of this name."

Calendar = answer_of(reports.Calendar, name="Calendar")
Story = answer_of(reports.Story, name="PlatformStory")


class Facts(Record):
    """What hotledger knows of a platform that it can read."""

    title: str
    home: str
    language: str
    category: str
    expect_least: int = Field(description="The usual number of ranked rows: at least.")
    expect_most: int
    heat: str | None = Field(description="What the heat means; null where the platform gives none.")
    heat_unit: str | None
    cadence_minutes: int
    rest_hours: float
    terms: str | None
    known_from: str
    aliases: list[str]


class LastReading(Record):
    """The last reading of a platform."""

    verdict: Verdict
    evidence: str | None
    items: int
    collected_at: AwareDatetime


class Standing(Record):
    """A platform, and how it stands in the ledger."""

    platform: str
    title: str | None
    enabled: bool
    disabled_reason: str | None
    disabled_at: AwareDatetime | None
    last_reading: LastReading | None = Field(description="Null when it was never read.")
    last_good_at: AwareDatetime | None
    facts: Facts | None = Field(description="Null for what this hotledger has no reader of.")


class PlatformList(Answer):
    """The platforms that the ledger knows, by name."""

    platforms: list[Standing]


class PlatformOne(Answer, Standing):
    """One platform."""


class Day(Record):
    """A day of UTC."""

    day: date
    readings: int
    good: int


class Latency(Record):
    """How long readings took."""

    p50_ms: float | None
    p95_ms: float | None
    mean_ms: float | None
    longest_ms: float | None


class Health(Record):
    """How a platform has done in the last days. Good is a verdict of `ok`."""

    platform: str
    title: str | None
    enabled: bool
    days: int
    readings: int
    good: int
    success_rate: float | None
    items: int
    new_items: int
    items_per_reading: float | None
    usual_items: int | None
    errors: dict[str, int] = Field(description="How many readings had which verdict other than `ok`.")
    latency: Latency
    last_reading_at: AwareDatetime | None
    last_verdict: Verdict | None
    last_good_at: AwareDatetime | None
    last_good_seconds: float | None
    changed_at: AwareDatetime | None = Field(description="Since when its list is what it is.")
    changed_seconds: float | None
    incident: Incident | None = Field(description="What is wrong now.")
    by_day: list[Day]


class HealthList(Answer):
    """How platforms have done, by name."""

    platforms: list[Health]


@router.get("/platforms", response_model=PlatformList, **named("platforms"))
async def platforms(request: Request) -> Response:
    """All platforms that the ledger knows."""
    found = [_standing(each, here_of(request)) for each in await ledger_of(request).platforms()]
    return answered(PlatformList, {"platforms": found}, *(_read_at(each) for each in found))


@router.get("/platforms/{platform}", response_model=PlatformOne, responses=MISSING, **named("platform"))
async def platform(request: Request, platform: PlatformPath) -> Response:
    """One platform: its facts, and how it stands."""
    found = next((_standing(each, here_of(request)) for each in await ledger_of(request).platforms() if each["name"] == platform), None)
    if found is None:
        raise HTTPException(404, _UNKNOWN)
    return answered(PlatformOne, found, _read_at(found))


@router.get("/health", response_model=HealthList, **named("health"))
async def health(request: Request, platform: Platform = None, days: Days = 7) -> Response:
    """How platforms have done in the last days."""
    found = await ledger_of(request).health(days=days, platform=platform)
    return answered(HealthList, {"platforms": found}, *(each["last_reading_at"] for each in found))


@router.get("/calendar", response_model=Calendar, **named("calendar"))
async def calendar(request: Request, days: Days = 28, at_most: AtMost = 100, cursor: Cursor = None) -> Response:
    """Days × platforms: readings, good ones, the worst verdict."""
    found = await ledger_of(request).calendar(days=days, after=cursor, at_most=at_most)
    return answered(Calendar, found, *(each.last_at for each in found.platforms))


@router.get(
    "/platforms/{platform}/story",
    response_model=Story,
    responses=MISSING,
    **named("platform_story"),
)
async def story(request: Request, platform: PlatformPath, since: Since = None, until: Until = None, at_most: AtMost = 400) -> Response:
    """Items, latency, heat and turnover of a platform over time, its verdicts, its parsers and its kept bodies."""
    found = await ledger_of(request).story(platform, since=since, until=until, at_most=at_most)
    if found is None:
        raise HTTPException(404, _UNKNOWN)
    return answered(Story, found, *(each.at for each in found.points))


def _standing(row: Mapping[str, Any], here: Here) -> dict[str, Any]:
    known = here.facts(row["name"])
    return {**row, "platform": row["name"], "facts": _facts(known) if known else None}


def _facts(known: Known) -> Facts:
    told = {name: getattr(known, name) for name in Facts.model_fields if not name.startswith("expect")}
    return Facts(**told, expect_least=known.expect.start, expect_most=known.expect.stop - 1)


def _read_at(standing: Mapping[str, Any]) -> str | None:
    return (standing["last_reading"] or {}).get("collected_at")

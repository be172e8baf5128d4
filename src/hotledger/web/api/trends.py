"""Trends: batches and readings by day, week or month."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response

from hotledger.ledger import titles
from hotledger.ledger.titles import Every
from hotledger.web.api._answers import REFUSALS, answered
from hotledger.web.api._kinds import answer_of
from hotledger.web.api._parameters import Cursor, JobType, Platform, asked, named, place_of
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/trends", tags=["trends"], responses=REFUSALS)
By = Annotated[Every, asked("every", "week")]
Periods = Annotated[int, asked("at_most", 30, ge=1, le=400)]
BatchTrend = answer_of(titles.BatchPeriods, name="BatchTrend", without={"at"}, next=str | None)
ReadingTrend = answer_of(titles.ReadingPeriods, name="ReadingTrend", without={"at"}, next=str | None)


@router.get("/batches", response_model=BatchTrend, **named("trend_batches"))
async def batches(request: Request, every: By = "day", job_type: JobType = None, at_most: Periods = 30, cursor: Cursor = None) -> Response:
    """Batches by day, week or month: how many, success rate, items, duration."""
    before = place_of(cursor, _instant)
    found = await ledger_of(request).batch_periods(every, job_type=job_type, at_most=at_most, before=before)
    content = {"every": every, "periods": found.periods, "next": found.next.isoformat() if found.next else None}
    return answered(BatchTrend, content, await _latest(request, job_type))


@router.get("/readings", response_model=ReadingTrend, **named("trend_readings"))
async def readings(
    request: Request, every: By = "day", platform: Platform = None, at_most: Periods = 30, cursor: Cursor = None
) -> Response:
    """Readings of a platform or of all by day, week or month; told also of those that are deleted."""
    before = place_of(cursor, date.fromisoformat)
    found = await ledger_of(request).reading_periods(every, platform=platform, at_most=at_most, before=before)
    content = {"every": every, "periods": found.periods, "next": found.next.isoformat() if found.next else None}
    return answered(ReadingTrend, content, await _latest(request, None))


async def _latest(request: Request, job_type: str | None) -> datetime | None:
    """When the newest batch was opened."""
    found = await ledger_of(request).page(job_type=job_type, at_most=1)
    return found.batches[0].created_at if found.batches else None


def _instant(word: str) -> datetime:
    at = datetime.fromisoformat(word)
    if at.tzinfo is None:
        raise ValueError("an instant without its zone")
    return at

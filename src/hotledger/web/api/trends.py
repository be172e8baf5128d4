"""Trends: batches by day."""

from __future__ import annotations

import datetime

from fastapi import APIRouter, Request, Response
from pydantic import Field

from hotledger.web.api._answers import REFUSALS, Answer, Record, answered
from hotledger.web.api._parameters import Days, JobType
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/trends", tags=["trends"], responses=REFUSALS)


class BatchDay(Record):
    """The batches of a day."""

    date: datetime.date | None = Field(description="Null for batches without `created_at`, which only other software makes.")
    total_jobs: int
    successful: int
    failed: int
    avg_items: float | None


class Trend(Answer):
    """Batches by day, newest first; days without a batch are left out."""

    days: list[BatchDay]


@router.get("", response_model=Trend, operation_id="trends")
async def trends(request: Request, job_type: JobType = None, days: Days = 30) -> Response:
    """Batches by day: how many, how many succeeded and failed, how many items."""
    ledger = ledger_of(request)
    found, latest = await ledger.trend(job_type=job_type, days=days), await ledger.jobs(job_type=job_type, at_most=1)
    return answered(Trend, {"days": found}, *(each.created_at for each in latest))

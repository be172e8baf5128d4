"""Batches: page by page, one whole, its readings, and beside the one before."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import AwareDatetime, Field

from hotledger.ledger import overview
from hotledger.model import Status, Verdict
from hotledger.web.api._answers import MISSING, REFUSALS, Answer, Record, answered
from hotledger.web.api._kinds import answer_of, record_of
from hotledger.web.api._parameters import AtMost, BatchPath, Cursor, JobType, Platform, asked, named, place_of
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/batches", tags=["batches"], responses=REFUSALS)
Outcome = Literal["full", "partial", "failed"]


_FIRST = {"before": None, "items_more": None, "platforms": ()}

Brief = record_of(overview.Brief)
BatchPage = answer_of(overview.BatchPage, name="BatchPage", without={"at"}, next=str | None)
BatchChange = answer_of(overview.BatchChange, name="BatchChange", before=Brief | None)


class Reading(Record):
    """What one platform gave in the batch."""

    platform: str
    status: str
    verdict: Verdict
    evidence: str | None = Field(description="The sentence that says why.")
    items: int
    new_items: int
    collected_at: AwareDatetime
    duration_ms: int | None
    details: dict[str, Any] | None = Field(description="Endpoint, HTTP status, bytes, attempts, parser, hash of the kept body, and so on.")


class Lease(Record):
    """Who may write to the batch, until when, and who was refused."""

    attempt: int
    owner: str | None
    opened_at: AwareDatetime
    beat_at: AwareDatetime
    expires_at: AwareDatetime
    closed_at: AwareDatetime | None
    refused: int
    refusals: list[Any]


class BatchWhole(Answer):
    """One batch: its row of `batch_jobs`, its lease, its readings."""

    id: UUID
    job_type: str
    status: str | None
    platforms_processed: list[str | None] | None = Field(
        description="The platforms whose reading has ended, in the order in which they ended."
    )
    total_items: int | None
    metadata: Any
    started_at: AwareDatetime | None
    completed_at: AwareDatetime | None
    created_at: AwareDatetime | None
    lease: Lease | None
    readings: list[Reading]


class BatchReadings(Answer):
    """The readings of one batch, in the order in which they ended."""

    batch_id: UUID
    readings: list[Reading]


@router.get("", response_model=BatchPage, **named("batches"))
async def batches(
    request: Request,
    job_type: JobType = None,
    status: Annotated[Status | None, asked("status", "completed")] = None,
    platform: Platform = None,
    outcome: Annotated[Outcome | None, asked("outcome", "partial")] = None,
    at_most: AtMost = 50,
    cursor: Cursor = None,
) -> Response:
    """Batches, newest first."""
    found = await ledger_of(request).page(
        job_type=job_type, status=status, platform=platform, outcome=outcome, at_most=at_most, before=place_of(cursor, overview.Place.read)
    )
    content = {"batches": found.batches, "next": str(found.next) if found.next else None, "searched_until": found.searched_until}
    return answered(BatchPage, content, *(at for each in found.batches for at in (each.created_at, each.completed_at)))


@router.get("/{batch_id}", response_model=BatchWhole, responses=MISSING, **named("batch"))
async def batch(request: Request, batch_id: BatchPath) -> Response:
    """One batch, whole."""
    found = await _batch(request, batch_id)
    return answered(BatchWhole, found, *_instants(found))


@router.get(
    "/{batch_id}/readings",
    response_model=BatchReadings,
    responses=MISSING,
    **named("batch_readings"),
)
async def readings(request: Request, batch_id: BatchPath) -> Response:
    """The readings of one batch."""
    found = await _batch(request, batch_id)
    return answered(BatchReadings, {"batch_id": batch_id, "readings": found["readings"]}, *_instants(found))


@router.get("/{batch_id}/change", response_model=BatchChange, responses=MISSING, **named("batch_change"))
async def change(request: Request, batch_id: BatchPath) -> Response:
    """A batch beside the one before of the same job type."""
    found = await _batch(request, batch_id)
    beside = await ledger_of(request).change(str(batch_id))
    return answered(BatchChange, beside or _FIRST, *_instants(found))


async def _batch(request: Request, batch_id: UUID) -> dict[str, Any]:
    found = await ledger_of(request).job(str(batch_id))
    if found is None:
        raise HTTPException(404, "There is no batch of this id.")
    return found


def _instants(found: dict[str, Any]) -> list[str | None]:
    return [found["created_at"], found["completed_at"], *(each["collected_at"] for each in found["readings"])]

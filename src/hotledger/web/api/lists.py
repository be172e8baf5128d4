"""Lists: the latest of a platform, or the one that stood at a moment."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import AwareDatetime, Field

from hotledger.model import Verdict
from hotledger.web.api._answers import MISSING, REFUSALS, Answer, Record, answered
from hotledger.web.api._parameters import AtMost, Moment, PlatformPath
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/lists", tags=["lists"], responses=REFUSALS)


class Row(Record):
    """One entry at its rank."""

    rank: int
    title: str
    id: str | None = Field(description="The platform's own id of it.")
    url: str | None
    heat: float | None = Field(description="As the platform says it; null where it says none.")
    first_seen_at: AwareDatetime


class List(Answer):
    """One list of one platform."""

    platform: str
    collected_at: AwareDatetime
    batch_id: UUID
    verdict: Verdict
    items: list[Row]


@router.get("/{platform}", response_model=List, responses=MISSING, operation_id="list")
async def one(request: Request, platform: PlatformPath, at: Moment = None, at_most: AtMost = 50) -> Response:
    """The latest list of a platform, or the one that stood at a moment."""
    found = await ledger_of(request).top(platform, at_most=at_most, at=at)
    if found is None:
        raise HTTPException(404, "There is no list of this platform, or none so old.")
    return answered(List, found | {"items": found["items"] or []}, found["collected_at"])

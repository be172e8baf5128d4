"""A topic: rank and heat of a title over time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import AwareDatetime, Field

from hotledger.web.api._answers import MISSING, REFUSALS, Answer, Record, answered
from hotledger.web.api._parameters import Title, text
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/topic", tags=["topics"], responses=REFUSALS)


class Point(Record):
    """A reading of the platform."""

    collected_at: AwareDatetime
    rank: int | None = Field(description="Null where it did not stand in the list.")
    heat: float | None


class Topic(Answer):
    """A title on one platform."""

    platform: str
    titles: list[str] = Field(description="All its titles, the latest first: an edited one under the same id is the same topic.")
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    best_rank: int
    peak_heat: float | None
    times_seen: int
    points: list[Point] = Field(description="The last 2,000 readings from its first to its last sight, oldest first.")


@router.get("", response_model=Topic, responses=MISSING, operation_id="topic")
async def topic(request: Request, platform: Annotated[str, text("platform", "weibo", longest=100)], title: Title) -> Response:
    """A title on one platform over time."""
    found = await ledger_of(request).topic(platform, title)
    if found is None:
        raise HTTPException(404, "This title was never seen on this platform.")
    return answered(Topic, found | {"points": found["points"] or []}, found["last_seen_at"])

"""Incidents: troubles with a beginning and an end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, Field

from hotledger.web.api._answers import REFUSALS, Answer, Record, answered
from hotledger.web.api._parameters import AtMost, Cursor, Platform, asked, named, place_of
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/incidents", tags=["incidents"], responses=REFUSALS)


class Incident(Record):
    """A trouble of one platform."""

    id: UUID
    platform: str
    title: str | None = Field(description="The platform's title.")
    kind: str = Field(description="`missed`, or the verdict that opened it.")
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None = Field(description="Null while it is open.")
    seconds: float = Field(description="How long it has lasted.")
    recovering_at: AwareDatetime | None
    last_good_at: AwareDatetime | None
    last_bad_at: AwareDatetime | None
    bad_readings: int
    readings_lost: int
    relapses: int
    acknowledged_at: AwareDatetime | None
    acknowledged_by: str | None
    evidence: str | None
    last_evidence: str | None
    closing_evidence: str | None
    first_batch_id: UUID
    last_batch_id: UUID | None
    closing_batch_id: UUID | None


class IncidentList(Answer):
    """Incidents: the open ones first, then the newest first."""

    incidents: list[Incident]
    next: str | None = Field(description="The `cursor` of the page that follows; null when there is none.")


@router.get("", response_model=IncidentList, **named("incidents"))
async def incidents(
    request: Request,
    platform: Platform = None,
    only_open: Annotated[bool, asked("only_open")] = True,
    at_most: AtMost = 100,
    cursor: Cursor = None,
) -> Response:
    """Incidents, open ones first."""
    found = await ledger_of(request).incidents(only_open=only_open, platform=platform, at_most=at_most, after=place_of(cursor, _place))
    following = _cursor(found[-1]) if len(found) == at_most else None
    instants = [each[name] for each in found for name in ("opened_at", "closed_at", "last_bad_at")]
    return answered(IncidentList, {"incidents": found, "next": following}, *instants)


def _cursor(last: Mapping[str, Any]) -> str:
    return f"{'over' if last['closed_at'] else 'open'}_{last['opened_at']}_{last['id']}"


def _place(word: str) -> dict[str, str | None]:
    state, at, incident = word.split("_")
    opened_at = datetime.fromisoformat(at)
    if state not in {"open", "over"} or opened_at.tzinfo is None:
        raise ValueError("no place among incidents")
    return {"closed_at": at if state == "over" else None, "opened_at": opened_at.isoformat(), "id": str(UUID(incident))}

"""Incidents: troubles with a beginning and an end."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, Field

from hotledger.web.api._answers import REFUSALS, Answer, Record, answered
from hotledger.web.api._parameters import AtMost, Platform, asked, named
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
    evidence: str | None
    last_evidence: str | None
    closing_evidence: str | None
    first_batch_id: UUID
    last_batch_id: UUID | None
    closing_batch_id: UUID | None


class IncidentList(Answer):
    """Incidents: the open ones first, then the newest first."""

    incidents: list[Incident]


@router.get("", response_model=IncidentList, **named("incidents"))
async def incidents(
    request: Request,
    platform: Platform = None,
    only_open: Annotated[bool, asked("only_open")] = True,
    at_most: AtMost = 100,
) -> Response:
    """Incidents, open ones first."""
    found = await ledger_of(request).incidents(only_open=only_open, platform=platform, at_most=at_most)
    instants = [each[name] for each in found for name in ("opened_at", "closed_at", "last_bad_at")]
    return answered(IncidentList, {"incidents": found}, *instants)

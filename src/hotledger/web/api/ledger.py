"""The ledger itself: versions, how large it is and how it grows, leases, refused writes."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hotledger.ledger import reports
from hotledger.web.api._answers import REFUSALS, answered
from hotledger.web.api._kinds import answer_of
from hotledger.web.api._parameters import named
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/ledger", tags=["ledger"], responses=REFUSALS)

About = answer_of(reports.Sizes, name="LedgerSizes", without={"now"})


@router.get("", response_model=About, **named("ledger"))
async def ledger(request: Request) -> Response:
    """How large the ledger is, how it grows, and what stands open in it."""
    found = await ledger_of(request).sizes()
    return answered(About, found, found.newest_reading_at)

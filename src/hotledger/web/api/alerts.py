"""Alerts: how each channel does, and what was told on it. The addresses of channels are known to the rules alone."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hotledger.ledger import telling
from hotledger.web.api._answers import REFUSALS, answered
from hotledger.web.api._kinds import answer_of
from hotledger.web.api._parameters import AtMost, named
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"], responses=REFUSALS)

Alerts = answer_of(telling.Told, name="Alerts", without={"at"})


@router.get("", response_model=Alerts, **named("alerts"))
async def alerts(request: Request, at_most: AtMost = 50) -> Response:
    """The channels of alerts, which of them is dead, and the last deliveries, newest first."""
    told = await ledger_of(request).telling.told(at_most=at_most)
    return answered(Alerts, {"channels": told.channels, "deliveries": told.deliveries}, *(each.noted_at for each in told.deliveries))

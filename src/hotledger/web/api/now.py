"""Now: how the ledger stands."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hotledger.ledger import overview
from hotledger.web.api._answers import REFUSALS, answered
from hotledger.web.api._kinds import answer_of
from hotledger.web.api._parameters import named
from hotledger.web.api.incidents import Incident
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/now", tags=["ledger"], responses=REFUSALS)

Now = answer_of(overview.Now, name="Now", without={"at"}, incidents=list[Incident])


@router.get("", response_model=Now, **named("now"))
async def now(request: Request) -> Response:
    """What runs, the last batch and the next one, what is wrong, how fresh each platform is."""
    found = await ledger_of(request).now()
    return answered(Now, found, *(each.last_at for each in found.platforms), *(each.last.completed_at for each in found.jobs))

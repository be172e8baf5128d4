"""Lists: the latest of each platform, or those that stood at a moment."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response

from hotledger.ledger import titles
from hotledger.web.api._answers import MISSING, REFUSALS, answered
from hotledger.web.api._kinds import answer_of
from hotledger.web.api._parameters import AtMost, Moment, PlatformPath, Platforms, asked, named
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/lists", tags=["lists"], responses=REFUSALS)

Lists = answer_of(titles.ListsAt, name="Lists", without={"at"})
List = answer_of(titles.ListAt, name="List", without={"age_seconds"})


@router.get("", response_model=Lists, **named("lists"))
async def lists(
    request: Request,
    platform: Platforms,
    at: Moment = None,
    at_most: Annotated[int, asked("at_most", 10, ge=1, le=100)] = 10,
) -> Response:
    """The lists of some platforms, or of all, side by side, each row with its change of rank."""
    found = await ledger_of(request).lists(platform or None, at=at, at_most=at_most)
    return answered(Lists, found, *(each.collected_at for each in found.lists))


@router.get("/{platform}", response_model=List, responses=MISSING, **named("list"))
async def one(request: Request, platform: PlatformPath, at: Moment = None, at_most: AtMost = 50) -> Response:
    """The latest list of a platform, or the one that stood at a moment."""
    found = (await ledger_of(request).lists([platform], at=at, at_most=at_most)).lists
    if not found:
        raise HTTPException(404, "There is no list of this platform, or none so old.")
    return answered(List, found[0], found[0].collected_at)

"""A topic: rank and heat of a title over time, on every platform where it stood."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, HTTPException, Request, Response

from hotledger.ledger import titles
from hotledger.web.api._answers import MISSING, REFUSALS, Answer, answered
from hotledger.web.api._kinds import record_of
from hotledger.web.api._parameters import Platform, Title, named
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/topic", tags=["topics"], responses=REFUSALS)
Topic = record_of(titles.Topic)


class Topics(Answer):
    """A title on each platform where it stood, the earliest first."""

    topics: list[Topic]  # type: ignore[valid-type]


@router.get("", response_model=Topics, responses=MISSING, **named("topic"))
async def topic(request: Request, title: Title, platform: Platform = None) -> Response:
    """A title over time, on one platform or on all."""
    ledger = ledger_of(request)
    if platform is None:
        found = await ledger.topics(title)
    else:
        one = await ledger.topic(platform, title)
        found = [msgspec.convert(one, titles.Topic)] if one else []
    if not found:
        raise HTTPException(404, "This title was never seen.")
    return answered(Topics, {"topics": found}, *(each.last_seen_at for each in found))

"""Search: titles of all time."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response

from hotledger.ledger import titles
from hotledger.web.api._answers import REFUSALS, answered
from hotledger.web.api._kinds import answer_of
from hotledger.web.api._parameters import AtMost, Cursor, Platforms, Words, asked, named, place_of
from hotledger.web.application import ledger_of

router = APIRouter(prefix="/api/v1/search", tags=["topics"], responses=REFUSALS)
_MOST = 2**31
Found = answer_of(titles.FoundTitles, name="FoundTitles", next=str | None)


@router.get("", response_model=Found, **named("search"))
async def search(
    request: Request,
    q: Words,
    platform: Platforms,
    order: Annotated[Literal["newest", "hottest"], asked("order", "hottest")] = "newest",
    at_most: AtMost = 50,
    cursor: Cursor = None,
) -> Response:
    """Titles that hold all words, those first seen last (or the hottest) first."""
    found = await ledger_of(request).search(
        q, platforms=platform or None, hottest=order == "hottest", at_most=at_most, after=place_of(cursor, _place)
    )
    following = f"{found.next.value}_{found.next.id}" if found.next else None
    content = {"items": found.items, "next": following, "among_latest": found.among_latest, "indexed": found.indexed}
    return answered(Found, content, *(each.last_seen_at for each in found.items))


def _place(word: str) -> titles.FoundPlace:
    value, _, entry = word.rpartition("_")
    if not 0 <= int(entry) < _MOST:
        raise ValueError("no number of an entry")
    return titles.FoundPlace(value=str(float(value)), id=int(entry))

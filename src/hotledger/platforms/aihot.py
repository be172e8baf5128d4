"""AI HOT: news of artificial intelligence from many sources, newest first.

The site also has feeds; their ids are not known to be those of the API, so that they are no second way to the same list.
"""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="aihot",
    title="AI HOT 最新动态",
    home="https://aihot.virxact.com/",
    expect=range(25, 31),
    category="tech",
    link="https://aihot.virxact.com/items/{id}",
    cadence_minutes=30,
    rest_hours=10,
    fresh_hours=24,
    terms="The site offers this API to everybody, without a key; a newer one (v1) is announced to replace it.",
)


class _Row(Struct, frozen=True, rename="camel"):
    """`score` is what the site's own judge gives to some of the news: no heat. The time of some is not known."""

    id: str
    title: str
    url: str | None
    source: str | None = None
    published_at: str | None = None
    summary: str | None = None
    category: str | None = None
    score: int | float | None = None


class _Answer(Struct, frozen=True):
    items: list[_Row] | None = None
    error: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The newest thirty of all sources."""
    url = "https://aihot.virxact.com/api/public/items?mode=all&take=30"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The news in the order of the list."""
    answer = body.decode(response, _Answer)
    if answer.items is None:
        raise BodyBroken(f"the answer has no items: {answer.error}"[:300])
    if not answer.items:
        raise BodyEmpty("the list has no news")
    return [_news(row) for row in answer.items]


def _news(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=row.id,
        url=row.url or f"https://aihot.virxact.com/items/{row.id}",
        published_at=body.instant(row.published_at),
        extras=body.present(source=row.source, category=row.category, score=row.score, description=(row.summary or "").strip()[:300]),
    )

"""Guokr 果壳科学人: the newest articles of its science desk. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="guokr",
    title="果壳科学人",
    home="https://www.guokr.com/",
    expect=range(15, 31),
    category="science",
    link="https://www.guokr.com/article/{id}/",
    cadence_minutes=120,
    rest_hours=72,
    fresh_hours=168,
)

FALLBACKS = ()


class _Author(Struct, frozen=True):
    nickname: str | None = None


class _Row(Struct, frozen=True):
    id: int | str
    title: str
    summary: str | None = None
    author: _Author | None = None
    date_published: str | None = None
    date_created: str | None = None
    replies_count: int | None = None


class _Refusal(Struct, frozen=True):
    message: str | None = None
    error: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The last thirty articles."""
    url = "https://www.guokr.com/beta/proxy/science_api/articles?limit=30"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The articles in the order served, newest first. They come without heat."""
    if response.content.lstrip()[:1] == b"{":
        refusal = body.decode(response, _Refusal)
        raise BodyBroken(f"the site answered without a list: {refusal.message or refusal.error}"[:300])
    rows = body.decode(response, list[_Row])
    if not rows:
        raise BodyEmpty("the list has no articles")
    return [_article(row) for row in rows]


def _article(row: _Row) -> Item:
    """An article. When it was last changed says nothing of its age, so that only its birth counts."""
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.id),
        url=f"https://www.guokr.com/article/{row.id}/",
        published_at=body.instant(row.date_published) or body.instant(row.date_created),
        extras=body.present(
            author=row.author.nickname if row.author else None,
            description=(row.summary or "").strip()[:300],
            replies=row.replies_count or None,
        ),
    )

"""Dgtle 数字尾巴热门文章. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import plain_text

PLATFORM = Platform(
    id="dgtle",
    title="数字尾巴热门文章",
    home="https://www.dgtle.com/",
    expect=range(10, 41),
    category="tech",
    heat="the number that the site calls membernum; what it counts is not documented",
    rest_hours=48,
    fresh_hours=168,
)


class _Row(Struct, frozen=True, rename={"source": "from"}):
    """A short post has no title, only content."""

    id: int | str
    type: int | str
    title: str | None
    content: str | None
    membernum: int | str | None = None
    created_at: int | str | None = None
    source: str | None = None


class _Answer(Struct, frozen=True):
    items: list[_Row]


def plan() -> Generator[Request, Response, Response]:
    """What the site's app shows first."""
    return (yield Request(url="https://opser.api.dgtle.com/v2/news/index", headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the list."""
    answer = body.decode(response, _Answer)
    if not answer.items:
        raise BodyEmpty("the list has no articles")
    return [_article(row) for row in answer.items]


def _article(row: _Row) -> Item:
    content = plain_text(row.content)
    return Item(
        title=body.title((row.title or "").strip() or content),
        id=str(row.id),
        url=f"https://www.dgtle.com/news-{row.id}-{row.type}.html",
        heat=body.number(row.membernum),
        heat_text=row.membernum if isinstance(row.membernum, str) and row.membernum else None,
        published_at=body.instant(row.created_at),
        extras=body.present(source=row.source, description=content[:300] if row.title else None),
    )

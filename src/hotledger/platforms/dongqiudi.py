"""Dongqiudi 懂球帝头条: the first tab of the football site. Its one endpoint; the tab has no numbers that rank it."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="dongqiudi",
    title="懂球帝头条",
    home="https://www.dongqiudi.com/",
    expect=range(20, 51),
    category="sport",
    link="https://www.dongqiudi.com/article/{id}",
    cadence_minutes=30,
    rest_hours=6,
    fresh_hours=12,
)


class _Row(Struct, frozen=True):
    id: int | str
    title: str
    share: str | None = None
    url: str | None = None
    created_at: str | int | None = None
    category: str | None = None
    comments_total: int | str | None = None


class _Answer(Struct, frozen=True):
    articles: list[_Row]


def plan() -> Generator[Request, Response, Response]:
    """The first tab."""
    return (yield Request(url="https://api.dongqiudi.com/app/tabs/web/1.json"))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the tab."""
    articles = body.decode(response, _Answer).articles
    if not articles:
        raise BodyEmpty("the tab has no articles")
    return [_article(row) for row in articles]


def _article(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.id),
        url=row.share or row.url or f"https://www.dongqiudi.com/article/{row.id}",
        published_at=body.instant(row.created_at),
        extras=body.present(category=row.category, comments=body.number(row.comments_total)),
    )

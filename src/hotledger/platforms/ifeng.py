"""Ifeng 凤凰网热点: the hot news of the front page, from the state that the page carries. No heat."""

from __future__ import annotations

import re
from collections.abc import Generator

from msgspec import Struct, field

from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, title
from hotledger.platforms._script import assigned

PLATFORM = Platform(
    id="ifeng",
    title="凤凰网热点资讯",
    home="https://www.ifeng.com/",
    expect=range(4, 51),
    category="news",
    rest_hours=12,
    known_from="documentation, and rows of 2026-09-17",
)

_ARTICLE = re.compile(r"/c/(\w+)")


class _Row(Struct, frozen=True):
    title: str
    url: str
    published: str | None = field(default=None, name="newsTime")


class _State(Struct, frozen=True):
    hot: list[_Row] | None = field(name="hotNews1")


def plan() -> Generator[Request, Response, Response]:
    """The front page."""
    return (yield Request(url=PLATFORM.home))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the box. Most say no time."""
    rows = assigned(response, "allData", _State).hot
    if not rows:
        raise BodyEmpty("the box of hot news has no articles")
    return [_article(row) for row in rows]


def _article(row: _Row) -> Item:
    if not row.url:
        raise BodyBroken("an article has no address")
    address = f"https:{row.url}" if row.url.startswith("//") else row.url
    found = _ARTICLE.search(address)
    return Item(
        title=title(row.title),
        id=found[1] if found else None,
        url=address,
        published_at=beijing(row.published),
    )

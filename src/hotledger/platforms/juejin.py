"""Juejin 掘金热榜: the articles of all categories that are hot. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="juejin",
    title="稀土掘金热榜",
    home="https://juejin.cn/hot/articles",
    expect=range(40, 101),
    category="developer",
    heat="the site's own rank of heat (hot_rank)",
    link="https://juejin.cn/post/{id}",
    rest_hours=24,
    known_from="rows recorded 2026-09-17",
)


class _Content(Struct, frozen=True):
    content_id: str | int
    title: str


class _Counter(Struct, frozen=True):
    hot_rank: int | str | None = None
    view: int | str | None = None
    like: int | str | None = None
    collect: int | str | None = None
    comment_count: int | str | None = None


class _Author(Struct, frozen=True):
    name: str | None = None


class _Row(Struct, frozen=True):
    content: _Content
    content_counter: _Counter | None = None
    author: _Author | None = None


class _Answer(Struct, frozen=True):
    err_no: int
    err_msg: str | None = None
    data: list[_Row] | None = None


def plan() -> Generator[Request, Response, Response]:
    """The hot articles of all categories (number 1)."""
    url = "https://api.juejin.cn/content_api/v1/content/article_rank?category_id=1&type=hot&spider=0"
    return (yield Request(url=url, headers={"Referer": "https://juejin.cn/"}))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the list."""
    answer = body.decode(response, _Answer)
    if answer.err_no != 0 or answer.data is None:
        raise BodyBroken(f"the site answered with error {answer.err_no}: {answer.err_msg}"[:300])
    if not answer.data:
        raise BodyEmpty("the list has no articles")
    return [_article(row) for row in answer.data]


def _article(row: _Row) -> Item:
    counter = row.content_counter or _Counter()
    return Item(
        title=body.title(row.content.title),
        id=str(row.content.content_id),
        url=f"https://juejin.cn/post/{row.content.content_id}",
        heat=body.number(counter.hot_rank),
        heat_text=counter.hot_rank if isinstance(counter.hot_rank, str) else None,
        extras=body.present(
            author=row.author.name if row.author else None,
            views=body.number(counter.view),
            likes=body.number(counter.like),
            collects=body.number(counter.collect),
            comments=body.number(counter.comment_count),
        ),
    )

"""SMZDM 好文榜: the articles most collected today. From the list behind the page, else from the page itself, which shows no counts."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="smzdm",
    title="什么值得买好文榜",
    home="https://post.smzdm.com/hot_1/",
    expect=range(10, 31),
    category="shopping",
    heat="times that the article was collected (收藏)",
    heat_unit="collections",
    link="https://post.smzdm.com/p/{id}/",
    cadence_minutes=120,
    rest_hours=30,
)

_ROWS = "#feed-main-list .z-feed-title"
_ADDRESS = re.compile(r"smzdm\.com/p/(\w+)")


class _Row(Struct, frozen=True):
    article_id: str | int
    title: str
    collection_count: str | int | None
    article_url: str | None = None
    jump_link: str | None = None
    nickname: str | None = None
    publish_time: str | None = None
    comment_count: str | int | None = None


class _Answer(Struct, frozen=True):
    """By some reports an empty list stands among the rows, where an article was taken away."""

    data: list[_Row | list[Any]] | None
    error_code: int | str = 0
    error_msg: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The list of the day."""
    return (yield Request(url="https://post.smzdm.com/rank/json_more/?unit=1", headers={"Referer": PLATFORM.home}))


def plan_page() -> Generator[Request, Response, Response]:
    """The page of the day."""
    return (yield Request(url=PLATFORM.home, headers={"Referer": "https://post.smzdm.com/"}))


FALLBACKS = (plan_page,)


def parse(response: Response) -> list[Item]:
    """The articles in the order of the list."""
    items = _from_page(response) if body.is_html(response) else _from_list(response)
    if not items:
        raise BodyEmpty("the list has no articles")
    return items


def _from_list(response: Response) -> list[Item]:
    answer = body.decode(response, _Answer)
    if str(answer.error_code) != "0":
        raise BodyBroken(f"the site answered with error {answer.error_code}: {answer.error_msg}"[:300])
    return [_article(row) for row in answer.data or () if isinstance(row, _Row)]


def _article(row: _Row) -> Item:
    url = row.article_url or row.jump_link
    return Item(
        title=body.title(row.title),
        id=_known(url) or body.id_of(row.article_id),
        url=url,
        heat=body.number(row.collection_count),
        heat_text=row.collection_count if isinstance(row.collection_count, str) and row.collection_count else None,
        published_at=body.instant(row.publish_time),
        extras=body.present(author=row.nickname, comments=body.number(row.comment_count)),
    )


def _from_page(response: Response) -> list[Item]:
    page = body.html(response, rows=_ROWS)
    if page.css_first("#feed-main-list") is None:
        raise BodyBroken("the page has no list of articles (#feed-main-list)")
    return [_row(row) for row in page.css(_ROWS)]


def _row(row: LexborNode) -> Item:
    link = row.css_first("a[href]")
    if link is None:
        raise BodyBroken("a row has no link to its article")
    url = link.attributes.get("href") or None
    return Item(title=body.title(body.words(link)), id=_known(url), url=url)


def _known(url: str | None) -> str | None:
    """The id in the address of an article, the same in the list and on the page."""
    found = _ADDRESS.search(url or "")
    return found[1] if found else None

"""Dongchedi 懂车帝热搜: the hot searches beside the news, in the state that the page carries. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator
from urllib.parse import quote

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="dongchedi",
    title="懂车帝热搜榜",
    home="https://www.dongchedi.com/news",
    expect=range(10, 51),
    category="general",
    heat="the site's own score of the search",
    link="https://www.dongchedi.com/search?keyword={title}",
    cadence_minutes=60,
    rest_hours=12,
)

_STATE = "script#__NEXT_DATA__"


class _Row(Struct, frozen=True):
    title: str
    score: int | float | str | None


class _PageProps(Struct, frozen=True, rename="camel"):
    hot_search_list: list[_Row]


class _Props(Struct, frozen=True, rename="camel"):
    page_props: _PageProps


class _State(Struct, frozen=True):
    props: _Props


def plan() -> Generator[Request, Response, Response]:
    """The page of news."""
    return (yield Request(url=PLATFORM.home))


def parse(response: Response) -> list[Item]:
    """The searches in the order of the page."""
    state = body.html(response, rows=_STATE).css_first(_STATE)
    if state is None:
        raise BodyBroken("the page carries no state")
    rows = body.decode_text(state.text(), _State).props.page_props.hot_search_list
    if not rows:
        raise BodyEmpty("the page has no hot searches")
    return [_search(row) for row in rows]


def _search(row: _Row) -> Item:
    title = body.title(row.title)
    return Item(
        title=title,
        url=f"https://www.dongchedi.com/search?keyword={quote(title, safe='')}",
        heat=body.number(row.score),
        heat_text=row.score if isinstance(row.score, str) else None,
    )

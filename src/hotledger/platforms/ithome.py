"""IT之家: the newest articles as the site's apps get them, else the same list as a page. Both show what is pinned or paid.

The page of the daily ranking (m.ithome.com/rankm) is another list: it is read when it is given, and no plan asks for it.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Kind, Platform, Request, Response
from hotledger.platforms._ithome import dated, number_of, page_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="ithome",
    title="IT之家最新资讯",
    home="https://www.ithome.com/list/",
    expect=range(20, 71),
    category="tech",
    cadence_minutes=30,
    rest_hours=10,
    fresh_hours=12,
    known_from="rows recorded 2026-09-17",
)

_SITE = "https://www.ithome.com/"
_LIST_ROWS = "#list ul li:has(a.t)"
_RANK_ROWS = ".rank-box .placeholder"


class _News(Struct, frozen=True):
    """An address is whole, or begins at the site's root."""

    newsid: int | str
    title: str
    url: str
    postdate: str | None = None
    commentcount: int | None = None


class _Answer(Struct, frozen=True):
    newslist: list[_News]
    toplist: list[_News] | None = None


def plan() -> Generator[Request, Response, Response]:
    """The newest articles, below those that are pinned."""
    return (yield Request(url="https://api.ithome.com/json/newslist/news", headers={"Referer": _SITE}))


def plan_page() -> Generator[Request, Response, Response]:
    """The same list as a page, without the pins."""
    return (yield Request(url=PLATFORM.home))


FALLBACKS = (plan_page,)


def parse(response: Response) -> list[Item]:
    """The articles in the order of the list. Those of the shopping channel (lapin) are advertisements."""
    return _from_page(response) if body.is_html(response) else _from_json(response)


def _from_json(response: Response) -> list[Item]:
    answer = body.decode(response, _Answer)
    if not answer.newslist:
        raise BodyEmpty("the list has no articles")
    return [_news(row, Kind.PINNED) for row in answer.toplist or ()] + [_news(row, Kind.RANKED) for row in answer.newslist]


def _news(row: _News, kind: Kind) -> Item:
    address = page_of(row.url)
    return Item(
        title=body.title(row.title),
        id=str(row.newsid),
        url=address,
        published_at=body.instant(row.postdate),
        kind=_or_ad(kind, address),
        extras=body.present(comments=row.commentcount),
    )


def _from_page(response: Response) -> list[Item]:
    page = body.html(response, rows=f"{_LIST_ROWS}, {_RANK_ROWS}")
    if rows := page.css(_LIST_ROWS):
        return [_row(row, "a.t", "i") for row in rows]
    if rows := page.css(_RANK_ROWS):
        return [_row(row, ".plc-title", ".post-time") for row in rows]
    if page.css_first("#list ul, .rank-box"):
        raise BodyEmpty("the page has no articles")
    raise BodyBroken("the page has neither a list nor a ranking")


def _row(row: LexborNode, title: str, time: str) -> Item:
    named, when, comments = (row.css_first(part) for part in (title, time, ".review-num"))
    link = row.css_first("a.t[href]") or row.css_first("a[href]")
    address = page_of(link.attributes.get("href")) if link else None
    return Item(
        title=body.title(" ".join(named.text().split()) if named else None),
        id=number_of(address),
        url=address,
        published_at=body.instant(dated(when.text()) if when else None),
        kind=_or_ad(Kind.RANKED, address),
        extras=body.present(comments=body.number(comments.text(strip=True)) if comments else None),
    )


def _or_ad(kind: Kind, address: str | None) -> Kind:
    return Kind.AD if urlsplit(address or "").hostname == "lapin.ithome.com" else kind

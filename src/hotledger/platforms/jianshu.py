"""Jianshu 热门文章: the articles that the front page recommends. The one page that shows them to guests."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="jianshu",
    title="简书热门文章",
    home="https://www.jianshu.com/",
    expect=range(7, 31),
    category="general",
    link="https://www.jianshu.com/p/{id}",
    cadence_minutes=60,
    rest_hours=24,
)

FALLBACKS = ()

_LIST = "ul.note-list"
_ROWS = f"{_LIST} > li"


def plan() -> Generator[Request, Response, Response]:
    """The front page."""
    return (yield Request(url=PLATFORM.home, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the page. Their likes order nothing, so that they are no heat."""
    page = body.html(response, rows=_ROWS)
    rows = page.css(_ROWS)
    if not rows and page.css_first(_LIST) is None:
        raise BodyBroken(f"the page has no list of articles ({_LIST})")
    if not rows:
        raise BodyEmpty("the page recommends no articles")
    return [_article(row) for row in rows]


def _article(row: LexborNode) -> Item:
    link = row.css_first("a.title[href]")
    known = (link.attributes.get("href") or "").partition("?")[0].rpartition("/p/")[2] if link else ""
    if link is None or not known:
        raise BodyBroken("a row has no link to its article")
    return Item(
        title=body.title(body.words(link)),
        id=known,
        url=f"https://www.jianshu.com/p/{known}",
        extras=body.present(
            author=body.words(row.css_first("a.nickname")),
            description=body.words(row.css_first("p.abstract"))[:300],
        ),
    )

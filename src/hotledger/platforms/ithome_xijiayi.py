"""IT之家喜加一: the page of games that are given away, newest first. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._ithome import dated, number_of, page_of
from hotledger.platforms._rows import refuse_rowless, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="ithome-xijiayi",
    title="IT之家喜加一",
    home="https://www.ithome.com/zt/xijiayi",
    expect=range(20, 61),
    category="game",
    heat="comments on the article, where the page says how many",
    heat_unit="comments",
    cadence_minutes=180,
    rest_hours=96,
    fresh_hours=168,
)

_ROWS = ".newslist li:has(h2)"


def plan() -> Generator[Request, Response, Response]:
    """The page of the topic."""
    return (yield Request(url=PLATFORM.home))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the page."""
    page = body.html(response, rows=_ROWS)
    rows = page.css(_ROWS)
    if not rows:
        refuse_rowless(page, ".newslist")
    return [_article(row) for row in rows]


def _article(row: LexborNode) -> Item:
    link = row.css_first("a[href]:has(h2)") or row.css_first("a[href]")
    address = page_of(link.attributes.get("href")) if link else None
    comments = words(row.css_first(".comment"))
    heat = body.number(comments)
    return Item(
        title=body.title(words(row.css_first("h2"))),
        id=number_of(address),
        url=address,
        heat=heat,
        heat_text=comments if heat is not None else None,
        published_at=body.instant(_written_by_script(row)),
        extras=body.present(description=words(row.css_first(".newsbody p"))[:300]),
    )


def _written_by_script(row: LexborNode) -> str | None:
    """The time of the article: it stands in a script, which makes "3 hours ago" of it."""
    time = row.css_first(".time")
    return dated(time.html) if time else None

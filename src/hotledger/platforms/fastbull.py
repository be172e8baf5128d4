"""FastBull 法布快讯: the newest flashes. The page is its one endpoint (the page of headlines is another list); no heat."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import headline, refuse_rowless, since_1970, title, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="fastbull",
    title="法布财经快讯",
    home="https://www.fastbull.com/cn/express-news",
    expect=range(15, 61),
    category="finance",
    cadence_minutes=15,
    rest_hours=48,
    fresh_hours=48,
    terms="There is an official API, which is paid for.",
    aliases=("fastbull-express",),
    known_from="documentation, and rows of 2026-09-17",
)

_SITE = "https://www.fastbull.com"
_ROWS = ".news-list"


def plan() -> Generator[Request, Response, Response]:
    """The page of flashes."""
    return (yield Request(url=PLATFORM.home))


def parse(response: Response) -> list[Item]:
    """The flashes, newest first, as the page has them."""
    page = body.html(response, rows=_ROWS)
    rows = [row for row in page.css(_ROWS) if row.css_first(".title_name")]
    if not rows:
        refuse_rowless(page, '[class*="news"]')
    return [_flash(row) for row in rows]


def _flash(row: LexborNode) -> Item:
    link, time = row.css_first("[data-href], a.title_name[href]"), row.css_first("[data-time]")
    address = (link.attributes.get("data-href") or link.attributes.get("href") if link else None) or ""
    date = row.attributes.get("data-date") or (time.attributes.get("data-time") if time else None)
    return Item(
        title=title(headline(words(row.css_first(".title_name")))),
        id=row.attributes.get("data-id") or None,
        url=(f"{_SITE}{address}" if address.startswith("/") else address) or None,
        published_at=since_1970(date, per_second=1000),
        extras={"important": True} if "content-important" in (row.attributes.get("class") or "").split() else {},
    )

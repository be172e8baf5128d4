"""Gelonghui 格隆汇: the newest articles of the news page. The page is its one endpoint; no heat."""

from __future__ import annotations

import re
from collections.abc import Generator
from datetime import datetime
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import ago, beijing, present, refuse_rowless, title, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="gelonghui",
    title="格隆汇事件",
    home="https://www.gelonghui.com/news/",
    expect=range(10, 41),
    category="finance",
    cadence_minutes=30,
    fresh_hours=48,
    known_from="documentation, and rows of 2026-09-17",
)

_SITE = "https://www.gelonghui.com"
_ROWS = ".article-content"


def plan() -> Generator[Request, Response, Response]:
    """The page of news."""
    return (yield Request(url=PLATFORM.home))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the page."""
    page = body.html(response, rows=_ROWS)
    rows = [(row, link) for row in page.css(_ROWS) if (link := row.css_first(".detail-right > a[href]"))]
    if not rows:
        refuse_rowless(page, '[class*="article"]')
    return [_article(row, link, response.received_at) for row, link in rows]


def _article(row: LexborNode, link: LexborNode, now: datetime) -> Item:
    """The spans below the title are the column, a bar, and the time: in words, or a date."""
    address = link.attributes.get("href") or ""
    number = re.search(r"/(\d+)/?$", address)
    spans = [words(span) for span in row.css(".time > span")]
    time = spans[2] if len(spans) > 2 else ""
    return Item(
        title=title(words(link.css_first("h2"))),
        id=number[1] if number else None,
        url=f"{_SITE}{address}" if address.startswith("/") else address,
        published_at=ago(time, now) or beijing(time),
        extras=present(column=spans[0] if len(spans) > 2 else None),
    )

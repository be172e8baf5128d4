"""Sputnik 卫星通讯社: the newest articles, from the ribbon that the site offers as a widget. Its one endpoint; no heat."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.errors import BodyBroken
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import refuse_rowless, since_1970, title, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="sputniknewscn",
    title="卫星通讯社最新消息",
    home="https://sputniknews.cn/",
    expect=range(10, 61),
    category="world",
    cadence_minutes=30,
    rest_hours=12,
    fresh_hours=24,
    known_from="documentation, and rows of 2026-09-17",
)

_SITE = "https://sputniknews.cn"
_ROWS = ".lenta__item"
_NUMBER = re.compile(r"(\d+)\.html$")


def plan() -> Generator[Request, Response, Response]:
    """The widget."""
    return (yield Request(url=f"{_SITE}/services/widget/lenta/", headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The articles, newest first, as the widget has them."""
    page = body.html(response, rows=_ROWS)
    rows = page.css(_ROWS)
    if not rows:
        refuse_rowless(page, '[class*="lenta"]')
    return [_article(row) for row in rows]


def _article(row: LexborNode) -> Item:
    link, date = row.css_first("a[href]"), row.css_first("[data-unixtime]")
    address = (link.attributes.get("href") if link else None) or ""
    if not address:
        raise BodyBroken("an article has no address")
    number = _NUMBER.search(address)
    return Item(
        title=title(words(row.css_first(".lenta__item-text"))),
        id=number[1] if number else None,
        url=f"{_SITE}{address}" if address.startswith("/") else address,
        published_at=since_1970(date.attributes.get("data-unixtime")) if date else None,
    )

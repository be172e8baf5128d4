"""Kaopu 靠谱新闻: the news that the site gathers from others, from its page, else from the older file of the same. No heat."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import ago, plain_text, present, refuse_rowless, title, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="kaopu",
    title="靠谱新闻",
    home="https://kaopu.news/",
    expect=range(10, 201),
    category="news",
    known_from="documentation, and rows of 2026-09-17",
)

_SITE = "https://kaopu.news"
_STORY = "/story/"


class _Row(Struct, frozen=True):
    title: str
    link: str
    publisher: str | None = None
    description: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The page."""
    return (yield Request(url=PLATFORM.home))


def plan_file() -> Generator[Request, Response, Response]:
    """The file that the older page was made from; it broke in 2026, and may come back."""
    return (yield Request(url="https://kaopustorage.blob.core.windows.net/news-prod/news_list_hans_0.json"))


FALLBACKS = (plan_file,)


def parse(response: Response) -> list[Item]:
    """The stories in the order served; one that the page has twice once."""
    if body.is_html(response):
        return _from_page(response)
    rows = body.decode(response, list[_Row])
    if not rows:
        raise BodyEmpty("the file has no stories")
    return [_from_file(row) for row in rows]


def _from_page(response: Response) -> list[Item]:
    page = body.html(response, rows="article .story-meta")
    rows = [row for row in page.css("article") if row.css_first(".story-meta, .story-provenance")]
    if not rows:
        refuse_rowless(page, '[class*="story"]')
    stories: dict[str, Item] = {}
    for story in (_story(row, response.received_at) for row in rows):
        stories.setdefault(story.url or story.title, story)
    return list(stories.values())


def _story(row: LexborNode, now: datetime) -> Item:
    """A story that has been continued says on which day it began, and how long ago it was continued."""
    link = row.css_first(f'a[href^="{_STORY}"]')
    path = (link.attributes.get("href") if link else None) or ""
    time = words(row.css_first(".story-meta span"))
    return Item(
        title=title(words(row.css_first("h2"))),
        id=path.removeprefix(_STORY).strip("/") or None,
        url=f"{_SITE}{path}" if path else None,
        published_at=None if "更新" in time else ago(time, now),
        extras=present(description=words(row.css_first("p"))[:300], sources=words(row.css_first(".story-provenance"))),
    )


def _from_file(row: _Row) -> Item:
    if not row.link:
        raise BodyBroken("a story has no address")
    return Item(
        title=title(row.title),
        url=row.link,
        extras=present(description=plain_text(row.description)[:300], source=row.publisher),
    )

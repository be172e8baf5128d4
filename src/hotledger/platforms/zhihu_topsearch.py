"""Zhihu 热搜: the words that people search for, which are inside the page of that board. The one place that shows them to guests."""

from __future__ import annotations

from collections.abc import Generator

from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms import _zhihu

PLATFORM = Platform(
    id="zhihu-topsearch",
    title="知乎热搜",
    home="https://www.zhihu.com/topsearch",
    expect=range(15, 31),
    category="social",
    link="https://www.zhihu.com/search?q={title}",
    cookie="The cookie of your browser. The page has given guests an empty list since 2026-08.",
    cadence_minutes=60,
    rest_hours=12,
    known_from="recorded 2024-06-13; empty pages recorded until 2026-08-21",
)

FALLBACKS = ()


def plan() -> Generator[Request, Response, Response]:
    """The page of the board."""
    return (yield Request(url=PLATFORM.home, own_cookie=True))


def parse(response: Response) -> list[Item]:
    """The words in the order of the page. They come without heat."""
    return _zhihu.search_words(response)

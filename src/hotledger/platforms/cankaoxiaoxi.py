"""Cankaoxiaoxi 参考消息: the newest articles of three channels (China, views, world), together by their time. No heat."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, title

PLATFORM = Platform(
    id="cankaoxiaoxi",
    title="参考消息",
    home="https://china.cankaoxiaoxi.com/",
    expect=range(15, 91),
    category="news",
    rest_hours=16,
    fresh_hours=36,
    known_from="documentation, and rows of 2026-09-17",
)

_CHANNELS = ("zhongguo", "guandian", "gj")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _Article(Struct, frozen=True):
    title: str
    url: str
    id: str | int | None = None
    published: str | None = field(default=None, name="publishTime")


class _Row(Struct, frozen=True):
    data: _Article


class _Channel(Struct, frozen=True):
    rows: list[_Row] | None = field(name="list")


def plan() -> Generator[list[Request], list[Response], Response]:
    """The lists of the three channels together."""
    return (yield from _channels("china.cankaoxiaoxi.com"))


def plan_www() -> Generator[list[Request], list[Response], Response]:
    """The same from the main name of the site."""
    return (yield from _channels("www.cankaoxiaoxi.com"))


FALLBACKS = (plan_www,)


def _channels(host: str) -> Generator[list[Request], list[Response], Response]:
    """The three answers as one; where one of them is a page instead, that page, to say what it is."""
    answers = yield [Request(url=f"https://{host}/json/channel/{channel}/list.json") for channel in _CHANNELS]
    return next((answer for answer in answers if body.is_html(answer)), None) or body.joined(answers)


def parse(response: Response) -> list[Item]:
    """The articles, newest first; one that stands in two channels once."""
    channels = body.decode(response, list[_Channel])
    articles = {row.data.url: row.data for channel in channels for row in channel.rows or ()}
    if not articles:
        raise BodyEmpty("the channels have no articles")
    items = [_item(article) for article in articles.values()]
    return sorted(items, key=lambda item: item.published_at or _LONG_AGO, reverse=True)


def _item(article: _Article) -> Item:
    if not article.url:
        raise BodyBroken("an article has no address")
    return Item(
        title=title(article.title),
        id=str(article.id) if article.id else None,
        url=article.url,
        published_at=beijing(article.published),
    )

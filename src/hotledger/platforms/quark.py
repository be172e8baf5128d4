"""Quark 夸克热点: the articles that the browser's search shows as hot within a day. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="quark",
    title="夸克今日热点",
    home="https://123.quark.cn/",
    expect=range(30, 51),
    category="news",
    link="https://123.quark.cn/detail?item_id={id}",
    cadence_minutes=30,
    rest_hours=12,
    fresh_hours=48,
)

FALLBACKS = ()


class _Author(Struct, frozen=True):
    name: str | None = None


class _Row(Struct, frozen=True):
    """None of its counts (likes, comments, views) is said to be what the list is ordered by: it has no heat."""

    id: str | int
    title: str
    summary: str | None = None
    source_name: str | None = None
    publish_time: int | str | None = None
    category: list[str] | None = None
    wm_author: _Author | None = None


class _Data(Struct, frozen=True):
    articles: list[_Row] | None


class _Answer(Struct, frozen=True):
    status: int
    message: str | None = None
    data: _Data | None = None


def plan() -> Generator[Request, Response, Response]:
    """The articles of the day, 50 of them."""
    url = "https://iflow.quark.cn/iflow/api/v1/article/aggregation?aggregation_id=16665090098771297825&count=50&bottom_pos=0"
    return (yield Request(url=url))


def parse(response: Response) -> list[Item]:
    """The articles in the order served. They come without heat."""
    answer = body.decode(response, _Answer)
    if answer.status != 0 or answer.data is None:
        raise BodyBroken(f"the site answered with status {answer.status}: {answer.message}"[:300])
    if not answer.data.articles:
        raise BodyEmpty("the list has no articles")
    return [_article(row) for row in answer.data.articles]


def _article(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.id),
        url=f"https://123.quark.cn/detail?item_id={row.id}",
        published_at=body.instant(row.publish_time),
        extras=body.present(
            source=row.source_name or (row.wm_author.name if row.wm_author else None),
            categories=row.category,
            description=(row.summary or "").strip()[:300],
        ),
    )

"""Wallstreetcn 最热文章: the articles most read today, from either name of the site's API."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import present, since_1970, title

PLATFORM = Platform(
    id="wallstreetcn",
    title="华尔街见闻最热文章",
    home="https://wallstreetcn.com/",
    expect=range(5, 31),
    category="finance",
    heat="times that the article was opened",
    heat_unit="views",
    link="https://wallstreetcn.com/articles/{id}",
    cadence_minutes=30,
    fresh_hours=48,
    aliases=("wallstreetcn-hot",),
    known_from="recorded 2026-09-17, three rows with their answer; its length from documentation",
)

_OK = 20_000


class _Row(Struct, frozen=True):
    id: int | str
    title: str
    uri: str
    pageviews: int | str | None = None
    display_time: int | str | None = None
    comment_count: int | str | None = None


class _Data(Struct, frozen=True):
    day_items: list[_Row] | None


class _Answer(Struct, frozen=True):
    code: int
    message: str | None = None
    data: _Data | None = None


def plan() -> Generator[Request, Response, Response]:
    """The hot articles of the day and the week."""
    return (yield Request(url="https://api-one.wallstcn.com/apiv1/content/articles/hot?period=all"))


def plan_prod() -> Generator[Request, Response, Response]:
    """The same, from the name that the site's own pages use."""
    return (yield Request(url="https://api-prod.wallstreetcn.com/apiv1/content/articles/hot?period=all"))


FALLBACKS = (plan_prod,)


def parse(response: Response) -> list[Item]:
    """The articles of the day in the order served. Those of the week are another list."""
    answer = body.decode(response, _Answer)
    if answer.code != _OK or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.message}"[:300])
    if not answer.data.day_items:
        raise BodyEmpty("the day has no articles")
    return [_article(row) for row in answer.data.day_items]


def _article(row: _Row) -> Item:
    return Item(
        title=title(row.title),
        id=str(row.id),
        url=row.uri or f"https://wallstreetcn.com/articles/{row.id}",
        heat=body.number(row.pageviews),
        heat_text=row.pageviews if isinstance(row.pageviews, str) else None,
        published_at=since_1970(row.display_time),
        extras=present(comments=row.comment_count),
    )

"""NetEase News 热点榜: the flow of hot news on the mobile site. Its one endpoint of a known shape; it shows no heat."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, present, title

PLATFORM = Platform(
    id="netease-news",
    title="网易新闻热点榜",
    home="https://m.163.com/hot",
    expect=range(10, 61),
    category="news",
    link="https://www.163.com/dy/article/{id}.html",
    cadence_minutes=30,
    rest_hours=12,
    fresh_hours=48,
    aliases=("163", "netease"),
)


class _Row(Struct, frozen=True):
    title: str
    docid: str | None = None
    skip: str | None = field(default=None, name="skipID")
    url: str | None = None
    skip_url: str | None = field(default=None, name="skipURL")
    source: str | None = None
    published: str | None = field(default=None, name="ptime")


class _Data(Struct, frozen=True):
    rows: list[_Row] | None = field(name="list")


class _Answer(Struct, frozen=True):
    code: int | str
    data: _Data | None = None
    message: str | None = field(default=None, name="msg")


def plan() -> Generator[Request, Response, Response]:
    """The flow of hot news."""
    return (yield Request(url="https://m.163.com/fe/api/hot/news/flow"))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the flow."""
    answer = body.decode(response, _Answer)
    if str(answer.code) != "200" or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.message}"[:300])
    if not answer.data.rows:
        raise BodyEmpty("the flow has no articles")
    return [_article(row) for row in answer.data.rows]


def _article(row: _Row) -> Item:
    article = row.docid or row.skip
    address = row.url or row.skip_url
    if not article and not address:
        raise BodyBroken("an article has no id and no address")
    return Item(
        title=title(row.title),
        id=article or None,
        url=address or f"https://www.163.com/dy/article/{article}.html",
        published_at=beijing(row.published),
        extras=present(source=row.source),
    )

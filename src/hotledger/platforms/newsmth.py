"""Newsmth 水木社区热门话题: the hot topics of all boards. Its one endpoint, of the mobile site."""

from __future__ import annotations

from collections.abc import Generator
from urllib.parse import quote

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Platform, Request, Response

PLATFORM = Platform(
    id="newsmth",
    title="水木社区热门话题",
    home="https://wap.newsmth.net/",
    expect=range(10, 31),
    category="social",
    cadence_minutes=60,
    rest_hours=24,
)

FALLBACKS = ()


class _Account(Struct, frozen=True):
    name: str | None = None


class _Article(Struct, frozen=True, rename="camel"):
    topic_id: str | int
    subject: str
    body: str | None = None
    account: _Account | None = None
    post_time: int | str | None = None


class _Board(Struct, frozen=True):
    title: str | None = None


class _Topic(Struct, frozen=True):
    article: _Article
    board: _Board | None = None


class _Data(Struct, frozen=True):
    topics: list[_Topic] | None


class _Answer(Struct, frozen=True):
    code: int | None = None
    message: str | None = None
    data: _Data | None = None


def plan() -> Generator[Request, Response, Response]:
    """The first page of hot topics."""
    return (yield Request(url="https://wap.newsmth.net/wap/api/hot/global", identity=Identity.MOBILE))


def parse(response: Response) -> list[Item]:
    """The topics in the order served. They come without heat."""
    answer = body.decode(response, _Answer)
    if answer.code not in (None, 1) or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.message}"[:300])
    if not answer.data.topics:
        raise BodyEmpty("the list has no topics")
    return [_item(topic.article, (topic.board.title if topic.board else None) or "") for topic in answer.data.topics]


def _item(article: _Article, board: str) -> Item:
    """A topic, at the address that the site itself links: the board's name is a part of it."""
    return Item(
        title=body.title(article.subject),
        id=body.id_of(article.topic_id),
        url=f"https://wap.newsmth.net/article/{article.topic_id}?title={quote(board, safe='')}&from=home",
        published_at=body.instant(article.post_time),
        extras=body.present(
            board=board,
            author=article.account.name if article.account else None,
            description=" ".join((article.body or "").split())[:300],
        ),
    )

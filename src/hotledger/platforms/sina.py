"""Sina 新浪热榜: the hot list of the news app. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import title

PLATFORM = Platform(
    id="sina",
    title="新浪热榜",
    home="https://sinanews.sina.cn/",
    expect=range(30, 61),
    category="news",
    heat="the platform's own score, in steps of ten thousand",
    cadence_minutes=30,
    rest_hours=6,
)


class _Identity(Struct, frozen=True):
    unique: str | int | None = field(default=None, name="uniqueId")
    url: str | None = None


class _Base(Struct, frozen=True):
    base: _Identity


class _Info(Struct, frozen=True):
    title: str
    heat: str | int | float | None = field(default=None, name="hotValue")


class _Row(Struct, frozen=True):
    base: _Base
    info: _Info


class _Data(Struct, frozen=True):
    rows: list[_Row] | None = field(name="hotList")


class _Answer(Struct, frozen=True):
    data: _Data


def plan() -> Generator[Request, Response, Response]:
    """The list of all kinds."""
    return (yield Request(url="https://newsapp.sina.cn/api/hotlist?newsId=HB-1-snhs%2Ftop_news_list-all"))


def parse(response: Response) -> list[Item]:
    """The topics in the order of the list."""
    rows = body.decode(response, _Answer).data.rows
    if not rows:
        raise BodyEmpty("the list has no topics")
    if all(row.info.heat is None for row in rows):
        raise BodyBroken("no topic has a hotValue")
    return [_topic(row) for row in rows]


def _topic(row: _Row) -> Item:
    identity, heat = row.base.base, row.info.heat
    return Item(
        title=title(row.info.title),
        id=str(identity.unique) if identity.unique else None,
        url=identity.url or None,
        heat=body.number(heat),
        heat_text=heat if isinstance(heat, str) and heat else None,
    )

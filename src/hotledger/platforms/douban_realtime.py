"""Douban 实时热门: the films, series, books and songs that people look at right now. Its one endpoint, of the mobile site."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import UNSET, Struct, UnsetType

from hotledger import body
from hotledger.errors import BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms import _douban

PLATFORM = Platform(
    id="douban-realtime",
    title="豆瓣实时热门书影音",
    home="https://m.douban.com/subject_collection/subject_real_time_hotest",
    expect=range(8, 51),
    category="film",
    heat="the platform's own heat (score)",
    cadence_minutes=60,
    rest_hours=12,
)

FALLBACKS = ()


class _Row(Struct, frozen=True):
    """`type` is movie, tv, book or music; `type_name` the same in words."""

    id: str | int
    title: str
    type: str | None = None
    type_name: str | None = None
    url: str | None = None
    score: float | str | None = None
    rating: _douban.Rating | None = None
    card_subtitle: str | None = None


class _Answer(_douban.Refusal, frozen=True):
    subject_collection_items: list[_Row] | UnsetType | None = UNSET


def plan() -> Generator[Request, Response, Response]:
    """The whole list."""
    url = "https://m.douban.com/rexxar/api/v2/subject_collection/subject_real_time_hotest/items?start=0&count=50&for_mobile=1"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The works in the order served."""
    answer = body.decode(response, _Answer)
    rows = answer.subject_collection_items
    if isinstance(rows, UnsetType):
        raise _douban.refusal(answer)
    if not rows:
        raise BodyEmpty("the list has no works")
    return [_work(row) for row in rows]


def _work(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.id),
        url=_douban.page(row.type, str(row.id)) or row.url,
        heat=body.number(row.score),
        heat_text=row.score if isinstance(row.score, str) and row.score else None,
        extras=_douban.about(row.card_subtitle, row.rating, kind=row.type_name),
    )

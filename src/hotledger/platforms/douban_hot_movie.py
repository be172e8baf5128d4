"""Douban 热门电影: the films that are hot now. Its one endpoint, of the mobile site."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import UNSET, Struct, UnsetType

from hotledger import body
from hotledger.errors import BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms import _douban

PLATFORM = Platform(
    id="douban-hot-movie",
    title="豆瓣热门电影",
    home="https://movie.douban.com/",
    expect=range(15, 21),
    category="film",
    heat="people who have rated the film",
    heat_unit="ratings",
    link="https://movie.douban.com/subject/{id}/",
    cadence_minutes=360,
    rest_hours=72,
    aliases=("douban",),
    known_from="documentation; three rows recorded in 2026-09",
)

FALLBACKS = ()


class _Row(Struct, frozen=True):
    id: str | int
    title: str
    rating: _douban.Rating | None = None
    card_subtitle: str | None = None


class _Answer(_douban.Refusal, frozen=True):
    items: list[_Row] | UnsetType | None = UNSET


def plan() -> Generator[Request, Response, Response]:
    """The first twenty films."""
    url = "https://m.douban.com/rexxar/api/v2/subject/recent_hot/movie?start=0&limit=20"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The films in the order served."""
    answer = body.decode(response, _Answer)
    if isinstance(answer.items, UnsetType):
        raise _douban.refusal(answer)
    if not answer.items:
        raise BodyEmpty("the list has no films")
    return [_film(row) for row in answer.items]


def _film(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.id),
        url=_douban.page("movie", str(row.id)),
        heat=row.rating.count if row.rating else None,
        extras=_douban.about(row.card_subtitle, row.rating),
    )

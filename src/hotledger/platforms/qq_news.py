"""Tencent News 热点榜: the ranking of the app, else that of the desktop site, which has the same shape."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Kind, Platform, Request, Response
from hotledger.platforms._rows import plain_text, present, since_1970, title

PLATFORM = Platform(
    id="qq-news",
    title="腾讯新闻热点榜",
    home="https://news.qq.com/",
    expect=range(15, 61),
    category="news",
    heat="the platform's own score of an event; that of the pinned row may be lower than those below it",
    link="https://view.inews.qq.com/a/{id}",
    cadence_minutes=30,
    rest_hours=6,
    fresh_hours=24,
    aliases=("qqnews", "qq"),
    known_from="recorded 2026-06-02",
)

_HEADER = "560"  # The kind of the row that says how often the list is renewed.


class _Event(Struct, frozen=True):
    score: int | float | str | None = field(default=None, name="hotScore")
    is_top: int | str | bool | None = None


class _Row(Struct, frozen=True):
    id: str | int | None = None
    title: str | None = None
    kind: str | int | None = field(default=None, name="articletype")
    event: _Event | None = field(default=None, name="hotEvent")
    ranking: int | str | None = None
    url: str | None = None
    timestamp: int | str | None = None
    source: str | None = None
    abstract: str | None = None
    reads: int | str | None = field(default=None, name="readCount")
    comments: int | str | None = field(default=None, name="commentNum")


class _List(Struct, frozen=True):
    newslist: list[_Row] | None


class _Answer(Struct, frozen=True):
    ret: int
    idlist: list[_List]


def plan() -> Generator[Request, Response, Response]:
    """The ranking of the app."""
    return (yield Request(url="https://r.inews.qq.com/gw/event/hot_ranking_list?page_size=50"))


def plan_pc() -> Generator[Request, Response, Response]:
    """The ranking beside the desktop news. Its size counts the row above the list."""
    url = "https://i.news.qq.com/gw/event/pc_hot_ranking_list?ids_hash=&offset=0&page_size=51&appver=15.5_qqnews_7.1.60&rank_id=hot"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


FALLBACKS = (plan_pc,)


def parse(response: Response) -> list[Item]:
    """The events in the order of the ranking, without the row above it, and others that have no place in it."""
    answer = body.decode(response, _Answer)
    if answer.ret != 0:
        raise BodyBroken(f"the site answered with ret {answer.ret}")
    rows = [row for each in answer.idlist[:1] for row in each.newslist or () if str(row.kind) != _HEADER]
    if not rows:
        raise BodyEmpty("the ranking has no events")
    ranked = [row for row in rows if row.event or row.ranking]
    if all(row.event is None for row in ranked):
        raise BodyBroken("no row has a hotEvent")
    return [_event(row) for row in ranked]


def _event(row: _Row) -> Item:
    event = row.event or _Event()
    if not row.id:
        raise BodyBroken("an event has no id")
    return Item(
        title=title(row.title),
        id=str(row.id),
        url=row.url or f"https://view.inews.qq.com/a/{row.id}",
        heat=body.number(event.score),
        heat_text=event.score if isinstance(event.score, str) else None,
        published_at=since_1970(row.timestamp),
        kind=Kind.PINNED if str(event.is_top) in {"1", "True"} else Kind.RANKED,
        extras=present(source=row.source, description=plain_text(row.abstract)[:300], reads=row.reads, comments=row.comments),
    )

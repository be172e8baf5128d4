"""Zhihu 热榜: the hot list in its forms (areas, mobile), and, for reading alone, the boards of videos and search words.

A row tells its form by itself: areas carry `title_area`, mobile rows a plain `title`, rows of the guests' feed a `question`.
"""

from __future__ import annotations

import re
from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Kind, Platform, Request, Response
from hotledger.platforms._zhihu import extras, search_words, written

PLATFORM = Platform(
    id="zhihu",
    title="知乎热榜",
    home="https://www.zhihu.com/hot",
    expect=range(15, 51),
    category="social",
    heat="the platform's own heat (热度), written in ten-thousands",
    link="https://www.zhihu.com/question/{id:Q_}",
    cookie="The cookie of your browser opens the older list of the desktop site, the last to be tried, closed to guests since 2025-05.",
    cadence_minutes=30,
    rest_hours=3,
    fresh_hours=36,
    known_from="recorded 2026-02-14",
)

# Login asked for (100, 101), unusual traffic (40352, 40362).
_REFUSALS = frozenset({100, 101, 40352, 40362})
_ADDRESS = re.compile(r"zhihu\.com/(?:api/v4/)?(questions?|articles?|p|zvideos?)/(\d+)")
_PAGES = {
    "question": ("Q_", "https://www.zhihu.com/question/"),
    "article": ("AT_", "https://zhuanlan.zhihu.com/p/"),
    "p": ("AT_", "https://zhuanlan.zhihu.com/p/"),
    "zvideo": ("ZV_", "https://www.zhihu.com/zvideo/"),
}


class _Text(Struct, frozen=True):
    text: str


class _Link(Struct, frozen=True):
    url: str


class _Question(Struct, frozen=True):
    id: int | str
    title: str


class _Target(Struct, frozen=True):
    title_area: _Text | None = None
    metrics_area: _Text | None = None
    excerpt_area: _Text | None = None
    link: _Link | None = None
    title: str | None = None
    url: str | None = None
    excerpt: str | None = None
    answer_count: int | None = None
    created: int | None = None
    question: _Question | None = None


class _Counts(Struct, frozen=True):
    answer_count: int | None = None


class _Row(Struct, frozen=True):
    target: _Target
    card_id: str | None = None
    detail_text: str | None = None
    feed_specific: _Counts | None = None


class _Notice(Struct, frozen=True):
    title: str
    link_url: str | None = None


class _Zone(Struct, frozen=True):
    data: list[_Notice] | None = None


class _Error(Struct, frozen=True):
    code: int | None = None
    message: str | None = None
    need_login: bool | None = None


class _Answer(Struct, frozen=True):
    data: list[_Row] | None = None
    head_zone: _Zone | None = None
    head_zones: list[_Zone] | None = None
    error: _Error | None = None


def plan() -> Generator[Request, Response, Response]:
    """The list of the app's API."""
    return (yield Request(url="https://api.zhihu.com/topstory/hot-lists/total?limit=50", identity=Identity.MOBILE))


def plan_web() -> Generator[Request, Response, Response]:
    """The list that the desktop site shows beside its pages, of 20 to 30 rows."""
    url = "https://www.zhihu.com/api/v3/feed/topstory/hot-list-web?limit=50&desktop=true"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def plan_desktop() -> Generator[Request, Response, Response]:
    """The older list of the desktop site, which asks for a login since 2025-05."""
    url = "https://www.zhihu.com/api/v3/feed/topstory/hot-lists/total?limit=50"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}, own_cookie=True))


FALLBACKS = (plan_web, plan_desktop)


def parse(response: Response) -> list[Item]:
    """The rows in the order of the list; the links shown above it are pins."""
    if body.is_html(response):
        return search_words(response)
    answer = body.decode(response, _Answer)
    if answer.error is not None:
        refused = answer.error.need_login or answer.error.code in _REFUSALS
        said = f"the site answered with error {answer.error.code}: {answer.error.message}"[:300]
        raise BodyBlocked(said) if refused else BodyBroken(said)
    if answer.data is None:
        raise BodyBroken("the answer has no data")
    if not answer.data:
        raise BodyEmpty("the list has no rows")
    zones = answer.head_zones or ([answer.head_zone] if answer.head_zone else [])
    pinned = [_notice(notice) for zone in zones for notice in zone.data or ()]
    items = [_item(row) for row in answer.data]
    if all(_heat(row) is None for row in answer.data) and any(row.target.question is None for row in answer.data):
        raise BodyBroken("no row has a metrics_area or a detail_text")
    return pinned + items


def _item(row: _Row) -> Item:
    target = row.target
    if target.title_area is not None:
        return _area(row, target.title_area.text)
    if target.title is not None:
        return _mobile(row, target.title)
    if target.question is not None:
        number = str(target.question.id)
        prefix, page = _PAGES["question"]
        return Item(title=written(target.question.title), id=prefix + number, url=page + number, extras=extras(target.excerpt, None))
    raise BodyBroken("a row is in none of the known forms")


def _heat(row: _Row) -> str | None:
    """The heat as it is written; one row that has lost it must not lose the list."""
    return row.target.metrics_area.text if row.target.metrics_area else row.detail_text


def _area(row: _Row, title: str) -> Item:
    target = row.target
    if target.link is None:
        raise BodyBroken("a row has no link")
    known, url = _page(target.link.url)
    heat = _heat(row)
    excerpt = target.excerpt_area.text if target.excerpt_area else None
    answers = row.feed_specific.answer_count if row.feed_specific else None
    about = extras(excerpt, answers)
    return Item(title=written(title), id=row.card_id or known, url=url, heat=body.number(heat), heat_text=heat or None, extras=about)


def _mobile(row: _Row, title: str) -> Item:
    target = row.target
    if target.url is None:
        raise BodyBroken("a row has no url")
    known, url = _page(target.url)
    heat = _heat(row)
    return Item(
        title=written(title),
        id=row.card_id or known,
        url=url,
        heat=body.number(heat),
        heat_text=heat or None,
        published_at=body.instant(target.created),
        extras=extras(target.excerpt, target.answer_count),
    )


def _page(address: str) -> tuple[str | None, str]:
    """The id and the page for people behind an address, which in the mobile form is one of the API."""
    found = _ADDRESS.search(address)
    if found is None:
        return None, address
    prefix, page = _PAGES[found.group(1).removesuffix("s")]
    return prefix + found.group(2), page + found.group(2)


def _notice(notice: _Notice) -> Item:
    return Item(title=written(notice.title), url=notice.link_url, kind=Kind.PINNED)

"""Zhihu 热榜: the hot list in its forms (areas, mobile), and, for reading alone, the boards of videos and search words.

A row tells its form by itself: areas carry `title_area`, mobile rows a plain `title`, rows of the guests' feed a `question`.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from urllib.parse import quote

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Kind, Platform, Request, Response

PLATFORM = Platform(
    id="zhihu",
    title="知乎热榜",
    home="https://www.zhihu.com/hot",
    expect=range(20, 51),
    category="community",
    heat="the platform's own heat (热度), written in ten-thousands",
    link="https://www.zhihu.com/question/{id:Q_}",
    cookie="The cookie of your browser opens the older list of the desktop site, the last to be tried, closed to guests since 2025-05.",
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


class _Word(Struct, frozen=True, rename="camel"):
    query_display: str
    real_query: str
    query_description: str | None = None


class _Words(Struct, frozen=True):
    data: list[_Word]


class _State(Struct, frozen=True):
    topsearch: _Words | None = None


class _Page(Struct, frozen=True, rename="camel"):
    initial_state: _State


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
        return _search_words(response)
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
    return pinned + [_item(row) for row in answer.data]


def _item(row: _Row) -> Item:
    target = row.target
    if target.title_area is not None:
        return _area(row, target.title_area.text)
    if target.title is not None:
        return _mobile(row, target.title)
    if target.question is not None:
        number = str(target.question.id)
        prefix, page = _PAGES["question"]
        return Item(title=_written(target.question.title), id=prefix + number, url=page + number, extras=_extras(target.excerpt, None))
    raise BodyBroken("a row is in none of the known forms")


def _area(row: _Row, title: str) -> Item:
    target = row.target
    if target.link is None or target.metrics_area is None:
        raise BodyBroken("a row has no link or no metrics_area")
    known, url = _page(target.link.url)
    heat = target.metrics_area.text
    excerpt = target.excerpt_area.text if target.excerpt_area else None
    answers = row.feed_specific.answer_count if row.feed_specific else None
    extras = _extras(excerpt, answers)
    return Item(title=_written(title), id=row.card_id or known, url=url, heat=body.number(heat), heat_text=heat or None, extras=extras)


def _mobile(row: _Row, title: str) -> Item:
    target = row.target
    if target.url is None or row.detail_text is None:
        raise BodyBroken("a row has no url or no detail_text")
    known, url = _page(target.url)
    heat = row.detail_text
    extras = _extras(target.excerpt, target.answer_count)
    return Item(title=_written(title), id=row.card_id or known, url=url, heat=body.number(heat), heat_text=heat or None, extras=extras)


def _page(address: str) -> tuple[str | None, str]:
    """The id and the page for people behind an address, which in the mobile form is one of the API."""
    found = _ADDRESS.search(address)
    if found is None:
        return None, address
    prefix, page = _PAGES[found.group(1).removesuffix("s")]
    return prefix + found.group(2), page + found.group(2)


def _notice(notice: _Notice) -> Item:
    return Item(title=_written(notice.title), url=notice.link_url, kind=Kind.PINNED)


def _search_words(response: Response) -> list[Item]:
    """The words that people search for, which are inside the page of that board. They come without heat."""
    page = body.html(response, rows="script#js-initialData")
    state = page.css_first("script#js-initialData")
    words = body.decode_text(state.text(), _Page).initial_state.topsearch if state else None
    if words is None:
        # The state of every page of this site speaks of captchas, so that only the title tells the page of one.
        title = page.css_first("title")
        if title and "安全验证" in title.text():
            raise BodyBlocked("the page is the site's check for robots (安全验证)")
        raise BodyBroken("the page has no search words")
    if not words.data:
        raise BodyEmpty("the board has no search words")
    return [_word(word) for word in words.data]


def _word(word: _Word) -> Item:
    url = f"https://www.zhihu.com/search?q={quote(word.real_query, safe='')}"
    return Item(title=_written(word.query_display), url=url, extras=_extras(word.query_description, None))


def _written(title: str) -> str:
    if not title.strip():
        raise BodyBroken("a row has no title")
    return title.strip()


def _extras(excerpt: str | None, answers: int | None) -> dict[str, str | int]:
    extras = {"description": (excerpt or "").strip()[:300], "answers": answers}
    return {name: value for name, value in extras.items() if value}

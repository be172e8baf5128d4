"""Kuaishou 热榜: the hot topics of the home page, which are inside the state that the page is built from. The one place that shows them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Kind, Platform, Request, Response
from hotledger.platforms import _script

T = TypeVar("T")

PLATFORM = Platform(
    id="kuaishou",
    title="快手热榜",
    home="https://www.kuaishou.com/?isHome=1",
    expect=range(40, 52),
    category="video",
    heat="the platform's own heat (热度), written in ten-thousands",
    link="https://www.kuaishou.com/search/video?searchKey={title}",
    cookie="The cookie of your browser helps where the site asks guests for a captcha.",
    cadence_minutes=30,
    rest_hours=6,
    known_from="recorded 2025-07-26",
)

FALLBACKS = ()

_LIST = "$ROOT_QUERY.visionHotRank("
_OK = 1
_CAPTCHA = 400_002
_TOP = "置顶"


class _Reference(Struct, frozen=True):
    id: str


class _List(Struct, frozen=True):
    items: list[_Reference] | None = None
    result: int | None = None


class _Videos(Struct, frozen=True):
    json: list[str] | None = None


class _Row(Struct, frozen=True, rename="camel"):
    name: str
    hot_value: str | int | None
    tag_type: str | None = None
    photo_ids: _Videos | None = None


class _State(Struct, frozen=True, rename="camel"):
    """`default_client` holds every object of the page under its own key, so that only the wanted ones are read."""

    default_client: dict[str, Any]


def plan() -> Generator[Request, Response, Response]:
    """The home page."""
    return (yield Request(url=PLATFORM.home, own_cookie=True))


def parse(response: Response) -> list[Item]:
    """The topics in the order of the list; the one marked 置顶 is a pin."""
    objects = _script.assigned(response, "__APOLLO_STATE__", _State).default_client
    found = next((value for key, value in objects.items() if key.startswith(_LIST)), None)
    if found is None:
        raise BodyBroken("the page has no list of hot topics (visionHotRank)")
    listed = _typed(found, _List)
    if listed.result == _CAPTCHA:
        raise BodyBlocked(f"the list is withheld until a captcha is solved ({_CAPTCHA})")
    if listed.result != _OK or listed.items is None:
        raise BodyBroken(f"the list came with result {listed.result}")
    if not listed.items:
        raise BodyEmpty("the list has no topics")
    return [_topic(_typed(objects.get(reference.id), _Row)) for reference in listed.items]


def _typed(value: Any, shape: type[T]) -> T:
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise BodyBroken(f"an object of the page is not in a known shape: {error}"[:300]) from error


def _topic(row: _Row) -> Item:
    """A topic, at the first of its videos, as the site links it."""
    title = body.title(row.name)
    videos = row.photo_ids.json if row.photo_ids and row.photo_ids.json else []
    search = f"https://www.kuaishou.com/search/video?searchKey={quote(title, safe='')}"
    return Item(
        title=title,
        id=row.name,
        url=f"https://www.kuaishou.com/short-video/{videos[0]}" if videos else search,
        heat=body.number(row.hot_value),
        heat_text=row.hot_value if isinstance(row.hot_value, str) and row.hot_value else None,
        kind=Kind.PINNED if row.tag_type == _TOP else Kind.RANKED,
        extras=body.present(label=row.tag_type if row.tag_type != _TOP else None),
    )

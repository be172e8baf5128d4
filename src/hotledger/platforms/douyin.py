"""Douyin: the hot list of topics, on its web, app and older endpoints, and (for reading alone) the chart of music.

The rising topics (`trending_list`) that come beside the hot list are another list, and are left out.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any
from urllib.parse import quote

from msgspec import UNSET, Struct, UnsetType

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Kind, Platform, Request, Response

PLATFORM = Platform(
    id="douyin",
    title="抖音热榜",
    home="https://www.douyin.com/hot",
    expect=range(45, 56),
    category="video",
    heat="the platform's own score of a topic",
    link="https://www.douyin.com/hot/{id}",
    cookie="The cookie of your browser stands in for the anonymous one that is fetched first, should that no longer be given.",
    cadence_minutes=30,
    rest_hours=3,
    fresh_hours=24,
    terms="an official API exists (open.douyin.com), for developers with a token of theirs",
    known_from="recorded 2026-08-22, the rows; the answer around them from documentation",
)

_LIST = Request(
    url="https://www.douyin.com/aweme/v1/web/hot/search/list/?device_platform=webapp&aid=6383&channel=channel_pc_web&detail_list=1",
    headers={"Referer": "https://www.douyin.com/hot"},
    own_cookie=True,
)

# "Server busy" and "invalid parameters": a fault. Any other status is a refusal (not signed in, to be verified, too often).
_FAULTS = frozenset({4, 5})


class _Word(Struct, frozen=True):
    word: str
    hot_value: int | str | None = None
    sentence_id: str | int | None = None
    position: int | None = None
    ad_data: Any = None
    label: int | str | None = None
    video_count: int | str | None = None
    event_time: int | str | None = None


class _Music(Struct, frozen=True):
    id_str: str
    title: str
    author: str | None = None


class _Song(Struct, frozen=True):
    music_info: _Music
    heat: int | None = None


class _Data(Struct, frozen=True):
    word_list: list[_Word] | UnsetType | None = UNSET


class _Answer(Struct, frozen=True):
    """`status_code` is absent where a relay has kept the rows alone, and `data` in the older answers."""

    status_code: int = 0
    status_msg: str | None = None
    data: _Data | None = None
    word_list: list[_Word] | UnsetType | None = UNSET
    music_list: list[_Song] | UnsetType | None = UNSET


def plan() -> Generator[Request, Response, Response]:
    """The web list, after the page whose anonymous cookie it asks for."""
    yield Request(url="https://login.douyin.com/")
    return (yield _LIST)


def plan_passport() -> Generator[Request, Response, Response]:
    """The web list, with the cookie of the older place that gives one."""
    yield Request(url="https://www.douyin.com/passport/general/login_guiding_strategy/?aid=6383")
    return (yield _LIST)


def plan_app() -> Generator[Request, Response, Response]:
    """The app's list, which asks for no cookie."""
    return (yield Request(url="https://aweme.snssdk.com/aweme/v1/hot/search/list/", identity=Identity.MOBILE))


def plan_billboard() -> Generator[Request, Response, Response]:
    """The list of the older share pages."""
    url = "https://www.iesdouyin.com/web/api/v2/hotsearch/billboard/word/"
    return (yield Request(url=url, headers={"Referer": "https://www.douyin.com/"}))


FALLBACKS = (plan_passport, plan_app, plan_billboard)


def parse(response: Response) -> list[Item]:
    """The topics by their position, ads and pins marked; or the songs, in the order served."""
    if len(response.content) < 100 and body.text(response).strip().lower() in {"", "blocked"}:
        raise BodyBlocked("the body is empty or says “blocked”, as this site answers clients it does not trust")
    answer = body.decode(response, _Answer)
    if answer.status_code != 0:
        refusal = BodyBroken if answer.status_code in _FAULTS else BodyBlocked
        raise refusal(f"the site answered with status {answer.status_code}: {answer.status_msg}"[:300])
    if not isinstance(answer.music_list, UnsetType):
        return [_song(row) for row in _some(answer.music_list)]
    words = answer.data.word_list if answer.data else answer.word_list
    if isinstance(words, UnsetType):
        raise BodyBroken("the answer has no word_list")
    return _topics(_some(words))


def _some(rows: list[Any] | None) -> list[Any]:
    if not rows:
        raise BodyEmpty("the list has no rows")
    return rows


def _topics(rows: list[_Word]) -> list[Item]:
    with_id = any(row.sentence_id for row in rows)
    with_position = any(row.position for row in rows)
    kinds = [_kind(row, with_id=with_id, with_position=with_position) for row in rows]
    if all(row.hot_value is None for row, kind in zip(rows, kinds, strict=True) if kind is Kind.RANKED):
        raise BodyBroken("no topic has a hot_value")
    order = sorted(range(len(rows)), key=lambda index: rows[index].position or 0)
    return [_topic(rows[index], kinds[index]) for index in order]


def _kind(row: _Word, *, with_id: bool, with_position: bool) -> Kind:
    """An ad carries `ad_data` and no id, but takes a position (app, 2021); a pin has no position, or 0."""
    if row.ad_data or (with_id and not row.sentence_id):
        return Kind.AD
    return Kind.PINNED if with_position and not row.position else Kind.RANKED


def _topic(row: _Word, kind: Kind) -> Item:
    title = row.word.strip()
    if not title:
        raise BodyBroken("a topic is blank")
    topic = str(row.sentence_id) if row.sentence_id else None
    extras = {"label": row.label, "video_count": row.video_count}
    return Item(
        title=title,
        id=topic,
        url=f"https://www.douyin.com/hot/{topic}" if topic else f"https://www.douyin.com/search/{quote(title, safe='')}",
        heat=body.number(row.hot_value),
        heat_text=row.hot_value if isinstance(row.hot_value, str) else None,
        published_at=body.instant(row.event_time),  # When what it tells of happened.
        kind=kind,
        extras={name: value for name, value in extras.items() if value is not None},
    )


def _song(row: _Song) -> Item:
    music = row.music_info
    if not music.title.strip():
        raise BodyBroken("a song has no title")
    return Item(
        title=music.title.strip(),
        id=music.id_str,
        url=f"https://www.douyin.com/music/{music.id_str}",
        heat=row.heat,
        extras={"author": music.author} if music.author else {},
    )

"""Baidu Tieba 热议榜: the board of hot topics. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Kind, Platform, Request, Response

PLATFORM = Platform(
    id="tieba",
    title="百度贴吧热议榜",
    home="https://tieba.baidu.com/hottopic/browse/topicList",
    expect=range(20, 31),
    category="social",
    heat="posts of the discussion",
    heat_unit="posts",
    link="https://tieba.baidu.com/hottopic/browse/hottopic?topic_id={id}&topic_name={title}",
    cadence_minutes=60,
    rest_hours=12,
    fresh_hours=36,
    known_from="recorded 2026-09-17, three rows",
)

_LABELS = {1: "热", 2: "新", 3: "爆", 4: "荐", 5: "精"}
_TOP = 6


class _Row(Struct, frozen=True):
    topic_id: int | str
    topic_name: str
    discuss_num: int | str | None
    topic_url: str
    idx_num: int | None = None
    tag: int | None = None
    topic_desc: str | None = None
    create_time: int | str | None = None


class _Bang(Struct, frozen=True):
    topic_list: list[_Row]


class _Data(Struct, frozen=True):
    bang_topic: _Bang


class _Answer(Struct, frozen=True):
    errno: int
    errmsg: str | None = None
    data: _Data | None = None


def plan() -> Generator[Request, Response, Response]:
    """The board of hot topics."""
    return (yield Request(url="https://tieba.baidu.com/hottopic/browse/topicList"))


def parse(response: Response) -> list[Item]:
    """The topics by their index on the board."""
    answer = body.decode(response, _Answer)
    if answer.errno != 0 or answer.data is None:
        raise BodyBroken(f"the site answered with error {answer.errno}: {answer.errmsg}"[:300])
    rows = answer.data.bang_topic.topic_list
    if not rows:
        raise BodyEmpty("the board has no topics")
    return [_topic(row) for row in sorted(rows, key=lambda row: row.idx_num or 0)]


def _topic(row: _Row) -> Item:
    title = body.unescaped(row.topic_name).strip()
    if not title or not row.topic_url:
        raise BodyBroken("a topic has no name or no address")
    extras = {"label": _LABELS.get(row.tag or 0), "description": (row.topic_desc or "").strip()[:300]}
    return Item(
        title=title,
        id=str(row.topic_id),
        url=_address(row.topic_url),
        heat=body.number(row.discuss_num),
        heat_text=row.discuss_num if isinstance(row.discuss_num, str) else None,
        published_at=body.instant(row.create_time),
        kind=Kind.PINNED if row.tag == _TOP else Kind.RANKED,
        extras={name: value for name, value in extras.items() if value},
    )


def _address(written: str) -> str:
    """The site escapes its addresses as for HTML, inside JSON, and by some reports leaves out its name."""
    address = body.unescaped(written)
    return f"https://tieba.baidu.com{address}" if address.startswith("/") else address

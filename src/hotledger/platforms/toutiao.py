"""Toutiao 热榜: the hot board of the desktop site. Its one endpoint; the app's feed shows no heat."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Kind, Platform, Request, Response

PLATFORM = Platform(
    id="toutiao",
    title="今日头条热榜",
    home="https://www.toutiao.com/",
    expect=range(45, 51),
    category="news",
    heat="a number made from the rank: each row has e^-0.1 of the one above",
    heat_from_rank=True,
    link="https://www.toutiao.com/trending/{id}/",
    cadence_minutes=30,
    rest_hours=3,
    known_from="recorded 2025-07-26",
)


class _Row(Struct, frozen=True, rename="pascal"):
    """`ClusterId` is beyond what a double holds, so only its text is read."""

    cluster_id_str: str
    title: str
    url: str
    hot_value: str | int | None
    label: str | None = None
    label_desc: str | None = None
    interest_category: list[str] | None = None


class _Fixed(Struct, frozen=True, rename="pascal"):
    """The pinned article above the board. Its `Id` numbers the pin, not a topic."""

    title: str
    url: str


class _Answer(Struct, frozen=True):
    data: list[_Row]
    status: str | None = None
    fixed_top_data: list[_Fixed] | None = None


def plan() -> Generator[Request, Response, Response]:
    """The hot board."""
    url = "https://www.toutiao.com/hot-event/hot-board/?origin=toutiao_pc"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The topics in the order of the board, which is that of their heat, after the pinned article."""
    answer = body.decode(response, _Answer)
    if answer.status not in {None, "success"}:
        raise BodyBroken(f"the site answered with status {answer.status}"[:300])
    if not answer.data:
        raise BodyEmpty("the board has no topics")
    pinned = [Item(title=_title(row.title), url=_address(row.url), kind=Kind.PINNED) for row in answer.fixed_top_data or ()]
    return pinned + [_topic(row) for row in answer.data]


def _topic(row: _Row) -> Item:
    if not row.cluster_id_str:
        raise BodyBroken("a topic has no id")
    extras = {"label": row.label_desc or row.label, "categories": row.interest_category}
    return Item(
        title=_title(row.title),
        id=row.cluster_id_str,
        url=_address(row.url),
        heat=body.number(row.hot_value),
        heat_text=row.hot_value if isinstance(row.hot_value, str) else None,
        extras={name: value for name, value in extras.items() if value},
    )


def _title(written: str) -> str:
    if not written.strip():
        raise BodyBroken("a topic is blank")
    return written.strip()


def _address(url: str) -> str:
    """The site's own addresses without their query, which logs the rank and the request, so that it changes each time."""
    return url.partition("?")[0] if url.startswith("https://www.toutiao.com/") else url

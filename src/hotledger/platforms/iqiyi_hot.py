"""iQIYI 热播榜: the series, films and shows that are watched most. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="iqiyi-hot",
    title="爱奇艺热播榜",
    home="https://www.iqiyi.com/ranks1/home",
    expect=range(20, 31),
    category="film",
    cadence_minutes=360,
    rest_hours=72,
    aliases=("iqiyi", "iqiyi-hot-ranklist"),
)

# The site wants 32 hex digits here to answer at all. It is an anonymous number, which a browser makes up too, and no signature:
# zeros say openly that there is no device.
_DEVICE = "0" * 32


class _Row(Struct, frozen=True):
    entity_id: int | str
    title: str
    page_url: str | None = None
    desc: str | None = None
    tag: str | None = None


class _Video(Struct, frozen=True):
    data: list[_Row]


class _Card(Struct, frozen=True):
    video: list[_Video]


class _Answer(Struct, frozen=True):
    items: list[_Card]
    code: int = 0


def plan() -> Generator[Request, Response, Response]:
    """The card of the list."""
    url = (
        "https://mesh.if.iqiyi.com/portal/lw/v7/channel/card/videoTab?channelName=recommend&data_source=v7_rec_sec_hot_rank_list"
        f"&tempId=85&count=30&block_id=hot_ranklist&device={_DEVICE}&from=webapp"
    )
    return (yield Request(url=url, headers={"Referer": "https://www.iqiyi.com/"}))


def parse(response: Response) -> list[Item]:
    """The works in the order of the card."""
    answer = body.decode(response, _Answer)
    if answer.code != 0:
        raise BodyBroken(f"the site answered with code {answer.code}")
    rows = answer.items[0].video[0].data if answer.items and answer.items[0].video else []
    if not rows:
        raise BodyEmpty("the card has no works")
    return [_work(row) for row in rows]


def _work(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.entity_id),
        url=(row.page_url or "").partition("?")[0] or None,
        extras=body.present(description=row.desc, tags=row.tag),
    )

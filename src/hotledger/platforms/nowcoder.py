"""Nowcoder 牛客热榜: the posts that are hot among those who look for work. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="nowcoder",
    title="牛客热榜",
    home="https://www.nowcoder.com/",
    expect=range(15, 21),
    category="developer",
    heat="the site's own value of heat (hotValueFromDolphin)",
    rest_hours=6,
)

_DISCUSSION, _FEED = 0, 74


class _Row(Struct, frozen=True, rename={"heat": "hotValueFromDolphin"}):
    id: str | int
    type: int
    title: str
    uuid: str | None = None
    heat: int | str | None = None
    desc: str | None = None


class _Data(Struct, frozen=True):
    result: list[_Row] | None


class _Answer(Struct, frozen=True):
    data: _Data | None
    success: bool | None = None
    code: int | None = None
    msg: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The first twenty, as beside the pages of the desktop site."""
    url = "https://gw-c.nowcoder.com/api/sparta/hot-search/top-hot-pc?size=20&t="
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The posts in the order of the list."""
    answer = body.decode(response, _Answer)
    if answer.success is False or answer.code not in (None, 0) or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.msg}"[:300])
    if not answer.data.result:
        raise BodyEmpty("the list has no posts")
    return [_post(row) for row in answer.data.result]


def _post(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=str(row.id),
        url=_address(row),
        heat=body.number(row.heat),
        heat_text=row.heat if isinstance(row.heat, str) and row.heat else None,
        extras=body.present(description=(row.desc or "").strip()[:300]),
    )


def _address(row: _Row) -> str | None:
    """The page of a post; of kinds of which the page is not known, none."""
    if row.type == _FEED and row.uuid:
        return f"https://www.nowcoder.com/feed/main/detail/{row.uuid}"
    return f"https://www.nowcoder.com/discuss/{row.id}" if row.type == _DISCUSSION else None

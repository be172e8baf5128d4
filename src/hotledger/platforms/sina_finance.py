"""Sina Finance 7x24: the newest flashes of finance. Its one endpoint; no heat."""

from __future__ import annotations

from collections.abc import Generator

import msgspec
from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, headline, plain_text, present, title

PLATFORM = Platform(
    id="sina-finance",
    title="新浪财经 7x24",
    home="https://finance.sina.com.cn/7x24/",
    expect=range(15, 21),
    category="finance",
    cadence_minutes=15,
    rest_hours=8,
    fresh_hours=8,
    aliases=("sinafinance",),
)


class _Tag(Struct, frozen=True):
    name: str | None = None


class _Row(Struct, frozen=True):
    id: int | str
    text: str = field(name="rich_text")
    created: str | None = field(default=None, name="create_time")
    docurl: str | None = None
    ext: str | None = None
    tag: list[_Tag] | None = None


class _Ext(Struct, frozen=True):
    docurl: str | None = None


class _Feed(Struct, frozen=True):
    rows: list[_Row] | None = field(name="list")


class _Data(Struct, frozen=True):
    feed: _Feed


class _Status(Struct, frozen=True):
    code: int | str
    msg: str | None = None


class _Result(Struct, frozen=True):
    status: _Status
    data: _Data | None = None


class _Answer(Struct, frozen=True):
    result: _Result


def plan() -> Generator[Request, Response, Response]:
    """The newest twenty."""
    url = "https://zhibo.sina.com.cn/api/zhibo/feed?page=1&page_size=20&zhibo_id=152&tag_id=0&dire=f&dpc=1"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The flashes, newest first, as served."""
    result = body.decode(response, _Answer).result
    if str(result.status.code) != "0" or result.data is None:
        raise BodyBroken(f"the site answered with code {result.status.code}: {result.status.msg}"[:300])
    if not result.data.feed.rows:
        raise BodyEmpty("there are no flashes")
    return [_flash(row) for row in result.data.feed.rows]


def _flash(row: _Row) -> Item:
    return Item(
        title=title(headline(row.text)),
        id=str(row.id),
        url=_address(row),
        published_at=beijing(row.created),
        extras=present(description=plain_text(row.text)[:300], tags=[tag.name for tag in row.tag or () if tag.name]),
    )


def _address(row: _Row) -> str:
    """The page of the flash, which some answers name only in the JSON text that a row carries."""
    try:
        inside = msgspec.json.decode(row.ext, type=_Ext) if row.ext else _Ext()
    except msgspec.DecodeError:
        inside = _Ext()
    return row.docurl or inside.docurl or f"https://finance.sina.com.cn/7x24/notification.shtml?id={row.id}"

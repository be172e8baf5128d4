"""Yystv 游研社: the newest articles about games. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import ago

PLATFORM = Platform(
    id="yystv",
    title="游研社文章",
    home="https://www.yystv.cn/docs",
    expect=range(8, 31),
    category="game",
    link="https://www.yystv.cn/p/{id}",
    cadence_minutes=180,
    rest_hours=72,
    fresh_hours=96,
)


class _Row(Struct, frozen=True):
    """`createtime` is a date with a time, or how long ago it was."""

    id: int | str
    title: str
    author: str | None = None
    createtime: int | str | None = None


class _Answer(Struct, frozen=True):
    data: list[_Row]


def plan() -> Generator[Request, Response, Response]:
    """The first page of articles."""
    return (yield Request(url="https://www.yystv.cn/home/get_home_docs_by_page", headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the page."""
    rows = body.decode(response, _Answer).data
    if not rows:
        raise BodyEmpty("the page has no articles")
    return [_article(row, response) for row in rows]


def _article(row: _Row, response: Response) -> Item:
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.id),
        url=f"https://www.yystv.cn/p/{row.id}",
        published_at=body.instant(row.createtime) or ago(str(row.createtime or ""), response.received_at),
        extras=body.present(author=row.author),
    )

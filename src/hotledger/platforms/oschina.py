"""OSChina 开源中国: the week's ranking of what is read most, news and blogs together. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="oschina",
    title="开源中国阅读周榜",
    home="https://www.oschina.net/",
    expect=range(5, 31),
    category="developer",
    heat="the site's own value of heat",
    rest_hours=24,
)

_BLOG, _NEWS = 3, 4


class _User(Struct, frozen=True):
    id: int | str | None = None


class _Row(Struct, frozen=True):
    id: int | str
    title: str
    heat: int | str | None
    obj_type: int | None = None
    comment_count: int | str | None = None
    user: _User | None = field(default=None, name="userVo")


class _Answer(Struct, frozen=True):
    """`code` is not read: which of its values mean success is not documented."""

    result: list[_Row] | None
    code: int | None = None
    message: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The ranking of the week, as beside the front page."""
    headers = {"Referer": PLATFORM.home, "X-Requested-With": "XMLHttpRequest"}
    return (yield Request(url="https://www.oschina.net/ApiHomeNew/homeListByRankWeek", headers=headers))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the ranking."""
    answer = body.decode(response, _Answer)
    if answer.result is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.message}"[:300])
    if not answer.result:
        raise BodyEmpty("the ranking has no articles")
    return [_article(row) for row in answer.result]


def _article(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=str(row.id),
        url=_address(row),
        heat=body.number(row.heat),
        heat_text=row.heat if isinstance(row.heat, str) and row.heat else None,
        extras=body.present(comments=body.number(row.comment_count)),
    )


def _address(row: _Row) -> str | None:
    """The page of a news or of a blog, which is below its writer's; of other kinds the page is not known."""
    if row.obj_type == _BLOG and row.user and row.user.id:
        return f"https://my.oschina.net/u/{row.user.id}/blog/{row.id}"
    return f"https://www.oschina.net/news/{row.id}" if row.obj_type == _NEWS else None

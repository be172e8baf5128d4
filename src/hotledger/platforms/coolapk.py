"""Coolapk 今日热门: the posts of the day. Its one endpoint, of the app, which wants a token that this project does not forge."""

from __future__ import annotations

import re
from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Platform, Request, Response
from hotledger.platforms import _rows

PLATFORM = Platform(
    id="coolapk",
    title="酷安今日热门",
    home="https://www.coolapk.com/",
    expect=range(10, 31),
    category="tech",
    heat="the platform's own heat (热度) of the topic that the post belongs to",
    link="https://www.coolapk.com/feed/{id}",
    cadence_minutes=60,
    rest_hours=24,
    aliases=("coolapk-today",),
    known_from="recorded 2026-09-16, two rows without their answer",
    off="answers only to the app's own signed token, which hotledger does not forge",
)

FALLBACKS = ()

_URL = (
    "https://api.coolapk.com/v6/page/dataList?url=%2Ffeed%2FstatList%3FcacheExpires%3D300%26statType%3Dday%26sortField%3Ddetailnum"
    "%26title%3D%E4%BB%8A%E6%97%A5%E7%83%AD%E9%97%A8&title=%E4%BB%8A%E6%97%A5%E7%83%AD%E9%97%A8&subTitle=&page=1"
)
_HEAT = re.compile(r"[\d.,]+\s*\S*热度")
_REFUSALS = ("token", "签名", "验证", "登录")


class _Target(Struct, frozen=True, rename="camel"):
    sub_title: str | None = None


class _Row(Struct, frozen=True, rename={"kind": "entityType", "target": "targetRow"}):
    """A post, or a card of the app between the posts, which has no id or says of itself that it is no feed."""

    id: int | str | None = None
    message: str | None = None
    editor_title: str | None = None
    username: str | None = None
    dateline: int | str | None = None
    kind: str | None = None
    target: _Target | None = None


class _Answer(Struct, frozen=True):
    data: list[_Row] | None = None
    status: int | None = None
    message: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The posts of the day."""
    return (yield Request(url=_URL, identity=Identity.MOBILE, headers={"X-Requested-With": "XMLHttpRequest"}))


def parse(response: Response) -> list[Item]:
    """The posts in the order served."""
    answer = body.decode(response, _Answer)
    if answer.data is None:
        said = f"the site answered with status {answer.status}: {answer.message}"[:300]
        refused = any(word in (answer.message or "").lower() for word in _REFUSALS)
        raise BodyBlocked(said) if refused else BodyBroken(said)
    posts = [row for row in answer.data if row.id and row.kind in (None, "feed")]
    if not posts and answer.data:
        raise BodyBroken("no row is a post")
    if not posts:
        raise BodyEmpty("the list has no posts")
    return [_post(row) for row in posts]


def _post(row: _Row) -> Item:
    heat = _HEAT.match((row.target.sub_title if row.target else None) or "")
    return Item(
        title=body.title(row.editor_title or _first_line(row.message)),
        id=body.id_of(row.id),
        url=f"https://www.coolapk.com/feed/{row.id}",
        heat=body.number(heat[0]) if heat else None,
        heat_text=heat[0] if heat else None,
        published_at=body.instant(row.dateline),
        extras=body.present(author=row.username),
    )


def _first_line(message: str | None) -> str:
    """A post has no title but its first line, without the links of its tags."""
    return next((line for written in (message or "").splitlines() if (line := _rows.plain_text(written))), "")

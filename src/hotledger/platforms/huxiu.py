"""Huxiu 虎嗅 24 小时: short news, newest first. Its one endpoint."""

from __future__ import annotations

import re
from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import plain_text

PLATFORM = Platform(
    id="huxiu",
    title="虎嗅 24 小时",
    home="https://www.huxiu.com/moment/",
    expect=range(8, 31),
    category="news",
    heat="likes of the news",
    heat_unit="likes",
    link="https://www.huxiu.com/moment/{id}.html",
    cadence_minutes=30,
    rest_hours=14,
    fresh_hours=24,
)

_BREAK = re.compile(r"<br\s*/?>|</p>|\n", re.IGNORECASE)


class _User(Struct, frozen=True):
    username: str | None = None


class _Counts(Struct, frozen=True):
    agree_num: int | str | None = None
    comment_num: int | str | None = None


class _Row(Struct, frozen=True):
    """There is no title: it is the first line of the content."""

    object_id: int | str
    content: str
    publish_time: int | str | None = None
    user_info: _User | None = None
    count_info: _Counts | None = None


class _List(Struct, frozen=True):
    rows: list[_Row] | None = field(name="datalist")


class _Data(Struct, frozen=True):
    moment_list: _List


class _Answer(Struct, frozen=True):
    success: bool
    message: str | None = None
    data: _Data | None = None


def plan() -> Generator[Request, Response, Response]:
    """The newest short news."""
    url = "https://moment-api.huxiu.com/web-v3/moment/feed?platform=www"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The news in the order of the list."""
    answer = body.decode(response, _Answer)
    if not answer.success or answer.data is None:
        raise BodyBroken(f"the site answered without success: {answer.message}"[:300])
    if not answer.data.moment_list.rows:
        raise BodyEmpty("the list has no news")
    return [_news(row) for row in answer.data.moment_list.rows]


def _news(row: _Row) -> Item:
    first, *rest = [line for part in _BREAK.split(row.content) if (line := plain_text(part))] or [""]
    counts = row.count_info or _Counts()
    return Item(
        title=body.title(first.removesuffix("。")),
        id=str(row.object_id),
        url=f"https://www.huxiu.com/moment/{row.object_id}.html",
        heat=body.number(counts.agree_num),
        heat_text=counts.agree_num if isinstance(counts.agree_num, str) else None,
        published_at=body.instant(row.publish_time),
        extras=body.present(
            author=row.user_info.username if row.user_info else None,
            comments=body.number(counts.comment_num),
            description=" ".join(rest)[:300],
        ),
    )

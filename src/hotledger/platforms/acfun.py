"""AcFun 排行榜: the ranking of the day over all channels. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="acfun",
    title="AcFun 排行榜",
    home="https://www.acfun.cn/rank/list/",
    expect=range(28, 31),
    category="video",
    heat="likes of the video; the site's order is by a score that it does not show",
    heat_unit="likes",
    link="https://www.acfun.cn/v/ac{id}",
    cadence_minutes=60,
    rest_hours=12,
    fresh_hours=48,
)

_ARTICLE = 3


class _Row(Struct, frozen=True, rename="camel"):
    douga_id: int | str
    content_title: str
    like_count: int | str | None
    view_count: int | str | None = None
    content_type: int | None = None
    content_desc: str | None = None
    contribute_time: int | str | None = None
    user_name: str | None = None


class _Answer(Struct, frozen=True, rename="camel"):
    rank_list: list[_Row] | None
    result: int = 0


def plan() -> Generator[Request, Response, Response]:
    """The ranking of the day."""
    url = "https://www.acfun.cn/rest/pc-direct/rank/channel?channelId=&rankLimit=30&rankPeriod=DAY"
    return (yield Request(url=url, headers={"Referer": "https://www.acfun.cn/rank/list/?cid=-1&pcid=-1&range=DAY"}))


def parse(response: Response) -> list[Item]:
    """The videos in the order of the ranking."""
    answer = body.decode(response, _Answer)
    if answer.result != 0:
        raise BodyBroken(f"the site answered with result {answer.result}")
    if not answer.rank_list:
        raise BodyEmpty("the ranking has no videos")
    return [_video(row) for row in answer.rank_list]


def _video(row: _Row) -> Item:
    letter = "a" if row.content_type == _ARTICLE else "v"
    return Item(
        title=body.title(row.content_title),
        id=body.id_of(row.douga_id),
        url=f"https://www.acfun.cn/{letter}/ac{row.douga_id}",
        heat=body.number(row.like_count),
        heat_text=row.like_count if isinstance(row.like_count, str) else None,
        published_at=body.instant(row.contribute_time),
        extras=body.present(author=row.user_name, views=body.number(row.view_count), description=(row.content_desc or "").strip()[:300]),
    )

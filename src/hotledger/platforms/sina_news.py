"""Sina News 点击榜: the articles most opened since midnight in China. Its one endpoint.

The list is asked for by its day, and a plan has no clock: the day is that of the answer of the page where the list belongs.
"""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, china_day, present, title
from hotledger.platforms._script import assigned

PLATFORM = Platform(
    id="sina-news",
    title="新浪新闻总点击排行",
    home="https://news.sina.com.cn/hotnews/",
    expect=range(20, 51),
    category="news",
    heat="times that the article was opened since midnight in China",
    heat_unit="views",
    cadence_minutes=30,
    rest_hours=12,
    fresh_hours=36,
)


class _Row(Struct, frozen=True):
    title: str
    url: str
    opened: str | int | float = field(name="top_num")
    id: str | int | None = None
    media: str | None = None
    day: str | None = field(default=None, name="create_date")
    time: str | None = field(default=None, name="create_time")


class _Answer(Struct, frozen=True):
    data: list[_Row]


def plan() -> Generator[Request, Response, Response]:
    """The page of the rankings, then today's ranking of all channels."""
    page = yield Request(url=PLATFORM.home)
    url = "https://top.news.sina.com.cn/ws/GetTopDataList.php?top_type=day&top_cat=www_www_all_suda_suda"
    return (yield Request(url=f"{url}&top_time={china_day(page.received_at)}&top_show_num=50", headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the ranking."""
    rows = assigned(response, "data", _Answer).data
    if not rows:
        raise BodyEmpty("the day has no articles yet")
    return [_article(row) for row in rows]


def _article(row: _Row) -> Item:
    if not row.url:
        raise BodyBroken("an article has no address")
    return Item(
        title=title(row.title),
        id=str(row.id) if row.id else None,
        url=row.url,
        heat=body.number(row.opened),
        heat_text=row.opened if isinstance(row.opened, str) else None,
        published_at=beijing(f"{row.day} {row.time}"),
        extras=present(source=row.media),
    )

"""36Kr 36氪人气榜: the articles of the last day that are read most, from the gateway of the mobile site.

There is no second endpoint: the page of the list has its date in its address, and has asked for a captcha since early 2026.
"""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="36kr",
    title="36氪人气榜",
    home="https://m.36kr.com/hot-list-m",
    expect=range(20, 101),
    category="tech",
    heat="times that the article was read",
    heat_unit="reads",
    link="https://www.36kr.com/p/{id}",
    rest_hours=12,
    fresh_hours=48,
    aliases=("36kr-renqi",),
)

# The site's own pages add the time of asking as `timestamp`; the gateway answers without it, and a plan has no clock.
_ASKED = b'{"partner_id":"wap","param":{"siteId":1,"platformId":2}}'
_PAGES = {"detail_video": "video", "detail_newsflash": "newsflashes"}


class _Material(Struct, frozen=True, rename="camel"):
    widget_title: str
    author_name: str | None = None
    stat_read: int | str | None = None
    stat_collect: int | str | None = None
    stat_comment: int | str | None = None
    stat_praise: int | str | None = None


class _Row(Struct, frozen=True, rename="camel"):
    item_id: int | str
    template_material: _Material
    publish_time: int | str | None = None
    route: str | None = None


class _Data(Struct, frozen=True):
    rows: list[_Row] | None = field(name="hotRankList")


class _Answer(Struct, frozen=True):
    code: int
    msg: str | None = None
    data: _Data | None = None


def plan() -> Generator[Request, Response, Response]:
    """The list of what is read most."""
    url = "https://gateway.36kr.com/api/mis/nav/home/nav/rank/hot"
    headers = {"Content-Type": "application/json; charset=utf-8", "Referer": "https://m.36kr.com/"}
    return (yield Request(url=url, method="POST", headers=headers, content=_ASKED))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the list."""
    answer = body.decode(response, _Answer)
    if answer.code != 0 or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.msg}"[:300])
    if not answer.data.rows:
        raise BodyEmpty("the list has no articles")
    return [_article(row) for row in answer.data.rows]


def _article(row: _Row) -> Item:
    said = row.template_material
    return Item(
        title=body.title(said.widget_title),
        id=str(row.item_id),
        url=f"https://www.36kr.com/{_PAGES.get((row.route or '').partition('?')[0], 'p')}/{row.item_id}",
        heat=body.number(said.stat_read),
        heat_text=said.stat_read if isinstance(said.stat_read, str) else None,
        published_at=body.instant(row.publish_time),
        extras=body.present(
            author=said.author_name,
            collects=body.number(said.stat_collect),
            comments=body.number(said.stat_comment),
            likes=body.number(said.stat_praise),
        ),
    )

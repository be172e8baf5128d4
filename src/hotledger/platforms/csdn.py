"""CSDN 热榜: the ranking of blog articles of all fields. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Platform, Request, Response

PLATFORM = Platform(
    id="csdn",
    title="CSDN 热榜",
    home="https://blog.csdn.net/rank/list",
    expect=range(20, 51),
    category="developer",
    heat="the site's own score of heat",
    rest_hours=12,
)


class _Row(Struct, frozen=True, rename="camel"):
    """`period` is the hour of the ranking, and no time of publication."""

    article_title: str
    product_id: str | int
    article_detail_url: str
    hot_rank_score: str | int | None
    nick_name: str | None = None
    view_count: str | int | None = None
    comment_count: str | int | None = None
    favor_count: str | int | None = None


class _Answer(Struct, frozen=True):
    code: int
    message: str | None = None
    data: list[_Row] | None = None


def plan() -> Generator[Request, Response, Response]:
    """The first thirty; a desktop browser may be shown a captcha instead."""
    url = "https://blog.csdn.net/phoenix/web/blog/hot-rank?page=0&pageSize=30"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}, identity=Identity.MOBILE))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the ranking."""
    answer = body.decode(response, _Answer)
    if answer.code != 200 or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.message}"[:300])
    if not answer.data:
        raise BodyEmpty("the ranking has no articles")
    return [_article(row) for row in answer.data]


def _article(row: _Row) -> Item:
    return Item(
        title=body.title(row.article_title),
        id=str(row.product_id),
        url=row.article_detail_url.partition("?")[0] or None,
        heat=body.number(row.hot_rank_score),
        heat_text=row.hot_rank_score if isinstance(row.hot_rank_score, str) and row.hot_rank_score else None,
        extras=body.present(
            author=row.nick_name,
            views=body.number(row.view_count),
            comments=body.number(row.comment_count),
            favourites=body.number(row.favor_count),
        ),
    )

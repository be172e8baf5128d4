"""Sspai 少数派热门文章: the articles tagged as hot. Its one endpoint.

`created_at` would choose a moment of the past: with it, the list is frozen for ever. It is left out.
"""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Kind, Platform, Request, Response

PLATFORM = Platform(
    id="sspai",
    title="少数派热门文章",
    home="https://sspai.com/",
    expect=range(10, 41),
    category="tech",
    heat="likes of the article",
    heat_unit="likes",
    link="https://sspai.com/post/{id}",
    rest_hours=72,
    fresh_hours=168,  # An archive kept the list of one week for years: the newest article tells.
    known_from="rows recorded 2026-09-12",
)


class _Author(Struct, frozen=True):
    nickname: str | None = None


class _Row(Struct, frozen=True):
    """`view_count` is always 0, and is not read. The author and the summary are left out at times."""

    id: int | str
    title: str
    like_count: int | str | None
    released_time: int | str | None
    comment_count: int | str | None = None
    summary: str | None = None
    author: _Author | None = None
    advertisement_url: str | None = None


class _Answer(Struct, frozen=True):
    error: int
    msg: str | None = None
    data: list[_Row] | None = None


def plan() -> Generator[Request, Response, Response]:
    """The forty newest of the hot articles."""
    tag = "%E7%83%AD%E9%97%A8%E6%96%87%E7%AB%A0"  # 热门文章
    url = f"https://sspai.com/api/v1/article/tag/page/get?limit=40&offset=0&tag={tag}&released=false"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the list, which is that of their release. An array without its envelope is read as well."""
    rows = _rows(response)
    if not rows:
        raise BodyEmpty("the list has no articles")
    return [_article(row) for row in rows]


def _rows(response: Response) -> list[_Row]:
    if body.text(response).lstrip()[:1] == "[":
        return body.decode(response, list[_Row])
    answer = body.decode(response, _Answer)
    if answer.error != 0 or answer.data is None:
        raise BodyBroken(f"the site answered with error {answer.error}: {answer.msg}"[:300])
    return answer.data


def _article(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=str(row.id),
        url=f"https://sspai.com/post/{row.id}",
        heat=body.number(row.like_count),
        heat_text=row.like_count if isinstance(row.like_count, str) else None,
        published_at=body.instant(row.released_time),
        kind=Kind.AD if row.advertisement_url else Kind.RANKED,
        extras=body.present(
            author=row.author.nickname if row.author else None,
            comments=body.number(row.comment_count),
            description=(row.summary or "").strip()[:300],
        ),
    )

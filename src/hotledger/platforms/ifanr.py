"""Ifanr 爱范儿快讯: short news, newest first. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import plain_text

PLATFORM = Platform(
    id="ifanr",
    title="爱范儿快讯",
    home="https://www.ifanr.com/digest/",
    expect=range(15, 21),
    category="tech",
    heat="likes of the news",
    heat_unit="likes",
    link="https://www.ifanr.com/{id}",
    rest_hours=24,
    fresh_hours=72,
)


class _Row(Struct, frozen=True):
    """`id` numbers the news, `post_id` its page. News that the site only passes on has the address of its source."""

    post_id: int | str
    post_title: str
    like_count: int | str | None
    comment_count: int | str | None = None
    created_at: int | str | None = None
    post_content: str | None = None
    buzz_original_url: str | None = None


class _Answer(Struct, frozen=True):
    objects: list[_Row]


def plan() -> Generator[Request, Response, Response]:
    """The newest twenty."""
    url = "https://sso.ifanr.com/api/v5/wp/buzz/?limit=20&offset=0"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The news in the order of the list."""
    answer = body.decode(response, _Answer)
    if not answer.objects:
        raise BodyEmpty("the list has no news")
    return [_news(row) for row in answer.objects]


def _news(row: _Row) -> Item:
    return Item(
        title=body.title(row.post_title),
        id=str(row.post_id),
        url=row.buzz_original_url or f"https://www.ifanr.com/{row.post_id}",
        heat=body.number(row.like_count),
        heat_text=row.like_count if isinstance(row.like_count, str) else None,
        published_at=body.instant(row.created_at),
        extras=body.present(comments=body.number(row.comment_count), description=plain_text(row.post_content)[:300]),
    )

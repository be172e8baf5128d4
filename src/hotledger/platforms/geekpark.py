"""GeekPark 极客公园热门文章: what the front page shows. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="geekpark",
    title="极客公园热门文章",
    home="https://www.geekpark.net/",
    expect=range(10, 41),
    category="tech",
    heat="times that the article was opened",
    heat_unit="views",
    link="https://www.geekpark.net/news/{id}",
    rest_hours=48,
    fresh_hours=96,
)


class _Author(Struct, frozen=True):
    nickname: str | None = None


class _Post(Struct, frozen=True):
    id: int | str
    title: str
    views: int | str | None
    published_timestamp: int | str | None = None
    abstract: str | None = None
    authors: list[_Author] | None = None


class _Row(Struct, frozen=True):
    post: _Post


class _Answer(Struct, frozen=True):
    rows: list[_Row] = field(name="homepage_posts")


def plan() -> Generator[Request, Response, Response]:
    """The front page."""
    return (yield Request(url="https://mainssl.geekpark.net/api/v2", headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the front page."""
    answer = body.decode(response, _Answer)
    if not answer.rows:
        raise BodyEmpty("the front page has no articles")
    return [_article(row.post) for row in answer.rows]


def _article(post: _Post) -> Item:
    return Item(
        title=body.title(post.title),
        id=str(post.id),
        url=f"https://www.geekpark.net/news/{post.id}",
        heat=body.number(post.views),
        heat_text=post.views if isinstance(post.views, str) else None,
        published_at=body.instant(post.published_timestamp),
        extras=body.present(
            author=post.authors[0].nickname if post.authors else None,
            description=(post.abstract or "").strip()[:300],
        ),
    )

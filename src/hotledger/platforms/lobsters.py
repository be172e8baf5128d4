"""Lobsters: the front page, as JSON, else as a feed without scores. The list of newest stories has the same shapes, and is read as well."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct
from msgspec.structs import replace

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Platform, Request, Response
from hotledger.platforms import _feed

PLATFORM = Platform(
    id="lobsters",
    title="Lobsters 热榜",
    home="https://lobste.rs/",
    expect=range(20, 26),
    language="en",
    category="developer",
    heat="score of the story: votes for it, less the flags against it",
    heat_unit="points",
    link="https://lobste.rs/s/{id}",
    rest_hours=6,
    fresh_hours=48,
    known_from="recorded 2023-11-02; three rows of 2026-09-19",
)


class _User(Struct, frozen=True):
    username: str


class _Story(Struct, frozen=True):
    """`submitter_user` was a record until 2023, and is a name by 2026."""

    short_id: str
    title: str
    url: str | None
    score: int | None
    created_at: str | None = None
    comment_count: int | None = None
    comments_url: str | None = None
    submitter_user: _User | str | None = None
    tags: list[str] | None = None


def plan() -> Generator[Request, Response, Response]:
    """The hottest stories, which are the front page."""
    return (yield Request(url="https://lobste.rs/hottest.json", identity=Identity.PLAIN))


def plan_feed() -> Generator[Request, Response, Response]:
    """The front page as a feed, which does not tell the scores."""
    return (yield Request(url="https://lobste.rs/rss", identity=Identity.PLAIN))


FALLBACKS = (plan_feed,)


def parse(response: Response) -> list[Item]:
    """The stories in the order of the list, which is not that of their scores."""
    if body.is_html(response):
        return [_entry(item) for item in _feed.items(response)]
    stories = body.decode(response, list[_Story])
    if not stories:
        raise BodyEmpty("the list has no stories")
    return [_story(row) for row in stories]


def _story(row: _Story) -> Item:
    if not row.short_id:
        raise BodyBroken("a story has no id")
    discussion = f"https://lobste.rs/s/{row.short_id}"
    user = row.submitter_user
    return Item(
        title=body.title(row.title),
        id=row.short_id,
        url=row.url or discussion,  # A text post has no address of its own.
        heat=row.score,
        published_at=body.instant(row.created_at),
        extras=body.present(
            discussion=row.comments_url or discussion,
            comments=row.comment_count,
            by=user.username if isinstance(user, _User) else user,
            tags=row.tags,
        ),
    )


def _entry(item: Item) -> Item:
    """A story of the feed, whose id there is the address of its discussion."""
    discussion = item.id or ""
    short_id = discussion.partition("/s/")[2].partition("/")[0]
    if not short_id:
        raise BodyBroken(f"an entry of the feed has no story in its id: {discussion}"[:300])
    return replace(item, id=short_id, extras=body.present(discussion=discussion))

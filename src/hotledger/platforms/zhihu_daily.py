"""Zhihu Daily 知乎日报: the stories that the editors chose for today. From its own host, else from the older one of the same API."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="zhihu-daily",
    title="知乎日报",
    home="https://daily.zhihu.com/",
    expect=range(3, 16),
    category="general",
    link="https://daily.zhihu.com/story/{id}",
    cadence_minutes=120,
    rest_hours=30,
)


class _Story(Struct, frozen=True):
    id: int | str
    title: str
    url: str | None = None
    hint: str | None = None
    type: int | None = None


class _Answer(Struct, frozen=True):
    stories: list[_Story]
    date: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The latest day."""
    return (yield Request(url="https://daily.zhihu.com/api/4/news/latest", headers={"Referer": PLATFORM.home}))


def plan_app() -> Generator[Request, Response, Response]:
    """The same, from the host that the app was made with."""
    return (yield Request(url="https://news-at.zhihu.com/api/4/news/latest"))


FALLBACKS = (plan_app,)


def parse(response: Response) -> list[Item]:
    """The stories in the order of the day. Rows of another type than 0 are no stories."""
    answer = body.decode(response, _Answer)
    stories = [story for story in answer.stories if not story.type]
    if not stories:
        raise BodyEmpty(f"the day {answer.date or 'named'} has no stories")
    return [_story(story) for story in stories]


def _story(row: _Story) -> Item:
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.id),
        url=row.url or f"https://daily.zhihu.com/story/{row.id}",
        extras=body.present(author=row.hint),
    )

"""Hacker News: the front page, from the official API (one request a story), else from the page itself."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty, ReadError
from hotledger.model import Item, Platform, Request, Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="hackernews",
    title="Hacker News",
    home="https://news.ycombinator.com/",
    expect=range(25, 31),
    language="en",
    category="tech",
    heat="points of the story",
    heat_unit="points",
    link="https://news.ycombinator.com/item?id={id}",
    cadence_minutes=30,
    rest_hours=3,
    fresh_hours=24,
    terms="an official API, open to all without a key",
    aliases=("hacker-news",),
    known_from="recorded 2023-10-18, the page; the API from its documentation",
)

_API = "https://hacker-news.firebaseio.com/v0"
_SITE = "https://news.ycombinator.com/"
_FRONT_PAGE_ROWS = 30
_ROWS = "tr.athing"


class _Story(Struct, frozen=True):
    """A deleted or dead item keeps its place in the list, without a title."""

    id: int | None = None
    title: str | None = None
    url: str | None = None
    score: int | None = None
    by: str | None = None
    descendants: int | None = None
    time: int | None = None
    dead: bool = False
    deleted: bool = False
    error: str | None = None


class _Refusal(Struct, frozen=True):
    error: str


def plan() -> Generator[Request | list[Request], Any, Response]:
    """The ids of the top stories, then the first thirty of them together."""
    top: Response = yield Request(url=f"{_API}/topstories.json")
    first = _ids(top)[:_FRONT_PAGE_ROWS]
    if not first:
        return top
    stories = yield [Request(url=f"{_API}/item/{story}.json") for story in first]
    return body.joined(stories)


def _ids(top: Response) -> list[int]:
    """The ids, or none where the answer is not a list of them: then it is what `parse` is given, to say what it is."""
    try:
        return body.decode(top, list[int])
    except ReadError:
        return []


def plan_page() -> Generator[Request, Response, Response]:
    """The front page as people see it."""
    return (yield Request(url=_SITE))


FALLBACKS = (plan_page,)


def parse(response: Response) -> list[Item]:
    """The stories in the order of the front page."""
    items = _from_page(response) if body.is_html(response) else _from_api(response)
    if not items:
        raise BodyEmpty("the list has no stories")
    return items


def _from_api(response: Response) -> list[Item]:
    if response.content.lstrip()[:1] == b"{":
        raise BodyBlocked(f"the API refused: {body.decode(response, _Refusal).error}"[:300])
    return [_story(row) for row in body.decode(response, list[_Story | None]) if row and not row.dead and not row.deleted]


def _story(row: _Story) -> Item:
    if row.error:
        raise BodyBlocked(f"the API refused a story: {row.error}"[:300])
    title = (row.title or "").strip()
    if row.id is None or not title:
        raise BodyBroken("a story has no id or no title")
    return Item(
        title=title,
        id=str(row.id),
        url=row.url or _discussion(str(row.id)),
        heat=row.score,
        published_at=body.instant(row.time),
        extras=_extras(str(row.id), row.descendants, row.by),
    )


def _from_page(response: Response) -> list[Item]:
    if b"not able to serve your requests this quickly" in response.content:
        raise BodyBlocked("the site says that it is asked too often")
    page = body.html(response, rows=_ROWS)
    rows = page.css(_ROWS)
    if not rows and not page.css_first('html[op="news"]'):
        raise BodyBroken("the page has no rows of stories")
    return [_row(row) for row in rows]


def _row(row: LexborNode) -> Item:
    story = row.attributes.get("id")
    # `storylink` until 2021, `titlelink` for some months after, `titleline` since 2022.
    link = row.css_first("span.titleline > a, a.storylink, a.titlelink")
    if not story or not link or not link.text().strip():
        raise BodyBroken("a row of a story has no id or no title")
    below = _next_row(row)
    points, by = (below.css_first("span.score"), below.css_first("a.hnuser")) if below else (None, None)
    heat_text = points.text(strip=True) if points else None
    address = link.attributes.get("href")
    return Item(
        title=link.text().strip(),
        id=story,
        url=_discussion(story) if not address or address.startswith("item?id=") else address,
        heat=body.number(heat_text),
        heat_text=heat_text,
        published_at=_published(below),
        extras=_extras(story, _comments(below), by.text(strip=True) if by else None),
    )


def _next_row(row: LexborNode) -> LexborNode | None:
    """The row below, where points and comments stand."""
    sibling = row.next
    while sibling is not None and sibling.tag != "tr":
        sibling = sibling.next
    return sibling


def _published(below: LexborNode | None) -> datetime | None:
    """The title of the age: an instant in UTC, and since 2024 the same in seconds after a space."""
    age = below.css_first("span.age") if below else None
    return body.instant(((age.attributes.get("title") if age else None) or "").partition(" ")[0], UTC)


def _comments(below: LexborNode | None) -> int | float | None:
    """The number in "159 comments"; a story without any says "discuss", a job nothing."""
    links = below.css('a[href^="item?id="]') if below else []
    return next((body.number(link.text()) for link in links if "comment" in link.text()), None)


def _discussion(story: str) -> str:
    return f"{_SITE}item?id={story}"


def _extras(story: str, comments: int | float | None, by: str | None) -> dict[str, str | int | float]:
    extras = {"discussion": _discussion(story), "comments": comments, "by": by}
    return {name: value for name, value in extras.items() if value is not None}

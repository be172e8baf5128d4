"""Reddit: what is hot on its front page, as JSON. A list of one subreddit has the same shape, with its pins first."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Kind, Platform, Request, Response

PLATFORM = Platform(
    id="reddit",
    title="Reddit 热榜",
    home="https://www.reddit.com/",
    expect=range(25, 51),
    language="en",
    category="forum",
    heat="score of the post: votes for it less votes against it, blurred by the site",
    heat_unit="points",
    link="https://www.reddit.com/comments/{id}/",
    rest_hours=3,
    fresh_hours=24,
    terms="The official API (OAuth) is the way that the site offers; without it, many addresses are refused.",
    known_from="recorded 2023-07-05; three rows of 2026-04-25",
)

_SITE = "https://www.reddit.com"
_REFUSALS = ("whoa there", "blocked by network security", "you've been blocked")


class _Post(Struct, frozen=True):
    id: str
    title: str
    score: int | None
    permalink: str
    url: str | None = None
    subreddit: str | None = None
    author: str | None = None
    num_comments: int | None = None
    created_utc: float | None = None
    stickied: bool | None = None
    promoted: bool | None = None
    over_18: bool | None = None


class _Child(Struct, frozen=True):
    data: _Post


class _Data(Struct, frozen=True):
    children: list[_Child]


class _Answer(Struct, frozen=True):
    data: _Data | None = None
    error: int | None = None
    message: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The front page, with titles as they were written rather than escaped for HTML."""
    return (yield Request(url=f"{_SITE}/hot.json?raw_json=1&limit=50", identity=Identity.PLAIN))


def parse(response: Response) -> list[Item]:
    """The posts in the order of the list, which is not that of their scores."""
    _refuse_robot_page(response)
    answer = body.decode(response, _Answer)
    if answer.error is not None:
        raise BodyBlocked(f"the site refused with {answer.error}: {answer.message}"[:300])
    if answer.data is None:
        raise BodyBroken("the answer has no data")
    if not answer.data.children:
        raise BodyEmpty("the listing has no posts")
    return [_post(child.data) for child in answer.data.children]


def _refuse_robot_page(response: Response) -> None:
    page = body.text(response).casefold() if body.is_html(response) else ""
    for sign in _REFUSALS:
        if sign in page:
            raise BodyBlocked(f"the page refuses robots: it says “{sign}”")


def _post(row: _Post) -> Item:
    address = (row.url or row.permalink).replace("&amp;", "&")
    return Item(
        title=body.title(row.title),
        id=row.id,
        url=f"{_SITE}{address}" if address.startswith("/") else address,
        heat=row.score,
        published_at=body.instant(row.created_utc),
        kind=_kind(row),
        extras=body.present(
            discussion=f"{_SITE}{row.permalink}",
            subreddit=row.subreddit,
            by=row.author,
            comments=row.num_comments,
            adult=row.over_18 or None,
        ),
    )


def _kind(row: _Post) -> Kind:
    if row.promoted:
        return Kind.AD
    return Kind.PINNED if row.stickied else Kind.RANKED

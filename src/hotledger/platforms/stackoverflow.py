"""Stack Overflow: the hot questions, from the official API. Without a key it answers 300 requests a day."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Platform, Request, Response

PLATFORM = Platform(
    id="stackoverflow",
    title="Stack Overflow 热门问题",
    home="https://stackoverflow.com/questions?tab=Hot",
    expect=range(25, 31),
    language="en",
    category="developer",
    heat="votes for the question less votes against it, often around 0",
    heat_unit="votes",
    link="https://stackoverflow.com/questions/{id}",
    rest_hours=6,
    fresh_hours=48,
    terms="The official API may be read without a key, 300 requests a day for each address.",
)

_THROTTLED = 502


class _Owner(Struct, frozen=True):
    display_name: str | None = None


class _Question(Struct, frozen=True):
    """Titles and names come escaped for HTML. The owner of a question may be gone."""

    question_id: int | str
    title: str
    link: str
    score: int | None
    creation_date: int | None = None
    view_count: int | None = None
    answer_count: int | None = None
    tags: list[str] | None = None
    owner: _Owner | None = None


class _Answer(Struct, frozen=True):
    items: list[_Question] | None = None
    error_id: int | None = None
    error_message: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The first thirty of the hot questions."""
    url = "https://api.stackexchange.com/2.3/questions?order=desc&sort=hot&site=stackoverflow&pagesize=30"
    return (yield Request(url=url, identity=Identity.PLAIN))


def parse(response: Response) -> list[Item]:
    """The questions in the order of the list, which is not that of their votes."""
    answer = body.decode(response, _Answer)
    if answer.error_id is not None:
        failure = BodyBlocked if answer.error_id == _THROTTLED else BodyBroken
        raise failure(f"the API refused with error {answer.error_id}: {answer.error_message}"[:300])
    if answer.items is None:
        raise BodyBroken("the answer has no items")
    if not answer.items:
        raise BodyEmpty("the list has no questions")
    return [_question(row) for row in answer.items]


def _question(row: _Question) -> Item:
    return Item(
        title=body.title(row.title),
        id=str(row.question_id),
        url=row.link,
        heat=row.score,
        published_at=body.instant(row.creation_date),
        extras=body.present(
            views=row.view_count,
            answers=row.answer_count,
            tags=row.tags,
            by=body.title(row.owner.display_name) if row.owner and row.owner.display_name else None,
        ),
    )

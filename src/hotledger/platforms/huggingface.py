"""Hugging Face: the daily papers, from the Hub's API."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Platform, Request, Response

PLATFORM = Platform(
    id="huggingface",
    title="Hugging Face 每日论文",
    home="https://huggingface.co/papers",
    expect=range(20, 51),
    language="en",
    category="science",
    heat="votes for the paper",
    heat_unit="upvotes",
    link="https://huggingface.co/papers/{id}",
    cadence_minutes=120,
    rest_hours=72,  # Nothing is added at weekends, and votes are few.
    fresh_hours=336,  # A paper is often days old when it comes on the list.
    aliases=("hf-papers",),
)


class _Paper(Struct, frozen=True, rename="camel"):
    """`publishedAt` is when the paper was given to arXiv."""

    id: str
    title: str
    upvotes: int | None
    published_at: str | None = None
    submitted_on_daily_at: str | None = None
    github_repo: str | None = None


class _Row(Struct, frozen=True, rename="camel"):
    paper: _Paper
    num_comments: int | None = None


class _Refusal(Struct, frozen=True):
    error: str


def plan() -> Generator[Request, Response, Response]:
    """The newest fifty."""
    return (yield Request(url="https://huggingface.co/api/daily_papers?limit=50", identity=Identity.PLAIN))


def parse(response: Response) -> list[Item]:
    """The papers in the order of the list, which is not that of their votes."""
    if body.text(response).lstrip()[:1] == "{":
        raise _failure(body.decode(response, _Refusal).error)
    rows = body.decode(response, list[_Row])
    if not rows:
        raise BodyEmpty("the list has no papers")
    return [_paper(row) for row in rows]


def _failure(error: str) -> BodyBlocked | BodyBroken:
    is_limit = "rate limit" in error.casefold() or "too many requests" in error.casefold()
    return (BodyBlocked if is_limit else BodyBroken)(f"the API refused: {error}"[:300])


def _paper(row: _Row) -> Item:
    paper = row.paper
    return Item(
        title=" ".join(body.title(paper.title).split()),
        id=paper.id,
        url=f"https://huggingface.co/papers/{paper.id}",
        heat=paper.upvotes,
        published_at=body.instant(paper.published_at),
        extras=body.present(comments=row.num_comments, listed_at=paper.submitted_on_daily_at, code=paper.github_repo),
    )

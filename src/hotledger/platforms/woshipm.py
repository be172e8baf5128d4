"""Woshipm 人人都是产品经理日榜: the articles that are popular today. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from msgspec import Struct, ValidationError, convert

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="woshipm",
    title="人人都是产品经理日榜",
    home="https://www.woshipm.com/",
    expect=range(5, 31),
    category="tech",
    heat="the site's own score of popularity",
    link="https://www.woshipm.com/?p={id}",
    rest_hours=36,
)


class _Article(Struct, frozen=True, rename="camel"):
    id: int | str
    article_title: str
    type: str | None = None
    article_summary: str | None = None
    article_author: str | None = None
    publish_time: int | str | None = None


class _Row(Struct, frozen=True):
    data: _Article
    scores: int | float | str | None


class _Answer(Struct, frozen=True, rename="upper"):
    """With an error, `RESULT` is an empty record in place of a list."""

    result: Any
    code: int | None = None
    message: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The ranking of the day."""
    url = "https://www.woshipm.com/api2/app/article/popular/daily"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the ranking."""
    answer = body.decode(response, _Answer)
    if answer.code not in (None, 200) or not isinstance(answer.result, list):
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.message}"[:300])
    if not answer.result:
        raise BodyEmpty("the ranking has no articles")
    try:
        return [_article(row) for row in convert(answer.result, list[_Row])]
    except ValidationError as error:
        raise BodyBroken(f"the rows are not in a known shape: {error}"[:300]) from error


def _article(row: _Row) -> Item:
    said = row.data
    page = f"{said.type}/{said.id}.html" if said.type else f"?p={said.id}"
    return Item(
        title=body.title(said.article_title),
        id=str(said.id),
        url=f"https://www.woshipm.com/{page}",
        heat=body.number(row.scores),
        heat_text=row.scores if isinstance(row.scores, str) else None,
        published_at=body.instant(said.publish_time),
        extras=body.present(author=said.article_author, description=(said.article_summary or "").strip()[:300]),
    )

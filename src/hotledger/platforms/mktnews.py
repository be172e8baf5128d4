"""MKTNews 快讯: flashes of the markets. Its one endpoint; no heat."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, headline, plain_text, present

PLATFORM = Platform(
    id="mktnews",
    title="MKTNews 快讯",
    home="https://mktnews.net/",
    expect=range(25, 51),
    language="en",
    category="finance",
    link="https://mktnews.net/flashDetail.html?id={id}",
    cadence_minutes=15,
    rest_hours=48,
    fresh_hours=48,
    aliases=("mktnews-flash",),
    known_from="documentation, and rows of 2026-09-17",
)

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _Text(Struct, frozen=True):
    title: str | None = None
    content: str | None = None


class _Row(Struct, frozen=True):
    id: str | int
    data: _Text
    time: str | None = None
    important: int | bool | None = None


class _Answer(Struct, frozen=True):
    data: list[_Row] | None
    status: int | str = 200


def plan() -> Generator[Request, Response, Response]:
    """The newest fifty."""
    headers = {"Origin": "https://mktnews.net", "Referer": PLATFORM.home}
    return (yield Request(url="https://api.mktnews.net/api/flash?type=0&limit=50", headers=headers))


def parse(response: Response) -> list[Item]:
    """The flashes, newest first. Those that are a picture alone have no title, and are left out."""
    answer = body.decode(response, _Answer)
    if str(answer.status) != "200":
        raise BodyBroken(f"the site answered with status {answer.status}")
    if not answer.data:
        raise BodyEmpty("there are no flashes")
    items = [item for row in answer.data if (item := _flash(row))]
    if not items:
        raise BodyBroken("no flash has a title or a content")
    return sorted(items, key=lambda item: item.published_at or _LONG_AGO, reverse=True)


def _flash(row: _Row) -> Item | None:
    title = plain_text(row.data.title) or headline(row.data.content)
    if not title:
        return None
    return Item(
        title=title,
        id=str(row.id),
        url=f"https://mktnews.net/flashDetail.html?id={row.id}",
        published_at=beijing(row.time),
        extras=present(important=bool(row.important) or None, description=plain_text(row.data.content)[:300]),
    )

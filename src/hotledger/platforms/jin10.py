"""Jin10 金十快讯: the newest flashes of finance, as a script. Its one endpoint; no heat."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, headline, plain_text, present
from hotledger.platforms._script import assigned

PLATFORM = Platform(
    id="jin10",
    title="金十数据快讯",
    home="https://www.jin10.com/",
    expect=range(20, 101),
    category="finance",
    link="https://flash.jin10.com/detail/{id}",
    cadence_minutes=15,
    rest_hours=48,
    fresh_hours=48,
    known_from="documentation, and rows of 2026-09-17",
    terms="Its terms forbid automatic reading. There is an official API, which is paid for.",
    off="its terms forbid automatic reading",
)

_ENGLISH = 5  # The channel of what the others say in Chinese.


class _Text(Struct, frozen=True):
    title: str | None = None
    content: str | None = None


class _Row(Struct, frozen=True):
    id: str | int
    data: _Text
    time: str | None = None
    important: int | bool | None = None
    channel: list[int] | None = None


def plan() -> Generator[Request, Response, Response]:
    """The script of the newest flashes."""
    return (yield Request(url="https://www.jin10.com/flash_newest.js", headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The flashes, newest first, as served. Figures of the calendar and locked flashes have no text, and are left out."""
    rows = assigned(response, "newest", list[_Row])
    if not rows:
        raise BodyEmpty("there are no flashes")
    items = [item for row in rows if _ENGLISH not in (row.channel or ()) and (item := _flash(row))]
    if not items:
        raise BodyBroken("no flash has a title or a content")
    return items


def _flash(row: _Row) -> Item | None:
    title = headline(row.data.title) or headline(row.data.content)
    if not title:
        return None
    return Item(
        title=title,
        id=str(row.id),
        url=f"https://flash.jin10.com/detail/{row.id}",
        published_at=beijing(row.time),
        extras=present(important=bool(row.important) or None, description=plain_text(row.data.content)[:300]),
    )

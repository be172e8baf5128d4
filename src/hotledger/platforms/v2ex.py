"""V2EX: the hot topics of the last day, from its public API, else from the hot tab of its home page."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="v2ex",
    title="V2EX 热议主题",
    home="https://www.v2ex.com/?tab=hot",
    # The API gives 7 to 10 rows as a rule, and one alone on a quiet morning (2022-01).
    expect=range(1, 11),
    category="tech",
    heat="replies to the topic",
    heat_unit="replies",
    link="https://www.v2ex.com/t/{id}",
    cadence_minutes=60,
    rest_hours=12,
    fresh_hours=48,
    terms="the site's own public API, without a key",
    known_from="recorded 2026-08-22",
)

_ROWS = "div.cell.item a.topic-link"
_TOPIC_ID = re.compile(r"^/t/(\d+)")


class _Node(Struct, frozen=True):
    title: str | None = None


class _Member(Struct, frozen=True):
    username: str | None = None


class _Topic(Struct, frozen=True):
    id: int
    title: str
    url: str
    replies: int
    created: int | None = None
    node: _Node | None = None
    member: _Member | None = None


class _Refusal(Struct, frozen=True):
    status: str | None = None
    success: bool | None = None
    message: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The API: up to ten topics, by replies."""
    return (yield Request(url="https://www.v2ex.com/api/topics/hot.json"))


def plan_hot_tab() -> Generator[Request, Response, Response]:
    """The hot tab of the home page, a longer list of the same kind."""
    return (yield Request(url="https://www.v2ex.com/?tab=hot"))


FALLBACKS = (plan_hot_tab,)


def parse(response: Response) -> list[Item]:
    """The topics in the order served."""
    return _from_page(response) if body.is_html(response) else _from_api(response)


def _from_api(response: Response) -> list[Item]:
    if response.content.lstrip()[:1] == b"{":
        answer = body.decode(response, _Refusal)
        refused = answer.status == "error" or answer.success is False
        raise (BodyBlocked if refused else BodyBroken)(f"an object where a list of topics was expected: {answer.message}"[:300])
    topics = body.decode(response, list[_Topic])
    if not topics:
        raise BodyEmpty("the list has no rows")
    return [_topic(row) for row in topics]


def _topic(row: _Topic) -> Item:
    return Item(
        title=_title(row.title),
        id=str(row.id),
        url=row.url,
        heat=row.replies,
        published_at=body.instant(row.created),
        extras=_present(node=row.node.title if row.node else None, by=row.member.username if row.member else None),
    )


def _from_page(response: Response) -> list[Item]:
    page = body.html(response, rows=_ROWS)
    cells = [cell for cell in page.css("div.cell.item") if cell.css_first("a.topic-link")]
    if not cells:
        if page.css_first('form[action^="/signin"]'):
            raise BodyBlocked("the page asks to sign in")
        raise BodyBroken("the page has no rows of topics")
    return [_cell(cell) for cell in cells]


def _cell(cell: LexborNode) -> Item:
    link = cell.css_first("a.topic-link")
    found = _TOPIC_ID.match((link.attributes.get("href") if link else None) or "")
    if not link or not found:
        raise BodyBroken("a row does not link to a topic")
    count, node = cell.css_first("a.count_livid, a.count_orange"), cell.css_first("a.node")
    replies = count.text(strip=True) if count else None
    return Item(
        title=_title(link.text()),
        id=found.group(1),
        url=f"https://www.v2ex.com/t/{found.group(1)}",
        heat=body.number(replies),
        heat_text=replies,
        extras=_present(node=node.text(strip=True) if node else None),
    )


def _title(written: str) -> str:
    if not written.strip():
        raise BodyBroken("a topic has no title")
    return written.strip()


def _present(**extras: str | None) -> dict[str, str]:
    return {name: value for name, value in extras.items() if value}

"""Baidu 热搜: the realtime board, from its JSON API (pc, web or wise) or from the JSON inside its page.

The rows lie in `content`, or since 2025-12 in some answers one level deeper, in `content[0].content`.
"""

from __future__ import annotations

import re
from collections.abc import Generator

from msgspec import UNSET, Struct, UnsetType

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Kind, Platform, Request, Response

PLATFORM = Platform(
    id="baidu",
    title="百度热搜",
    home="https://top.baidu.com/board?tab=realtime",
    expect=range(45, 52),
    heat="the platform's own search index; its scale was moved by three millions on 2024-11-01",
    link="https://www.baidu.com/s?wd={title}&sa=fyb_news&rsv_dl=fyb_news",
    cadence_minutes=30,
    rest_hours=3,
    known_from="recorded 2026-06-04; the page and the deeper nesting from documentation",
)

_BOARD = "realtime"
_API = "https://top.baidu.com/api/board"
_STATE = re.compile(r"<!--\s*s-data:(.*?)-->", re.DOTALL)
# hotTag 4 and 5 are seen too, rarely; what they stand for is not known.
_LABELS = {"1": "新", "3": "热"}


class _Row(Struct, frozen=True, rename="camel"):
    """A topic, or in the deeper nesting a group of topics (`content`)."""

    word: str | None = None
    url: str | None = None
    hot_score: str | int | UnsetType | None = UNSET
    hot_tag: str | int | None = None
    new_hot_name: str | None = None
    desc: str | None = None
    is_top: bool | int | None = None
    content: list[_Row] | None = None


class _Card(Struct, frozen=True, rename="camel"):
    """Cards beside the board may have no rows at all."""

    content: list[_Row] | None = None
    top_content: list[_Row] | None = None
    type_name: str | None = None


class _Cards(Struct, frozen=True):
    cards: list[_Card]


class _Error(Struct, frozen=True):
    code: int | str | None = None
    message: str | None = None


class _Answer(Struct, frozen=True):
    """The page's own copy has no `success`, and by some reports no `data` around the cards."""

    data: _Cards | None = None
    cards: list[_Card] | None = None
    success: bool | None = None
    error: _Error | None = None


def plan() -> Generator[Request, Response, Response]:
    """The API of the desktop board."""
    return (yield Request(url=f"{_API}?platform=pc&tab={_BOARD}", headers={"Referer": PLATFORM.home}))


def plan_wise() -> Generator[Request, Response, Response]:
    """The API of the mobile board."""
    return (yield Request(url=f"{_API}?platform=wise&tab={_BOARD}", identity=Identity.MOBILE))


def plan_page() -> Generator[Request, Response, Response]:
    """The board as people see it."""
    return (yield Request(url=PLATFORM.home))


FALLBACKS = (plan_wise, plan_page)


def parse(response: Response) -> list[Item]:
    """The topics in the order of the board, which is that of their index and heat, after the pinned one."""
    card = _card(_answer(response))
    rows = card.content
    if rows is None:
        raise BodyBroken("the card of the board has no content")
    if rows and rows[0].content is not None:
        rows = rows[0].content
    if not rows:
        raise BodyEmpty("the board has no topics")
    pinned = [_item(row, Kind.PINNED) for row in card.top_content or ()]
    return pinned + [_item(row, Kind.PINNED if row.is_top else Kind.RANKED) for row in rows]


def _answer(response: Response) -> _Answer:
    if not body.is_html(response):
        return body.decode(response, _Answer)
    document = body.text(response)
    state = _STATE.search(document)
    if state is None:
        body.refuse_block_page(document)
        raise BodyBroken("the page has no s-data")
    return body.decode_text(state.group(1), _Answer)


def _card(answer: _Answer) -> _Card:
    """The card of the realtime board: the home board shows the cards of several."""
    if answer.success is False:
        said = answer.error.message if answer.error else None
        raise BodyBroken(f"the site answered that it failed: {said}"[:300])
    cards = answer.data.cards if answer.data else answer.cards
    if cards is None:
        raise BodyBroken("the answer has no cards")
    if not cards:
        raise BodyEmpty("the board has no cards")
    for card in cards:
        if card.type_name in {None, _BOARD}:
            return card
    raise BodyBroken(f"the answer is another board: {cards[0].type_name}"[:300])


def _item(row: _Row, kind: Kind) -> Item:
    title = (row.word or "").strip()
    if not title or not row.url:
        raise BodyBroken("a topic has no word or no url")
    if kind is Kind.RANKED and isinstance(row.hot_score, UnsetType):
        raise BodyBroken("a topic has no hotScore")
    score = None if isinstance(row.hot_score, UnsetType) else row.hot_score
    label = row.new_hot_name or _LABELS.get(str(row.hot_tag))
    extras = {"label": label, "description": (row.desc or "").strip()[:300]}
    return Item(
        title=title,
        url=row.url,
        heat=body.number(score),
        heat_text=score if isinstance(score, str) else None,
        kind=kind,
        extras={name: value for name, value in extras.items() if value},
    )

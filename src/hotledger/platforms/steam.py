"""Steam's table of the games that are played most at this moment. The official chart API gives no names, so it is no second way."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="steam",
    title="Steam 在线人数榜",
    home="https://store.steampowered.com/stats/stats/",
    expect=range(90, 101),
    language="en",
    category="game",
    heat="players at this moment",
    heat_unit="players",
    link="https://store.steampowered.com/app/{id}/",
    cadence_minutes=60,
    rest_hours=6,
    known_from="documentation, and three rows recorded in September 2026",
)

_ROWS = "#detailStats tr.player_count_row"


def plan() -> Generator[Request, Response, Response]:
    """The page of statistics."""
    return (yield Request(url=PLATFORM.home))


def parse(response: Response) -> list[Item]:
    """The games in the order of the table."""
    page = body.html(response, rows=_ROWS)
    rows = page.css(_ROWS)
    if not rows and page.css_first("#detailStats") is None:
        raise BodyBroken("the page has no table of games")
    if not rows:
        raise BodyEmpty("the table has no games")
    return [_game(row) for row in rows]


def _game(row: LexborNode) -> Item:
    link, numbers = row.css_first("a.gameLink"), [span.text(strip=True) for span in row.css("span.currentServers")]
    url = (link.attributes.get("href") or "").partition("?")[0] if link else ""
    found = re.search(r"/app/(\d+)", url)
    if link is None or found is None or not numbers:
        raise BodyBroken("a row has no link to a game, or no number of players")
    return Item(
        title=body.title(link.text()),
        id=found[1],
        url=url,
        heat=body.number(numbers[0]),
        heat_text=numbers[0],
        extras=body.present(peak_today=body.number(numbers[1]) if len(numbers) > 1 else None),
    )

"""Kugou 飙升榜: the songs that rise most quickly. The page that shows the chart, else the page of the chart itself, in the same shape."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="kugou",
    title="酷狗飙升榜",
    home="https://www.kugou.com/yy/html/rank.html",
    expect=range(20, 23),
    category="music",
    link="https://www.kugou.com/mixsong/{id}.html",
    cadence_minutes=360,
    rest_hours=72,
    known_from="recorded 2025-07-27",
)

_LIST = ".pc_temp_songlist"
_ROWS = f"{_LIST} li[data-eid]"


def plan() -> Generator[Request, Response, Response]:
    """The page of charts, which opens with this one."""
    return (yield Request(url=PLATFORM.home))


def plan_chart() -> Generator[Request, Response, Response]:
    """The chart's own page; 6666 is its number."""
    return (yield Request(url="https://www.kugou.com/yy/rank/home/1-6666.html?from=rank"))


FALLBACKS = (plan_chart,)


def parse(response: Response) -> list[Item]:
    """The songs in the order of the page, each as the site writes it: who sings, and what."""
    page = body.html(response, rows=_ROWS)
    rows = page.css(_ROWS)
    if not rows and (page.css_first(_LIST) is None or page.css_first(f"{_LIST} li")):
        raise BodyBroken("the page has no rows of songs")
    if not rows:
        raise BodyEmpty("the chart has no songs")
    return [_song(row) for row in rows]


def _song(row: LexborNode) -> Item:
    link, badge, length = row.css_first("a.pc_temp_songname"), row.css_first(".pc_temp_tips_l i"), row.css_first(".pc_temp_time")
    song, url = row.attributes.get("data-eid"), (link.attributes.get("href") or "").partition("?")[0] if link else ""
    if not song or not url:
        raise BodyBroken("a song has no id or no address")
    return Item(
        title=body.title(row.attributes.get("title")),
        id=song,
        url=url,
        extras=body.present(
            label=badge.attributes.get("title") if badge else None,
            length=length.text(strip=True) if length else None,
        ),
    )

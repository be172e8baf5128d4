"""Douban 讨论精选: the discussions that the site picks from its groups. The one page that shows them."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.errors import BodyBroken
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms import _douban

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="douban-group",
    title="豆瓣讨论精选",
    home="https://www.douban.com/group/explore",
    expect=range(20, 31),
    category="social",
    heat="likes of the discussion; the site's order is its own",
    heat_unit="likes",
    link="https://www.douban.com/group/topic/{id}/",
    cookie="The cookie of your browser helps where the site asks guests to sign in.",
    cadence_minutes=60,
    rest_hours=24,
)

FALLBACKS = ()

_ROWS = ".channel-item"


def plan() -> Generator[Request, Response, Response]:
    """The first page of picked discussions."""
    return (yield Request(url=PLATFORM.home, headers={"Referer": "https://www.douban.com/group/"}, own_cookie=True))


def parse(response: Response) -> list[Item]:
    """The discussions in the order of the page."""
    return [_discussion(row) for row in _douban.rows(response, _ROWS)]


def _discussion(row: LexborNode) -> Item:
    link = row.css_first("h3 a[href]")
    url = (link.attributes.get("href") or "").partition("?")[0] if link else ""
    known = url.rstrip("/").rpartition("/")[2]
    if link is None or not known.isdecimal():
        raise BodyBroken("a row has no link to its discussion")
    likes = body.words(row.css_first(".likes"))
    return Item(
        title=body.title(link.text()),
        id=known,
        url=url,
        heat=body.number(likes),
        heat_text=likes or None,
        extras=body.present(group=body.words(row.css_first(".from a")), description=body.words(row.css_first(".block p"))[:300]),
    )

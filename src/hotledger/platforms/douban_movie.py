"""Douban 新片榜: the chart of new films. The one page that shows it."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.errors import BodyBroken
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms import _douban

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="douban-movie",
    title="豆瓣电影新片榜",
    home="https://movie.douban.com/chart",
    expect=range(8, 11),
    category="film",
    heat="people who have rated the film",
    heat_unit="ratings",
    link="https://movie.douban.com/subject/{id}/",
    cookie="The cookie of your browser helps where the site asks guests to sign in.",
    cadence_minutes=360,
    rest_hours=168,
)

FALLBACKS = ()

_ROWS = ".article tr.item"
_VOTES = re.compile(r"\(\d+人评价\)")


def plan() -> Generator[Request, Response, Response]:
    """The page of charts, which opens with this one."""
    return (yield Request(url=PLATFORM.home, headers={"Referer": "https://movie.douban.com/"}, own_cookie=True))


def parse(response: Response) -> list[Item]:
    """The films in the order of the chart."""
    return [_film(row) for row in _douban.rows(response, _ROWS)]


def _film(row: LexborNode) -> Item:
    """A film; before its first ratings the page says in other words that it has none, or fewer than ten."""
    poster = row.css_first("a.nbg[href]") or row.css_first("a[href]")
    url = (poster.attributes.get("href") or "").partition("?")[0] if poster else ""
    known = url.rstrip("/").rpartition("/")[2]
    if poster is None or not known.isdecimal():
        raise BodyBroken("a row has no link to its film")
    votes = body.words(row.css_first("span.pl"))
    heat = body.number(votes) if _VOTES.fullmatch(votes) else None
    return Item(
        title=body.title(poster.attributes.get("title") or body.words(row.css_first(".pl2 a")).partition(" / ")[0]),
        id=known,
        url=url,
        heat=heat,
        heat_text=votes if heat is not None else None,
        extras=body.present(
            rating=body.number(body.words(row.css_first(".rating_nums"))), description=body.words(row.css_first("p.pl"))[:300]
        ),
    )

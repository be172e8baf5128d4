"""China Earthquake Networks Center 地震速报: the newest earthquakes, from the state of a page. No hot list, and no heat."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, present
from hotledger.platforms._script import assigned

PLATFORM = Platform(
    id="earthquake",
    title="中国地震台网地震速报",
    home="https://news.ceic.ac.cn/",
    expect=range(10, 101),
    category="world",
    link="https://news.ceic.ac.cn/{id}.html",
    rest_hours=48,
    fresh_hours=72,
)


class _Quake(Struct, frozen=True, rename="upper"):
    """Numbers come as texts or as numbers."""

    new_did: str | int
    location_c: str
    m: str | int | float
    o_time: str | None = None
    epi_lat: str | int | float | None = None
    epi_lon: str | int | float | None = None
    epi_depth: str | int | float | None = None


def plan() -> Generator[Request, Response, Response]:
    """The page of the newest earthquakes."""
    return (yield Request(url="https://news.ceic.ac.cn/speedsearch.html"))


def parse(response: Response) -> list[Item]:
    """The earthquakes, newest first, as the page has them. A row has no title of its own, so that one is made of place and magnitude."""
    rows = assigned(response, "newdata", list[_Quake])
    if not rows:
        raise BodyEmpty("there are no earthquakes")
    return [_quake(row) for row in rows]


def _quake(row: _Quake) -> Item:
    if not row.location_c.strip():
        raise BodyBroken("an earthquake has no place")
    return Item(
        title=f"{row.location_c.strip()}发生{row.m}级地震",
        id=str(row.new_did),
        url=f"https://news.ceic.ac.cn/{row.new_did}.html",
        published_at=beijing(row.o_time),
        extras=present(
            magnitude=body.number(row.m),
            depth_km=body.number(row.epi_depth),
            latitude=body.number(row.epi_lat),
            longitude=body.number(row.epi_lon),
        ),
    )

"""China Earthquake Networks Center 地震速报: the newest earthquakes, from the site's file, else from its older page. No hot list; no heat.

A row has no title of its own, so that one is made of place and magnitude.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, present
from hotledger.platforms._script import assigned

PLATFORM = Platform(
    id="earthquake",
    title="中国地震台网地震速报",
    home="https://www.ceic.ac.cn/",
    expect=range(15, 51),
    category="world",
    rest_hours=48,
    fresh_hours=72,
)

_NEWEST = 50  # The file goes back for months.
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class _Quake(Struct, frozen=True):
    id: str | int
    location: str
    magnitude: str | int | float
    time: str | None = None
    latitude: str | int | float | None = None
    longitude: str | int | float | None = None
    depth: str | int | float | None = None


class _PageQuake(Struct, frozen=True):
    """The same under the older names."""

    id: str | int = field(name="NEW_DID")
    location: str = field(name="LOCATION_C")
    magnitude: str | int | float = field(name="M")
    time: str | None = field(default=None, name="O_TIME")
    latitude: str | int | float | None = field(default=None, name="EPI_LAT")
    longitude: str | int | float | None = field(default=None, name="EPI_LON")
    depth: str | int | float | None = field(default=None, name="EPI_DEPTH")


def plan() -> Generator[Request, Response, Response]:
    """The file that the site's own list is made from."""
    return (yield Request(url="https://www.ceic.ac.cn/data/data.json", headers={"Referer": PLATFORM.home}))


def plan_page() -> Generator[Request, Response, Response]:
    """The older page, which by one report of July 2026 answers with status 405."""
    return (yield Request(url="https://news.ceic.ac.cn/speedsearch.html"))


FALLBACKS = (plan_page,)


def parse(response: Response) -> list[Item]:
    """The newest fifty earthquakes, newest first."""
    rows: list[_Quake] | list[_PageQuake]
    rows = assigned(response, "newdata", list[_PageQuake]) if body.is_html(response) else body.decode(response, list[_Quake])
    if not rows:
        raise BodyEmpty("there are no earthquakes")
    items = sorted(map(_item, rows), key=lambda item: item.published_at or _LONG_AGO, reverse=True)
    return items[:_NEWEST]


def _item(row: _Quake | _PageQuake) -> Item:
    place = row.location.strip()
    if not place:
        raise BodyBroken("an earthquake has no place")
    return Item(
        title=f"{place}发生{row.magnitude}级地震",
        id=str(row.id),
        url=f"https://news.ceic.ac.cn/{row.id}.html" if isinstance(row, _PageQuake) else None,
        published_at=beijing(row.time),
        extras=present(
            magnitude=body.number(row.magnitude),
            depth_km=body.number(row.depth),
            latitude=body.number(row.latitude),
            longitude=body.number(row.longitude),
        ),
    )

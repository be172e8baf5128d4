"""Apple App Store 免费榜 of China: Apple's own feed of the free apps, else its newer one, which has other names for the same."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="apple-appstore",
    title="App Store 免费榜",
    home="https://apps.apple.com/cn/charts/iphone",
    expect=range(45, 51),
    category="tech",
    link="https://apps.apple.com/cn/app/id{id}",
    cadence_minutes=360,
    rest_hours=48,
    terms="official feeds, made to be read by programs",
)


class _Label(Struct, frozen=True):
    label: str


class _Attributes(Struct, frozen=True):
    number: str | None = field(default=None, name="im:id")
    href: str | None = None
    label: str | None = None


class _Attributed(Struct, frozen=True):
    attributes: _Attributes


class _Entry(Struct, frozen=True):
    """A `link` is one, or several of which the first is the app's page and the next a film of it."""

    name: _Label = field(name="im:name")
    id: _Attributed
    link: _Attributed | list[_Attributed]
    artist: _Label | None = field(default=None, name="im:artist")
    category: _Attributed | None = None


class _Genre(Struct, frozen=True):
    name: str


class _Result(Struct, frozen=True, rename="camel"):
    name: str
    id: str
    url: str
    artist_name: str | None = None
    genres: list[_Genre] | None = None


class _Feed(Struct, frozen=True):
    """`entry` is left out where there is none, and is no list where there is one."""

    title: str | _Label
    entry: list[_Entry] | _Entry | None = None
    results: list[_Result] | None = None
    id: str | _Label | None = None


class _Answer(Struct, frozen=True):
    feed: _Feed


def plan() -> Generator[Request, Response, Response]:
    """The feed of iTunes."""
    return (yield Request(url="https://itunes.apple.com/cn/rss/topfreeapplications/limit=50/json"))


def plan_newer() -> Generator[Request, Response, Response]:
    """The feed that Apple offers today."""
    return (yield Request(url="https://rss.marketingtools.apple.com/api/v2/cn/apps/top-free/50/apps.json"))


FALLBACKS = (plan_newer,)


def parse(response: Response) -> list[Item]:
    """The apps in the order of the chart."""
    feed = body.decode(response, _Answer).feed
    entries = [feed.entry] if isinstance(feed.entry, _Entry) else feed.entry or []
    items = [_entry(entry) for entry in entries] or [_result(result) for result in feed.results or []]
    if not items and feed.results is None and not _is_itunes(feed):
        raise BodyBroken("the feed has neither entries nor results, and is not the known one")
    if not items:
        raise BodyEmpty("the chart has no apps")
    return items


def _is_itunes(feed: _Feed) -> bool:
    """Whether it is the feed that leaves out its entries when there are none."""
    return isinstance(feed.id, _Label) and "/rss/" in feed.id.label


def _entry(entry: _Entry) -> Item:
    links = entry.link if isinstance(entry.link, list) else [entry.link]
    return _app(
        entry.name.label,
        entry.id.attributes.number,
        links[0].attributes.href if links else None,
        entry.artist.label if entry.artist else None,
        entry.category.attributes.label if entry.category else None,
    )


def _result(result: _Result) -> Item:
    return _app(result.name, result.id, result.url, result.artist_name, result.genres[0].name if result.genres else None)


def _app(name: str, number: str | None, url: str | None, artist: str | None, category: str | None) -> Item:
    if not number or not url:
        raise BodyBroken("an app has no id or no address")
    return Item(title=body.title(name), id=number, url=url.partition("?")[0], extras=body.present(artist=artist, category=category))

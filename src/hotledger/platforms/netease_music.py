"""NetEase Cloud Music 热歌榜: the playlist of the songs that are played most, else the page that shows it, with titles alone."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="netease-music",
    title="网易云音乐热歌榜",
    home="https://music.163.com/#/discover/toplist?id=3778678",
    expect=range(90, 201),
    category="music",
    link="https://music.163.com/#/song?id={id}",
    cadence_minutes=720,
    rest_hours=48,
)

_CHART = "3778678"
_REFUSALS = {-460, -461, -462}  # "网络太拥挤" to addresses that it takes for robots, and a wish for a check.
_ROWS = "ul.f-hide li a[href*='/song?id=']"


class _Named(Struct, frozen=True):
    name: str | None = None


class _Track(Struct, frozen=True):
    id: int | str
    name: str
    artists: list[_Named]
    album: _Named | None = None
    duration: int | None = None


class _Playlist(Struct, frozen=True):
    tracks: list[_Track]


class _Answer(Struct, frozen=True):
    code: int
    result: _Playlist | None = None
    msg: str | None = None
    message: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The playlist of the chart."""
    url = f"https://music.163.com/api/playlist/detail?id={_CHART}"
    return (yield Request(url=url, headers={"Referer": "https://music.163.com/"}))


def plan_page() -> Generator[Request, Response, Response]:
    """The page of the chart, without its frame."""
    return (yield Request(url=f"https://music.163.com/discover/toplist?id={_CHART}", headers={"Referer": "https://music.163.com/"}))


FALLBACKS = (plan_page,)


def parse(response: Response) -> list[Item]:
    """The songs in the order of the chart."""
    items = _from_page(response) if body.is_html(response) else _from_playlist(response)
    if not items:
        raise BodyEmpty("the chart has no songs")
    return items


def _from_playlist(response: Response) -> list[Item]:
    answer = body.decode(response, _Answer)
    said = f"the site answered with code {answer.code}: {answer.msg or answer.message}"[:300]
    if answer.code in _REFUSALS:
        raise BodyBlocked(said)
    if answer.code != 200 or answer.result is None:
        raise BodyBroken(said)
    return [_song(track) for track in answer.result.tracks]


def _song(track: _Track) -> Item:
    return Item(
        title=body.title(track.name),
        id=body.id_of(track.id),
        url=_address(str(track.id)),
        extras=body.present(
            artists=[artist.name for artist in track.artists if artist.name],
            album=track.album.name if track.album else None,
            duration_ms=track.duration,
        ),
    )


def _from_page(response: Response) -> list[Item]:
    page = body.html(response, rows=_ROWS)
    links = page.css(_ROWS)
    if not links and page.css_first("ul.f-hide") is None:
        raise BodyBroken("the page has no list of songs")
    songs = [((link.attributes.get("href") or "").partition("id=")[2], link.text()) for link in links]
    return [Item(title=body.title(name), id=song, url=_address(song)) for song, name in songs]


def _address(song: str) -> str:
    return f"https://music.163.com/#/song?id={song}"

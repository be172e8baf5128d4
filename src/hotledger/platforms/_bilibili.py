"""What the lists of Bilibili share: the answer of its API, a video (in its new and its old form) and a hot word."""

from __future__ import annotations

from urllib.parse import quote

from msgspec import UNSET, Struct, UnsetType, field

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Kind, Response

COOKIE = "The cookie of your browser avoids the risk control (code -352) that addresses of data centres meet."

# Not signed in, risk control, no rights, banned, too often: what the site says in place of a list.
_REFUSALS = frozenset({-101, -352, -401, -403, -412, -509, -799})


class _Stat(Struct, frozen=True):
    view: int | str


class _Owner(Struct, frozen=True):
    name: str | None = None


class Row(Struct, frozen=True):
    """A video (new form with `stat`, old form with `play`) or a hot word (`keyword`); no row is both."""

    title: str | None = None
    bvid: str | None = None
    aid: int | str | None = None
    stat: _Stat | None = None
    play: int | str | None = None
    owner: _Owner | None = None
    author: str | None = None
    pubdate: int | str | None = None
    keyword: str | None = None
    show_name: str | None = None
    hot_id: int | str | None = None
    heat_score: int | str | None = None
    is_commercial: int | str | None = None


class _Trending(Struct, frozen=True):
    rows: list[Row] | None = field(name="list")


class _Data(Struct, frozen=True):
    rows: list[Row] | UnsetType | None = field(name="list", default=UNSET)
    trending: _Trending | UnsetType = UNSET


class _Answer(Struct, frozen=True):
    code: int
    message: str | None = None
    data: _Data | None = None
    rows: list[Row] | UnsetType | None = field(name="list", default=UNSET)


def rows(response: Response) -> list[Row]:
    """The rows of any of the site's lists. Raises `BodyBlocked` for its refusals, `BodyEmpty` where there are none."""
    if body.is_html(response) and "security control policy" in body.text(response):
        raise BodyBlocked("the page says that the site's security control policy refused the request (412)")
    answer = body.decode(response, _Answer)
    if answer.code != 0:
        refusal = BodyBlocked if answer.code in _REFUSALS else BodyBroken
        raise refusal(f"the site answered with code {answer.code}: {answer.message}"[:300])
    found = _listed(answer)
    if not found:
        raise BodyEmpty("the list has no rows")
    return found


def _listed(answer: _Answer) -> list[Row] | None:
    data = answer.data or _Data()
    trending = data.trending.rows if isinstance(data.trending, _Trending) else UNSET
    for found in (trending, data.rows, answer.rows):
        if not isinstance(found, UnsetType):
            return found
    raise BodyBroken("the answer has no list")


def videos(rows: list[Row]) -> list[Item]:
    """The videos of a list. Raises `BodyBroken` where none says how often it was seen."""
    items = [video(row) for row in rows]
    if all(row.stat is None and row.play is None for row in rows):
        raise BodyBroken("no video says how often it was seen")
    return items


def video(row: Row) -> Item:
    """A video: its heat is its views."""
    known = row.bvid or (f"av{row.aid}" if row.aid else None)
    if not known or not row.title or not row.title.strip():
        raise BodyBroken("a row is neither a video with an id and a title nor a hot word")
    seen = row.stat.view if row.stat else row.play
    author = row.owner.name if row.owner else row.author
    return Item(
        title=row.title.strip(),
        id=known,
        url=f"https://www.bilibili.com/video/{known}",
        heat=body.number(seen),
        heat_text=seen if isinstance(seen, str) else None,
        published_at=body.instant(row.pubdate),
        extras={"author": author} if author else {},
    )


def word(row: Row) -> Item:
    """A hot word, which some lists show under another name than it is searched by."""
    title = (row.show_name or row.keyword or "").strip()
    if not title:
        raise BodyBroken("a hot word is blank")
    keyword = row.keyword or title
    return Item(
        title=title,
        id=str(row.hot_id) if row.hot_id else None,
        url=f"https://search.bilibili.com/all?keyword={quote(keyword, safe='')}",
        heat=body.number(row.heat_score),
        heat_text=row.heat_score if isinstance(row.heat_score, str) else None,
        kind=Kind.AD if row.is_commercial in (1, "1") else Kind.RANKED,
        extras={"keyword": keyword} if keyword != title else {},
    )

"""Bilibili: the ranking of videos, and (for reading alone) its popular, weekly and hot-word lists. What is fetched is left to `fetch`."""

from __future__ import annotations

from collections.abc import Generator
from urllib.parse import quote

from msgspec import UNSET, Struct, UnsetType, field

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Kind, Platform, Request, Response

PLATFORM = Platform(
    id="bilibili",
    title="哔哩哔哩排行榜",
    home="https://www.bilibili.com/v/popular/rank/all",
    expect=range(50, 101),
    category="video",
    heat="views of the video since it was published",
    heat_unit="views",
    link="https://www.bilibili.com/video/{id}",
    cookie="The cookie of your browser avoids the risk control (code -352) that addresses of data centres meet.",
    known_from="documentation; reduced recordings of 2026-09-17",
)

# Not signed in, risk control, no rights, banned, too often: what the site says in place of a list.
_REFUSALS = frozenset({-101, -352, -401, -403, -412, -509, -799})


class _Stat(Struct, frozen=True):
    view: int | str


class _Owner(Struct, frozen=True):
    name: str | None = None


class _Row(Struct, frozen=True):
    """A video (new form with `stat`, old form with `play`) or a hot word (`keyword`); no row is both."""

    title: str | None = None
    bvid: str | None = None
    aid: int | str | None = None
    stat: _Stat | None = None
    play: int | str | None = None
    owner: _Owner | None = None
    author: str | None = None
    keyword: str | None = None
    show_name: str | None = None
    hot_id: int | str | None = None
    heat_score: int | str | None = None
    is_commercial: int | str | None = None


class _Trending(Struct, frozen=True):
    rows: list[_Row] | None = field(name="list")


class _Data(Struct, frozen=True):
    rows: list[_Row] | UnsetType | None = field(name="list", default=UNSET)
    trending: _Trending | UnsetType = UNSET


class _Answer(Struct, frozen=True):
    code: int
    message: str | None = None
    data: _Data | None = None
    rows: list[_Row] | UnsetType | None = field(name="list", default=UNSET)


def _get(url: str) -> Request:
    return Request(url=url, headers={"Referer": "https://www.bilibili.com/ranking/all"}, own_cookie=True)


def plan() -> Generator[Request, Response, Response]:
    """The ranking of all videos, 100 rows."""
    return (yield _get("https://api.bilibili.com/x/web-interface/ranking/v2?rid=0&type=all"))


def plan_old_ranking() -> Generator[Request, Response, Response]:
    """The older endpoint of the same ranking, which asks for no signature."""
    return (yield _get("https://api.bilibili.com/x/web-interface/ranking?rid=0&day=3&type=1"))


def plan_popular() -> Generator[Request, Response, Response]:
    """The popular videos, the first 50."""
    return (yield _get("https://api.bilibili.com/x/web-interface/popular?ps=50&pn=1"))


FALLBACKS = (plan_old_ranking, plan_popular)


def parse(response: Response) -> list[Item]:
    """The rows of any of the lists, in the order served; ads of the app's hot words are marked."""
    if body.is_html(response) and "security control policy" in body.text(response):
        raise BodyBlocked("the page says that the site's security control policy refused the request (412)")
    answer = body.decode(response, _Answer)
    if answer.code != 0:
        refusal = BodyBlocked if answer.code in _REFUSALS else BodyBroken
        raise refusal(f"the site answered with code {answer.code}: {answer.message}"[:300])
    rows = _rows(answer)
    if not rows:
        raise BodyEmpty("the list has no rows")
    items = [_word(row) if row.keyword or row.show_name else _video(row) for row in rows]
    if all(row.keyword is None and row.stat is None and row.play is None for row in rows):
        raise BodyBroken("no video says how often it was seen")
    return items


def _rows(answer: _Answer) -> list[_Row] | None:
    data = answer.data or _Data()
    trending = data.trending.rows if isinstance(data.trending, _Trending) else UNSET
    for rows in (trending, data.rows, answer.rows):
        if not isinstance(rows, UnsetType):
            return rows
    raise BodyBroken("the answer has no list")


def _video(row: _Row) -> Item:
    video = row.bvid or (f"av{row.aid}" if row.aid else None)
    if not video or not row.title or not row.title.strip():
        raise BodyBroken("a row is neither a video with an id and a title nor a hot word")
    seen = row.stat.view if row.stat else row.play
    author = row.owner.name if row.owner else row.author
    return Item(
        title=row.title.strip(),
        id=video,
        url=f"https://www.bilibili.com/video/{video}",
        heat=body.number(seen),
        heat_text=seen if isinstance(seen, str) else None,
        extras={"author": author} if author else {},
    )


def _word(row: _Row) -> Item:
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

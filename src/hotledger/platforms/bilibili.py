"""Bilibili: the ranking of videos, and (for reading alone) its popular, weekly and hot-word lists. What is fetched is left to `fetch`."""

from __future__ import annotations

from collections.abc import Generator

from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms import _bilibili

PLATFORM = Platform(
    id="bilibili",
    title="哔哩哔哩排行榜",
    home="https://www.bilibili.com/v/popular/rank/all",
    expect=range(10, 101),
    category="video",
    heat="views of the video since it was published",
    heat_unit="views",
    link="https://www.bilibili.com/video/{id}",
    cookie=_bilibili.COOKIE,
    cadence_minutes=60,
    rest_hours=12,
    fresh_hours=72,
    aliases=("bilibili-ranking",),
    known_from="documentation; reduced recordings of 2026-09-17",
)


def _get(url: str) -> Request:
    return Request(url=url, headers={"Referer": "https://www.bilibili.com/ranking/all"}, own_cookie=True)


def plan() -> Generator[Request, Response, Response]:
    """The ranking of all videos, 100 rows."""
    return (yield _get("https://api.bilibili.com/x/web-interface/ranking/v2?rid=0&type=all"))


def plan_old_ranking() -> Generator[Request, Response, Response]:
    """The older endpoint of the same ranking, which asks for no signature."""
    return (yield _get("https://api.bilibili.com/x/web-interface/ranking?rid=0&day=3&type=1"))


FALLBACKS = (plan_old_ranking,)


def parse(response: Response) -> list[Item]:
    """The rows of any of the lists, in the order served; ads of the app's hot words are marked."""
    rows = _bilibili.rows(response)
    if any(row.keyword or row.show_name for row in rows):
        return [_bilibili.word(row) if row.keyword or row.show_name else _bilibili.video(row) for row in rows]
    return _bilibili.videos(rows)

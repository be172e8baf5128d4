"""Bilibili 热搜: the words that people search for. From the site's own endpoint, else from the app's, which shows no heat."""

from __future__ import annotations

from collections.abc import Generator

from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms import _bilibili

PLATFORM = Platform(
    id="bilibili-hot-search",
    title="哔哩哔哩热搜",
    home="https://www.bilibili.com/blackboard/activity-trending-topic.html",
    expect=range(20, 31),
    category="video",
    heat="the platform's own heat (heat_score)",
    link="https://search.bilibili.com/all?keyword={title}",
    cookie=_bilibili.COOKIE,
    cadence_minutes=30,
    rest_hours=12,
    known_from="recorded 2026-09-16, five rows",
)


def plan() -> Generator[Request, Response, Response]:
    """The hot words, 30 rows."""
    return (yield Request(url="https://s.search.bilibili.com/main/hotword?limit=30", headers={"Referer": "https://www.bilibili.com/"}))


def plan_app() -> Generator[Request, Response, Response]:
    """The same as the app shows them, with ads among them and without heat."""
    return (yield Request(url="https://app.bilibili.com/x/v2/search/trending/ranking?limit=30", own_cookie=True))


FALLBACKS = (plan_app,)


def parse(response: Response) -> list[Item]:
    """The words in the order served; those paid for are ads."""
    return [_bilibili.word(row) for row in _bilibili.rows(response)]

"""Bilibili 热门视频: the popular videos, which the site chooses for everybody. The first page of its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms import _bilibili

PLATFORM = Platform(
    id="bilibili-popular",
    title="哔哩哔哩热门视频",
    home="https://www.bilibili.com/v/popular/all",
    expect=range(35, 41),
    category="video",
    heat="views of the video since it was published",
    heat_unit="views",
    link="https://www.bilibili.com/video/{id}",
    cookie=_bilibili.COOKIE,
    cadence_minutes=60,
    rest_hours=12,
    aliases=("bilibili-hot-video",),
    known_from="recorded 2026-09-17, three rows",
)

FALLBACKS = ()


def plan() -> Generator[Request, Response, Response]:
    """The first forty of them."""
    url = "https://api.bilibili.com/x/web-interface/popular?ps=40&pn=1"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}, own_cookie=True))


def parse(response: Response) -> list[Item]:
    """The videos in the order served."""
    return _bilibili.videos(_bilibili.rows(response))

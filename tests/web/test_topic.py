"""The page of a topic: where its title stood, since when, how high, for how long; its charts and files."""

from __future__ import annotations

import httpx2
from tests.database import Database
from tests.made import collected


async def filled(database: Database) -> None:
    for minutes, titles in enumerate((("x", "topic"), ("x",), ("topic", "x"), ("x", "topic"))):
        await collected(database, "weibo", *titles, minutes=minutes * 60, heats=[2_000_000, 1_000_000])
    await collected(database, "zhihu", "topic", minutes=30)


async def test_a_topic_is_told_on_each_platform(database: Database, site: httpx2.AsyncClient) -> None:
    """First and last sight, best rank and peak heat with their times, readings, time on the list; the platform one came from is first."""
    await filled(database)
    page = (await site.get("/topic?title=topic&platform=weibo")).text
    assert page.index(">微博热搜<") < page.index(">知乎热榜<")
    for told in ("<h1><bdi>topic</bdi></h1>", "2M", "2 h 0 min", "not on the list"):
        assert told in page
    other = (await site.get("/topic?title=topic&platform=zhihu&lang=zh")).text
    assert other.index(">知乎热榜<") < other.index(">微博热搜<")
    assert "在榜时长" in other


async def test_rank_and_heat_are_drawn(database: Database, site: httpx2.AsyncClient) -> None:
    """One chart of ranks for all platforms, one of heat for each that has any; an unchanged chart is not sent again."""
    await filled(database)
    page = (await site.get("/topic?title=topic&platform=weibo")).text
    assert "/charts/topic/rank.svg?platform=weibo&amp;title=topic" in page
    assert "/charts/topic/heat.svg?platform=weibo" in page
    assert "/charts/topic/heat.svg?platform=zhihu" not in page
    ranks = await site.get("/charts/topic/rank.svg?platform=weibo&title=topic&lang=zh&size=narrow")
    assert ranks.headers["content-type"] == "image/svg+xml"
    assert "名次变化" in ranks.text
    assert "知乎热榜" in ranks.text
    again = await site.get(str(ranks.url), headers={"If-None-Match": ranks.headers["etag"]})
    assert again.status_code == 304
    assert (await site.get("/charts/topic/heat.svg?platform=weibo&title=topic")).status_code == 200
    assert (await site.get("/charts/topic/heat.svg?platform=nobody&title=topic")).status_code == 404


async def test_a_title_that_never_stood_is_told_as_such(site: httpx2.AsyncClient) -> None:
    """404 in words, with the way to the search; also without any title."""
    for path in ("/topic?title=never", "/topic", "/topic?title=%00&platform=%00"):
        page = await site.get(path)
        assert page.status_code == 404
        assert "No list of the ledger" in page.text


async def test_a_topic_is_had_as_a_file(database: Database, site: httpx2.AsyncClient) -> None:
    """All points of all platforms."""
    await filled(database)
    lines = (await site.get("/topic?title=topic&platform=weibo&format=csv")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 4 + 1
    assert lines[2].startswith("weibo,topic,2026-03-04T13:00:00+00:00,,")

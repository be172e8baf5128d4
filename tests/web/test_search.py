"""The page of the search: titles by any part of them, newest or hottest first, in pages."""

from __future__ import annotations

import re

import httpx2
import pytest
from tests.database import Database
from tests.made import collected


def shown(page: str) -> list[str]:
    """The titles of the results, in their order."""
    return re.findall(r"<tr><td><a [^>]*><bdi>(.*?)</bdi>", page)


async def test_titles_are_found(database: Database, site: httpx2.AsyncClient) -> None:
    """By any part, in any case, newest or hottest first, of one platform or all."""
    await collected(database, "weibo", "高考成绩公布", "Apple 发布会", minutes=0, heats=[10, 3_000_000])
    await collected(database, "zhihu", "如何看待高考", minutes=5)
    assert shown((await site.get("/search?q=高考")).text) == ["如何看待高考", "高考成绩公布"]
    assert shown((await site.get("/search?q=高考&sort=hottest")).text) == ["高考成绩公布", "如何看待高考"]
    assert shown((await site.get("/search?q=高考&platform=weibo")).text) == ["高考成绩公布"]
    page = (await site.get("/search?q=APPLE&lang=zh")).text
    assert shown(page) == ["Apple 发布会"]
    assert "300万" in page
    assert "/topic?platform=weibo&amp;title=Apple+%E5%8F%91%E5%B8%83%E4%BC%9A" in page


async def test_pages_follow_each_other(database: Database, site: httpx2.AsyncClient) -> None:
    """Fifty titles a page; the way on is the place where the page ended; what is no place of ours is refused."""
    await collected(database, "weibo", *(f"title {number:03}" for number in range(120)))
    page, found = (await site.get("/search?q=title")).text, []
    while True:
        found += shown(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        page = (await site.get(following.group(1).replace("&amp;", "&"))).text
    assert sorted(found) == [f"title {number:03}" for number in range(120)]
    assert len(found) == 120


@pytest.mark.parametrize("after", ["x", "1", "1~", "x~1", "~", "1~1e5"])
async def test_a_place_that_is_none_is_refused(site: httpx2.AsyncClient, after: str) -> None:
    """A cursor that was not made here is told in words."""
    answer = await site.get("/search", params={"q": "ab", "after": after})
    assert answer.status_code == 400
    assert "begin anew" in answer.text


@pytest.mark.parametrize("after", ["nan~1", "inf~99999999999999999999", "-inf~-5"])
async def test_odd_places_are_no_failure(site: httpx2.AsyncClient, after: str) -> None:
    """Numbers at their limits are places like any other."""
    assert (await site.get("/search", params={"q": "ab", "after": after})).status_code == 200


async def test_the_search_says_what_it_did_not_do(database: Database, site: httpx2.AsyncClient) -> None:
    """Nothing asked, nothing found, and single letters are each told as what they are."""
    await collected(database, "weibo", "a b", "<b>bold</b>")
    assert "by any part of them" in (await site.get("/search")).text
    assert "No title holds these words." in (await site.get("/search?q=nothing")).text
    single = (await site.get("/search?q=b")).text
    assert "among the latest 20,000 titles only" in single
    assert shown(single) == ["&lt;b&gt;bold&lt;/b&gt;", "a b"]
    assert (await site.get("/search", params={"q": "%\x00_'\\"})).status_code == 200
    assert (await site.get("/search", params={"q": "x" * 5000})).status_code == 200


async def test_what_is_found_is_had_as_a_file(database: Database, site: httpx2.AsyncClient) -> None:
    """The titles with all that is known of them, without formulas."""
    await collected(database, "weibo", "=HYPERLINK(1)")
    lines = (await site.get("/search?q=hyper&format=csv")).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "platform,title,first_seen_at,last_seen_at,best_rank,peak_heat,times_seen,url,id"
    assert lines[1].startswith("weibo,'=HYPERLINK(1),")

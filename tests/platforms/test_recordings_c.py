"""Recorded bodies of communities and video sites against rows derived from them by other code than the parsers'.

The recordings are not part of the project: without them beside it, these tests are skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from hotledger import body
from hotledger.errors import BodyBlocked, BodyEmpty, ReadError
from hotledger.model import Item, Listing
from hotledger.platforms import reader
from hotledger.platforms._script import assigned
from hotledger.platforms.weread import page

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT.parent / "shared" / "recordings"


class Row(NamedTuple):
    title: str
    heat: float | None
    id: str | None
    url: str | None
    heat_text: str | None = None
    published_at: datetime | None = None


class Expected(NamedTuple):
    ranked: list[Row]
    pinned: tuple[str, ...] = ()
    ads: int = 0


def kuaishou(text: str) -> Expected:
    """The topics by the rank that each carries; the first is the pin, and has no heat."""
    block = r'"VisionHotRankItem:[^"]*": \{\s*"rank": (\d+),\s*"id": "(.*?)",.*?"hotValue": (null|"(.*?)"),.*?"json": \["(.*?)"'
    found = sorted((int(rank), name, heat, video) for rank, name, _, heat, video in re.findall(block, text, re.DOTALL))
    assert [rank for rank, *_ in found] == list(range(text.count('"id": "VisionHotRankItem:')))
    rows = [
        Row(name, float(Decimal(heat.removesuffix("万")) * 10_000), name, f"https://www.kuaishou.com/short-video/{video}", heat)
        for _, name, heat, video in found
        if heat
    ]
    return Expected(rows, tuple(name for _, name, heat, _ in found if not heat))


def hupu(text: str) -> Expected:
    threads = json.loads(text)["threadList"]
    assert not any(thread["topThread"] for thread in threads)
    tids = re.findall(r"huputiyu://bbs/topic/(\d+)\?entrance", text)
    assert len(tids) == len(threads)
    pairs = zip(threads, tids, strict=True)
    return Expected([Row(row["title"].strip(), row["replies"], tid, f"https://bbs.hupu.com/{tid}.html") for row, tid in pairs])


def douban(text: str) -> Expected:
    found = re.findall(r'"id": "(\d+)",\s*"title": "(.*?)".*?"count": (\d+)', text, re.DOTALL)
    return Expected([Row(title, int(count), film, f"https://movie.douban.com/subject/{film}/") for film, title, count in found])


def coolapk(text: str) -> Expected:
    rows = []
    for post in json.loads(text)["data"]:
        title = re.sub(r"<.*?>", "", post["message"]).split("\n")[0].strip()
        heat = post["targetRow"]["subTitle"].split(" ")[0] if post["targetRow"]["subTitle"] else None
        number = float(Decimal(heat.removesuffix("万热度")) * 10_000) if heat else None
        url = f"https://www.coolapk.com{post['url']}"
        rows.append(Row(title, number, post["url"].rpartition("/")[2], url, heat, datetime.fromtimestamp(post["dateline"], UTC)))
    return Expected(rows)


def words(text: str) -> Expected:
    answer: dict[str, Any] = json.loads(text)
    rows = answer["list"] if "list" in answer else answer["data"].get("trending", answer["data"])["list"]
    address = "https://search.bilibili.com/all?keyword="
    return Expected(
        [
            Row(
                row["show_name"],
                row.get("heat_score"),
                str(row["hot_id"]) if "hot_id" in row else None,
                address + quote(row["keyword"], safe=""),
            )
            for row in rows
        ]
    )


def videos(text: str) -> Expected:
    rows = json.loads(text)["data"]["list"]
    address = "https://www.bilibili.com/video/"
    return Expected(
        [
            Row(
                row["title"],
                row["stat"]["view"],
                row["bvid"],
                address + row["bvid"],
                None,
                datetime.fromtimestamp(row["pubdate"], UTC) if "pubdate" in row else None,
            )
            for row in rows
        ]
    )


def searched(text: str) -> Expected:
    found = re.findall(r'"queryDisplay":"(.*?)","realQuery":"(.*?)"', text)
    return Expected([Row(shown.strip(), None, None, "https://www.zhihu.com/search?q=" + quote(query, safe="")) for shown, query in found])


LISTS: dict[str, tuple[str, Callable[[str], Expected]]] = {
    "kuaishou/*.html": ("kuaishou", kuaishou),
    "hupu/*.json": ("hupu", hupu),
    "douban/hot_movies-*.json": ("douban", douban),
    "coolapk/*.json": ("coolapk", coolapk),
    "bilibili/hotword-*.json": ("bilibili-hot-search", words),
    "bilibili/search-*.json": ("bilibili-hot-search", words),
    "bilibili/popular-*sample?-*.json": ("bilibili-popular", videos),
    "zhihu/topsearch-*.html": ("zhihu-topsearch", searched),
}
REFUSED: dict[str, type[ReadError]] = {
    "edge-topsearch-empty-2026-08-21.html": BodyEmpty,
    "edge-topsearch-missing-key-2024-10-01.html": BodyBlocked,
}
CASES = [
    pytest.param(path, *case, id=f"{case[0]}-{path.stem}") for pattern, case in LISTS.items() for path in sorted(RECORDINGS.glob(pattern))
]


def parsed(platform: str, path: Path) -> list[Item]:
    return reader(platform).parse(body.from_file(path.read_bytes(), datetime(2026, 6, 4, 12, tzinfo=UTC)))


@pytest.mark.skipif(not CASES, reason="not on this machine: the recorded bodies beside this repository")
@pytest.mark.parametrize(("path", "platform", "derive"), CASES)
def test_recorded_body_reads_as_its_own_text_says(path: Path, platform: str, derive: Callable[[str], Expected]) -> None:
    """Every title, heat, address, id, instant and rank, every pin and the number of ads of a recording are as its text has them."""
    listing = Listing.of(parsed(platform, path))
    expected = derive(path.read_text("utf-8"))
    assert expected.ranked
    assert [Row(item.title, item.heat, item.id, item.url, item.heat_text, item.published_at) for item in listing.ranked] == expected.ranked
    assert tuple(item.title for item in listing.pinned) == expected.pinned
    assert len(listing.ads) == expected.ads


@pytest.mark.skipif(not CASES, reason="not on this machine: the recorded bodies beside this repository")
@pytest.mark.parametrize("name", REFUSED)
def test_recorded_page_without_a_list_is_named(name: str) -> None:
    """A recorded page without search words is read as what it is: empty, or the check for robots."""
    with pytest.raises(REFUSED[name]):
        parsed("zhihu-topsearch", RECORDINGS / "zhihu" / name)


@pytest.mark.parametrize(
    ("book", "name"),
    [
        ("3300198252", "eab32d10813abb3f1g012d12"),
        ("505248", "7ce32b4057b5a07cecf90a2"),
        ("855751", "670326305d0ec767097b759"),
        ("3300120003", "d7432640813ab9560g013cc5"),
    ],
)
def test_page_of_a_book(book: str, name: str) -> None:
    """The name of a book's page is the one that the site gives it."""
    assert page(book) == name


def test_scripts_are_read_from_the_window() -> None:
    """A value that a page gives to its window is found, and what follows it is not looked at."""
    response = body.from_file(b'<script>window.state={"a":1};(function(){}())</script>', datetime(2026, 6, 4, tzinfo=UTC))
    assert assigned(response, "state", dict[str, int]) == {"a": 1}

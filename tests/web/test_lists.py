"""The page of lists: boards side by side, how each row moved, the same at any moment, as a file; hostile titles stay text."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import httpx2
import pyarrow.parquet
import pytest
from tests.database import Database
from tests.made import NOON, collected, opened, reading

from hotledger.web.tables import inert

HOSTILE = ["<script>alert(1)</script>", "' onmouseover='alert(1)", "\u202eevil\u0007", '"><img src=x onerror=alert(1)>', "=1+1", " "]


async def filled(database: Database) -> None:
    """Two lists of one platform, an hour apart, one of another, and one of an unknown one whose last reading gave none."""
    await collected(database, "weibo", "first", "second", "third", minutes=0, heats=[1_200_000, 900])
    await collected(database, "weibo", "second", "fresh", "first", minutes=60, heats=[1_500_000])
    await collected(database, "zhihu", "question", minutes=60)
    await collected(database, "mine", "own", minutes=30)
    batch = await opened(database, "mine")
    await batch.record("mine", reading(verdict="blocked", minutes=60, evidence="a page that asks for a login"))


async def test_boards_stand_side_by_side(database: Database, site: httpx2.AsyncClient) -> None:
    """The most wanted first, each with verdict and age, its rows with move and heat, and the last reading where it gave no list."""
    await filled(database)
    page = (await site.get("/lists")).text
    places = [page.index(f"<bdi>{name}</bdi></a></h2>") for name in ("微博热搜", "知乎热榜", "mine")]
    assert places == sorted(places)
    for told in ("▲1", "up by 1", "▼2", "down by 2", ">new<", "1.5M", "d ago", "blocked", "a page that asks for a login"):
        assert told in page
    chinese = (await site.get("/lists?lang=zh")).text
    for told in ("现在的热榜", "150万", "上升 1 位", "被拦截"):
        assert told in chinese


async def test_any_moment_of_the_past_is_shown(database: Database, site: httpx2.AsyncClient) -> None:
    """`at` shows what stood then, by its own zone or that of this machine; before all lists there is none; what is no moment is refused."""
    await filled(database)
    moment = NOON + timedelta(minutes=30)
    for written in (moment.isoformat(), f"{moment:%Y-%m-%dT%H:%MZ}", f"{moment.astimezone():%Y-%m-%dT%H:%M}"):
        page = (await site.get("/lists", params={"at": written})).text
        assert "third" in page
        assert "fresh" not in page
        assert "30 min ago" in page
    assert "No list stood here" in (await site.get("/lists?at=2020-01-01T00:00")).text
    refused = await site.get("/lists?at=yesterday")
    assert refused.status_code == 400
    assert "2026-03-04T12:00" in refused.text


async def test_platforms_and_categories_can_be_chosen(database: Database, site: httpx2.AsyncClient) -> None:
    """Those chosen in their order, with so many rows; a category has its platforms alone."""
    await filled(database)
    page = (await site.get("/lists?platform=zhihu&platform=weibo&rows=1")).text
    assert page.index(">question<") < page.index(">second<")
    assert ">fresh<" not in page
    assert "All 3 rows" in page
    assert ">question<" not in (await site.get("/lists?category=music")).text
    assert (await site.get("/lists?rows=x&platform=%00")).status_code == 200


async def test_many_boards_come_in_pages(database: Database, site: httpx2.AsyncClient) -> None:
    """Two dozen boards at once, and the way to the others."""
    for number in range(26):
        await collected(database, f"board-{number:02}", f"title-{number:02}")
    first = (await site.get("/lists")).text
    assert "title-23" in first
    assert "title-24" not in first
    assert "/lists?after=board-23" in first
    second = (await site.get("/lists?after=board-23")).text
    assert "title-24" in second
    assert "title-23" not in second


async def test_hostile_titles_stay_text(database: Database, site: httpx2.AsyncClient) -> None:
    """No title becomes markup, a script or an address; only http and https lead outside."""
    batch = await opened(database, "weibo")
    rows = [{"title": title, "url": "javascript:alert(1)"} for title in HOSTILE] + [{"title": "sound", "url": "https://site.example/1"}]
    await batch.record("weibo", reading() | {"items": rows})
    for path in ("/lists", "/search?q=alert", "/topic?title=%3Cscript%3Ealert(1)%3C/script%3E&platform=weibo"):
        page = (await site.get(path)).text
        assert "<script>alert" not in page
        assert "javascript:" not in page
        assert "<img src=x" not in page
    page = (await site.get("/lists")).text
    assert 'href="https://site.example/1" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer"' in page


async def test_an_empty_ledger_says_so(site: httpx2.AsyncClient) -> None:
    """Without any list the page says that there is nothing yet."""
    page = await site.get("/lists")
    assert page.status_code == 200
    assert "Nothing here yet." in page.text


async def test_the_lists_are_had_as_files(database: Database, site: httpx2.AsyncClient) -> None:
    """CSV with a mark of UTF-8 and no formulas, and Parquet with the same rows, true to type."""
    batch = await opened(database, "weibo")
    await batch.record("weibo", reading(*HOSTILE, heats=[5]))
    answer = await site.get("/lists?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="hotledger-lists.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row["title"] for row in rows] == [*HOSTILE[:4], "'=1+1", " "]
    assert (rows[0]["heat"], rows[1]["heat"], rows[0]["collected_at"]) == ("5.0", "", NOON.isoformat())
    table = pyarrow.parquet.read_table(io.BytesIO((await site.get("/lists?format=parquet")).content)).to_pylist()
    assert [row["title"] for row in table] == HOSTILE
    assert (table[0]["rank"], table[0]["heat"], table[0]["collected_at"]) == (1, 5.0, NOON)


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    """Text that a spreadsheet would compute begins with a quote; numbers stay numbers."""
    assert inert(cell) == f"'{cell}"
    assert inert(-1) == -1
    assert inert("a=1") == "a=1"

"""The whole way on real input: bodies served by `simulate --recordings`, collected by `collect --via`, read back from the database.

The recordings are not part of the project: without them beside it, these tests are skipped. The rows that are expected are taken from
the bodies by other code than the parsers'.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.cli.commands import Commands
from tests.database import Database

from hotledger.platforms import readers

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"
BLOCKED = "weibo/blocked-visitor-m-2025-11-11.html"

pytestmark = pytest.mark.skipif(not RECORDINGS.exists(), reason="not on this machine: the recordings beside the project")

Rows = list[tuple[str, float | None]]


def baidu(text: str) -> Rows:
    return [(row["word"], int(row["hotScore"])) for row in json.loads(text)["data"]["cards"][0]["content"]]


def weibo(text: str) -> Rows:
    rows = [row for row in json.loads(text)["data"]["realtime"] if "realpos" in row]
    return [(row["word"], row["num"]) for row in sorted(rows, key=lambda row: row["realpos"])]


def zhihu(text: str) -> Rows:
    rows = [(row["target"]["title"], row["detail_text"]) for row in json.loads(text)["data"]]
    return [(title, int(heat.split()[0]) * 10_000) for title, heat in rows]


def toutiao(text: str) -> Rows:
    return [(row["Title"], int(row["HotValue"])) for row in json.loads(text)["data"]]


def v2ex(text: str) -> Rows:
    return [(row["title"], row["replies"]) for row in json.loads(text)]


def github(text: str) -> Rows:
    names = re.findall(r'<h2 class="h3 lh-condensed">.*?href="/([^"]+)"', text, re.DOTALL)
    stars = re.findall(r"([\d,]+) stars (?:today|this)", text)
    return [(name, int(count.replace(",", ""))) for name, count in zip(names, stars, strict=True)]


def hackernews(text: str) -> Rows:
    titles = re.findall(r"""class=.athing.*? id=.(\d+).>.*?class="titleline"><a [^>]*>(.*?)</a>""", text, re.DOTALL)
    points = dict(re.findall(r'id="score_(\d+)">(\d+) point', text))
    return [(html.unescape(title), float(points[key]) if key in points else None) for key, title in titles]


# The file that is served at the address that each platform's module asks first and finds recorded.
SERVED: dict[str, tuple[str, Callable[[str], Rows]]] = {
    "baidu": ("baidu/realtime-api-pc-2026-06-04.json", baidu),
    "weibo": ("weibo/ajax-hotSearch-2026-06-04.json", weibo),
    "zhihu": ("zhihu/hot-lists-total-mobile-2026-02-14.json", zhihu),
    "toutiao": ("toutiao/hot-board-2025-07-26.json", toutiao),
    "v2ex": ("v2ex/hot-2026-08-22.json", v2ex),
    "github": ("github/trending-daily-2026-05-13.html", github),
    "hackernews": ("hackernews/news-2023-10-18.html", hackernews),
}


@asynccontextmanager
async def serving(run: Commands, *options: str) -> AsyncIterator[str]:
    """The address of a simulator process that serves the recordings."""
    process = await run.start("simulate", "--port", "0", "--recordings", str(RECORDINGS), *options)
    assert process.stdout is not None
    try:
        said = (await process.stdout.readline()).decode()
        yield re.findall(r"http://[\d.]+:\d+", said)[0]
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 143


async def stored(database: Database, platform: str) -> Rows:
    return [
        tuple(row)
        for row in await database.rows("SELECT title, heat FROM hot_items WHERE platform = %(name)s ORDER BY rank", {"name": platform})
    ]


async def test_recorded_lists_arrive_as_they_were_served(run: Commands, database: Database) -> None:
    """Each that has a full recording gives its list; titles and heats in the database are those of the bodies."""
    async with serving(run) as url:
        done = await run("collect", "--via", url, "--json")
    assert done.code == 0
    verdicts = {each["platform"]: each["verdict"] for each in done.json["platforms"]}
    assert set(verdicts) == {name for name, each in readers().items() if not each.facts.off}
    assert {name for name, verdict in verdicts.items() if verdict in {"ok", "short", "stale"}} >= set(SERVED)
    for platform, (file, derived) in SERVED.items():
        expected = derived((RECORDINGS / file).read_text(encoding="utf-8"))
        assert len(expected) >= 8
        assert await stored(database, platform) == expected, platform
    assert await database.value("SELECT sum(items) FROM hot_readings") == done.json["total_items"]


@pytest.mark.parametrize("platforms", [("weibo",), ("weibo", "baidu")])
async def test_blocked_recording_is_told_as_blocked(run: Commands, database: Database, platforms: Sequence[str]) -> None:
    """A visitor page that was served in place of the list, with status 200, is `blocked`, and hurts no other platform."""
    async with serving(run, "--choose", f"weibo={BLOCKED}") as url:
        done = await run("collect", *platforms, "--via", url, "--json")
    assert {each["platform"]: each["verdict"] for each in done.json["platforms"]} == {"weibo": "blocked"} | dict.fromkeys(
        platforms[1:], "ok"
    )
    assert done.code == (0 if platforms[1:] else 3)
    assert await stored(database, "weibo") == []
    assert await database.value("SELECT metadata ->> 'weibo_items' FROM batch_jobs") == "0"

"""Lobsters, Reddit, Juejin, Sspai and IT之家: bodies that the sites have served.

What a recorded body should give is read here as plain JSON, by other code than the parsers'.
The recordings lie beside the repository and are not part of it.
"""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hotledger import body
from hotledger.model import Kind
from hotledger.platforms import reader

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"


class Row(NamedTuple):
    """A row, with the one of its extras that matters most here."""

    title: str
    id: str
    url: str
    heat: float | None
    published_at: datetime | None
    kind: str = "ranked"
    other: object = None


def lobsters(stories: Any) -> list[Row]:
    """A submitter was a record once, and is a name now."""
    return [
        Row(
            html.unescape(story["title"]).strip(),
            story["short_id"],
            story["url"] or story["short_id_url"],
            story["score"],
            datetime.strptime(story["created_at"], "%Y-%m-%dT%H:%M:%S.%f%z"),
            other=story["submitter_user"]["username"] if "karma" in story["submitter_user"] else story["submitter_user"],
        )
        for story in stories
    ]


def reddit(listing: Any) -> list[Row]:
    """What is pinned in its subreddit is marked as sticky; the score is also the number of the ups."""
    posts = [child["data"] for child in listing["data"]["children"]]
    return [
        Row(
            html.unescape(post["title"]).strip(),
            post["name"].removeprefix("t3_"),
            post["url"].replace("&amp;", "&"),
            post["ups"],
            datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=post["created_utc"]),
            "pinned" if post["stickied"] else "ranked",
            "https://www.reddit.com" + post["permalink"],
        )
        for post in posts
    ]


def juejin(answer: Any) -> list[Row]:
    rows = [row["content"] for row in answer["data"]]
    return [Row(row["title"], row["content_id"], "https://juejin.cn/post/" + row["content_id"], None, None) for row in rows]


def sspai(answer: Any) -> list[Row]:
    """An archive has kept the rows alone."""
    return [
        Row(
            html.unescape(row["title"]).strip(),
            str(row["id"]),
            f"https://sspai.com/post/{row['id']}",
            row["like_count"],
            datetime.fromtimestamp(row["released_time"], UTC),
            other=row["comment_count"] or 0,
        )
        for row in (answer if isinstance(answer, list) else answer["data"])
    ]


def ithome(answer: Any) -> list[Row]:
    """What leads to the shopping channel is paid."""
    found = []
    for kind, rows in (("pinned", answer["toplist"]), ("ranked", answer["newslist"])):
        for row in rows:
            url = ("" if "//" in row["url"] else "https://www.ithome.com") + row["url"]
            when = datetime.fromisoformat(row["postdate"] + "+08:00")
            found.append(Row(row["title"], str(row["newsid"]), url, None, when, "ad" if "lapin" in url else kind))
    return found


DERIVED: dict[str, tuple[Callable[[Any], list[Row]], str]] = {
    "lobsters": (lobsters, "by"),
    "reddit": (reddit, "discussion"),
    "juejin": (juejin, ""),
    "sspai": (sspai, "comments"),
    "ithome": (ithome, ""),
}


def recorded() -> list[str]:
    index = RECORDINGS / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8") as lines:
        return [row["file"] for row in csv.DictReader(lines, delimiter="\t") if row["platform"] in DERIVED]


needs_recordings = pytest.mark.skipif(not recorded(), reason="not on this machine: the recorded bodies beside this repository")


def parsed(file: str) -> list[Row]:
    """The rows of a recording, by the platform's parser."""
    platform, _, _ = file.partition("/")
    items = reader(platform).parse(body.from_file((RECORDINGS / file).read_bytes(), datetime(2026, 9, 30, tzinfo=UTC)))
    other = DERIVED[platform][1]
    assert all(item.heat_text is None for item in items)
    return [
        Row(item.title, str(item.id), str(item.url), item.heat, item.published_at, item.kind.value, item.extras.get(other))
        for item in items
    ]


@needs_recordings
@pytest.mark.parametrize("file", recorded() or ["none"])
def test_recorded_body_reads_as_its_own_text_says(file: str) -> None:
    """Every title, id, address, heat, time, kind and place of a recording is as its JSON has it, and every heat comes as a number."""
    derive, _ = DERIVED[file.partition("/")[0]]
    found = parsed(file)
    assert found == derive(json.loads((RECORDINGS / file).read_text("utf-8")))
    assert any(row.kind == Kind.RANKED for row in found)


@needs_recordings
def test_a_list_that_an_archive_froze_is_stale() -> None:
    """Sspai's list of 2026-08-22 was asked for with a moment of 2022: its newest article is older than the list may be."""
    newest = max(row.published_at for row in parsed("sspai/hot-tag-data-2026-08-22.json") if row.published_at)
    fresh_hours = reader("sspai").facts.fresh_hours
    assert fresh_hours is not None
    assert datetime(2026, 8, 22, tzinfo=UTC) - newest > timedelta(hours=fresh_hours)

"""Steam and Kugou: bodies that the sites have served.

What a recorded body should give is read here from its markup and its script by other means than the parser's.
The recordings lie beside the repository and are not part of it.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from hotledger import body
from hotledger.model import Listing
from hotledger.platforms import reader

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"


class Row(NamedTuple):
    """A row, with the number of its extras that matters most here."""

    title: str
    id: str
    url: str
    heat: float | None = None
    heat_text: str | None = None
    other: object = None


def steam(text: str) -> list[Row]:
    """The numbers come in pairs, one pair before each link."""
    numbers = re.findall(r'"currentServers">([\d,]+)<', text)
    games = re.findall(r'"gameLink"[^>]*href="(https://[^"?]*/app/(\d+)/[^"?]*)[^"]*">([^<]+)</a>', text)
    assert len(numbers) == 2 * len(games)
    pairs = zip(numbers[::2], numbers[1::2], games, strict=True)
    return [
        Row(html.unescape(title), app, url, int(now.replace(",", "")), now, int(peak.replace(",", "")))
        for now, peak, (url, app, title) in pairs
    ]


def kugou(text: str) -> list[Row]:
    """The script beside the list names the same songs in the same order, with their lengths in seconds."""
    songs, _ = json.JSONDecoder().raw_decode(text, text.index("global.features = ") + len("global.features = "))
    ids = re.findall(r"/mixsong/(\w+)\.html", text)
    assert len(ids) == len(songs)
    return [
        Row(song["FileName"], eid, f"https://www.kugou.com/mixsong/{eid}.html", other="{}:{:02}".format(*divmod(int(song["timeLen"]), 60)))
        for song, eid in zip(songs, ids, strict=True)
    ]


DERIVED: dict[str, tuple[Callable[[str], list[Row]], str]] = {"steam": (steam, "peak_today"), "kugou": (kugou, "length")}


def recorded() -> list[str]:
    index = RECORDINGS / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8") as lines:
        return [row["file"] for row in csv.DictReader(lines, delimiter="\t") if row["platform"] in DERIVED]


@pytest.mark.skipif(not recorded(), reason="not on this machine: the recorded bodies beside this repository")
@pytest.mark.parametrize("file", recorded() or ["none"])
def test_recorded_body_reads_as_its_own_text_says(file: str) -> None:
    """Every title, id, address, heat and rank of a recording is as its text has it, and no row is a pin or an ad."""
    content, platform = (RECORDINGS / file).read_bytes(), file.partition("/")[0]
    listing = Listing.of(reader(platform).parse(body.from_file(content, datetime(2026, 9, 30, tzinfo=UTC))))
    derive, other = DERIVED[platform]
    found = [Row(item.title, str(item.id), str(item.url), item.heat, item.heat_text, item.extras.get(other)) for item in listing.ranked]
    assert found == derive(content.decode())
    assert found
    assert not listing.pinned
    assert not listing.ads

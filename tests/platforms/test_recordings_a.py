"""Recorded bodies of Baidu, Weibo, Zhihu, Toutiao and Tieba against rows derived from them by other code than the parsers'.

The recordings are not part of the project: without them beside it, these tests are skipped. The mutations at the end use our own bodies.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, unquote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotledger import body
from hotledger.errors import BodyBlocked, BodyEmpty, HotledgerError
from hotledger.model import Item, Listing
from hotledger.platforms import reader

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT.parent / "shared" / "recordings"
FIXTURES = Path(__file__).parent / "fixtures"
OURS = ("baidu", "weibo", "zhihu", "toutiao", "tieba")


class Row(NamedTuple):
    title: str
    heat: float | None
    url: str | None
    id: str | None = None
    heat_text: str | None = None


class Expected(NamedTuple):
    ranked: list[Row]
    pinned: list[str]
    ads: int


REFUSED = {
    "weibo/blocked-visitor-m-2025-11-11.html": BodyBlocked,
    "weibo/blocked-visitor-s-2021-12-31.html": BodyBlocked,
    "weibo/edge-m-ok0-2023-01-22.json": BodyEmpty,
    "weibo/m-hottopic-fail-2024-12-31.json": BodyEmpty,
    "zhihu/edge-topsearch-empty-2026-08-21.html": BodyEmpty,
    # Known for its missing list; its title says that it is the site's check for robots.
    "zhihu/edge-topsearch-missing-key-2024-10-01.html": BodyBlocked,
}


def recorded() -> list[str]:
    index = RECORDINGS / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8") as lines:
        return [row["file"] for row in csv.DictReader(lines, delimiter="\t") if row["platform"] in OURS]


def parsed(platform: str, content: bytes) -> list[Item]:
    return reader(platform).parse(body.from_file(content, datetime(2026, 6, 4, 12, tzinfo=UTC)))


def baidu(text: str) -> Expected:
    card = json.loads(text)["data"]["cards"][0]
    ranked = [Row(row["word"], int(row["hotScore"]), row["url"], None, row["hotScore"]) for row in card["content"]]
    assert [row["index"] for row in card["content"]] == list(range(50))
    return Expected(ranked, [row["word"] for row in card["topContent"]], 0)


def search(query: str) -> str:
    return "https://s.weibo.com/weibo?q=" + quote(query, safe="")


def weibo_side(text: str) -> Expected:
    data = json.loads(text)["data"]
    honest = sorted((row for row in data["realtime"] if row.get("realpos")), key=lambda row: row["realpos"])
    ranked = [Row(row["word"], row["num"], search(row["word_scheme"])) for row in honest]
    return Expected(ranked, [data["hotgov"]["word"].strip("#")], len(data["realtime"]) - len(ranked))


def weibo_cards(text: str) -> Expected:
    """The heat tells the rows apart here: none on the pin, empty on an ad."""
    rows = json.loads(text)["data"]["cards"][0]["card_group"]
    ranked = []
    for row in rows:
        if heat := row.get("desc_extr"):
            opened = unquote_plus(unquote(re.findall(r"q(?:%3D|=)(.*?)&", row["scheme"])[0]))
            ranked.append(Row(row["desc"], int(str(heat).split()[-1]), search(opened), None, heat if isinstance(heat, str) else None))
    return Expected(ranked, [row["desc"] for row in rows if "desc_extr" not in row], sum(row.get("desc_extr") == "" for row in rows))


def reads(counts: str) -> float:
    number, unit = re.findall(r" ([\d.]+)(万|亿|)阅读", counts)[0]
    return float(Decimal(number) * {"": 1, "万": 10_000, "亿": 100_000_000}[unit])


def weibo_topics(text: str) -> Expected:
    rows = json.loads(text)["data"]["cards"][0]["card_group"]
    assert [row["top_mark_text"] for row in rows] == list(range(1, len(rows) + 1))
    ranked = [Row(row["title_sub"][1:-1], reads(row["desc"]), search(row["title_sub"]), None, row["desc"]) for row in rows]
    return Expected(ranked, [], 0)


def weibo_touch(text: str) -> Expected:
    ranked, pinned, ads = [], [], 0
    for row in re.findall(r"<li>\s*<a href=\"/weibo\?q=.*?</li>", text, re.DOTALL):
        title = html.unescape(re.findall(r"<span>(.*?)<(?:em|/span)", row)[0]).strip()
        if "icon_pinned" in row:
            pinned.append(title)
        elif "icon_recommend" in row:
            ads += 1
        else:
            heat = re.findall(r"<em>(\d+)</em>", row)[0]
            ranked.append(Row(title, int(heat), search(unquote(re.findall(r"q=([^&\"]*)", row)[0])), None, heat))
            assert f">{len(ranked)}</strong>" in row
    return Expected(ranked, pinned, ads)


def weibo_band(text: str) -> Expected:
    found = re.findall(r"<h2>(#.*?#)</h2>.*?<span>(.*?)</span>", html.unescape(text), re.DOTALL)
    return Expected([Row(title[1:-1], reads(counts), search(title), None, counts) for title, counts in found], [], 0)


def zhihu_list(text: str) -> Expected:
    answer = json.loads(text)
    ranked = []
    for row in answer["data"]:
        target = row["target"]
        title = target["title"] if "title" in target else target["title_area"]["text"]
        heat = row["detail_text"] if "title" in target else target["metrics_area"]["text"]
        url = f"https://www.zhihu.com/question/{target['id']}" if "title" in target else target["link"]["url"]
        ranked.append(Row(title, float(Decimal(heat.split()[0]) * 10_000), url, row["card_id"], heat))
    notices = [notice["title"].strip() for notice in answer.get("head_zone", {}).get("data", [])]
    return Expected(ranked, notices, 0)


def zhihu_words(text: str) -> Expected:
    found = re.findall(r'"queryDisplay":"(.*?)","realQuery":"(.*?)"', text)
    return Expected([Row(shown.strip(), None, "https://www.zhihu.com/search?q=" + quote(query, safe="")) for shown, query in found], [], 0)


def toutiao(text: str) -> Expected:
    answer = json.loads(text)
    rows = [
        Row(row["Title"], int(row["HotValue"]), row["Url"].split("?")[0], str(row["ClusterId"]), row["HotValue"]) for row in answer["data"]
    ]
    return Expected(rows, [row["Title"] for row in answer["fixed_top_data"]], 0)


def tieba(text: str) -> Expected:
    rows = json.loads(text)["data"]["bang_topic"]["topic_list"]
    assert [row["idx_num"] for row in rows] == list(range(1, len(rows) + 1))
    ranked = [Row(row["topic_name"], row["discuss_num"], row["topic_url"].replace("&amp;", "&"), str(row["topic_id"])) for row in rows]
    return Expected(ranked, [], 0)


DERIVED: dict[str, Callable[[str], Expected]] = {
    r"baidu/.*": baidu,
    r"weibo/ajax-.*": weibo_side,
    r"weibo/m-hottopic-.*": weibo_topics,
    r"weibo/(series-)?m-.*": weibo_cards,
    r"weibo/s-top-summary-.*": weibo_touch,
    r"weibo/s-top-topicband-.*": weibo_band,
    r"zhihu/topsearch-.*": zhihu_words,
    r"zhihu/.*": zhihu_list,
    r"toutiao/.*": toutiao,
    r"tieba/.*": tieba,
}


def expected_of(file: str, text: str) -> Expected:
    return next(derive for pattern, derive in DERIVED.items() if re.fullmatch(pattern, file))(text)


@pytest.mark.skipif(not recorded(), reason="not on this machine: the recorded bodies beside this repository")
@pytest.mark.parametrize("file", recorded() or ["none"])
def test_recorded_body_reads_as_its_own_text_says(file: str) -> None:
    """Every title, heat, address, id and rank, every pin and the number of ads of a recording are as its text has them."""
    content = (RECORDINGS / file).read_bytes()
    platform = file.partition("/")[0]
    if file in REFUSED:
        with pytest.raises(REFUSED[file]):
            parsed(platform, content)
        return
    listing = Listing.of(parsed(platform, content))
    expected = expected_of(file, content.decode("utf-8"))
    assert expected.ranked
    assert [Row(item.title, item.heat, item.url, item.id, item.heat_text) for item in listing.ranked] == expected.ranked
    assert [item.title for item in listing.pinned] == expected.pinned
    assert len(listing.ads) == expected.ads


def is_list(path: Path) -> bool:
    expected = path.with_name(f"{path.stem}.expected.json")
    return expected.exists() and '"verdict": "ok"' in expected.read_text("utf-8")


LISTS = [path for platform in OURS for path in sorted((FIXTURES / platform).iterdir()) if is_list(path)]


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside a JSON value."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for key, value in inside for found in [(*path, key), *places(value, (*path, key))]]


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with one place removed (`...`) or given another value."""
    copy = json.loads(json.dumps(document))
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    if value is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return copy


def read_or_refused(platform: str, content: bytes) -> None:
    try:
        items = parsed(platform, content)
    except HotledgerError:
        return
    assert items
    assert all(item.title.strip() == item.title != "" for item in items)


@settings(max_examples=150, deadline=None, database=None)
@given(data=st.data())
def test_damaged_body_is_read_or_refused_by_name(data: st.DataObject) -> None:
    """A body with a key gone, a value of another type or its end cut off gives rows with titles, or a failure that we name."""
    path = data.draw(st.sampled_from(LISTS))
    content = path.read_bytes()
    if path.suffix == ".json" and data.draw(st.booleans()):
        document = json.loads(content)
        place = data.draw(st.sampled_from(places(document)))
        value = data.draw(st.sampled_from([..., None, "", "#", 0, -1, [], {}, "http://[", [None]]))
        content = json.dumps(changed(document, place, value)).encode()
    else:
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    read_or_refused(path.parent.name, content)

"""Recorded bodies of news sites against rows derived from them by other code than the parsers', and the instants that rows carry.

The recordings are not part of the project: without them beside it, these tests are skipped.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotledger import body
from hotledger.errors import HotledgerError
from hotledger.model import Item, Listing, Request, Response
from hotledger.platforms import reader
from hotledger.platforms._rows import ago, beijing, china_day, headline, plain_text, since_1970

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
RECORDINGS = ROOT.parent / "shared" / "recordings"
OURS = ("qqnews", "wallstreetcn")
PLAYED = (
    "cankaoxiaoxi",
    "earthquake",
    "eastmoney",
    "fastbull",
    "gelonghui",
    "ifeng",
    "jin10",
    "kaopu",
    "mktnews",
    "netease-news",
    "qq-news",
    "sina",
    "sina-finance",
    "sina-news",
    "sputniknewscn",
    "tencent-hot",
    "thepaper",
    "wallstreetcn",
    "weatheralarm",
    "xueqiu",
)
NOW = datetime(2026, 6, 4, 12, tzinfo=UTC)


class Row(NamedTuple):
    title: str
    heat: float | None
    url: str | None
    id: str | None
    published_at: datetime | None


class Expected(NamedTuple):
    ranked: list[Row]
    pinned: list[str]


def recorded() -> list[str]:
    index = RECORDINGS / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8") as lines:
        return [row["file"] for row in csv.DictReader(lines, delimiter="\t") if row["platform"] in OURS]


def at_beijing(written: str) -> datetime:
    return datetime.fromisoformat(f"{written.replace(' ', 'T')}+08:00")


def qqnews(text: str) -> Expected:
    """The rows that have a place; the place in Beijing time beside the one since 1970."""
    rows = [row for row in json.loads(text)["idlist"][0]["newslist"] if "ranking" in row]
    assert [row["ranking"] for row in rows] == list(range(1, len(rows) + 1))
    pinned = [row for row in rows if "is_top" in row["hotEvent"]]
    ranked = [
        Row(row["longtitle"], row["hotEvent"]["hotScore"], row["surl"], row["hotEvent"]["id"], at_beijing(row["time"]))
        for row in rows
        if row not in pinned
    ]
    return Expected(ranked, [row["longtitle"] for row in pinned])


def wallstreetcn(text: str) -> Expected:
    day = text[text.index('"day_items"') : text.index('"week_items"')]
    found = re.findall(r'"title":\s*"(.*?)",\s*"display_time":\s*(\d+),\s*"uri":\s*"(.*?/(\d+))",\s*"pageviews":\s*(\d+)', day)
    rows = [Row(title, int(views), uri, number, datetime.fromtimestamp(int(at), UTC)) for title, at, uri, number, views in found]
    assert len(rows) == day.count('"id"')
    return Expected(rows, [])


DERIVED = {"qqnews": qqnews, "wallstreetcn": wallstreetcn}


def as_row(item: Item) -> Row:
    return Row(item.title, item.heat, item.url, item.id, item.published_at)


@pytest.mark.skipif(not recorded(), reason="not on this machine: the recorded bodies beside this repository")
@pytest.mark.parametrize("file", recorded() or ["none"])
def test_recorded_body_reads_as_its_own_text_says(file: str) -> None:
    """Every title, heat, address, id, instant and rank, and every pin of a recording are as its text has them."""
    content = (RECORDINGS / file).read_bytes()
    platform = file.partition("/")[0]
    listing = Listing.of(reader(platform).parse(body.from_file(content, NOW)))
    expected = DERIVED[platform](content.decode("utf-8"))
    assert expected.ranked
    assert [as_row(item) for item in listing.ranked] == expected.ranked
    assert [item.title for item in listing.pinned] == expected.pinned
    assert not listing.ads


@pytest.mark.parametrize("written", ["2026-06-02 20:05:15", "2026/06/02 20:05:15", " 2026-06-02T20:05:15 ", "2026-06-02T12:05:15Z"])
def test_beijing_time_is_eight_hours_ahead(written: str) -> None:
    """A time without a zone is that of Beijing; one with a zone keeps it."""
    assert beijing(written) == datetime(2026, 6, 2, 12, 5, 15, tzinfo=UTC)


@pytest.mark.parametrize("written", [None, "", "06-02 20:05", "2026-06-02", "3小时前", "None None"])
def test_unknown_time_stays_unknown(written: str | None) -> None:
    """What is no instant with a year is none."""
    assert beijing(written) is None


def test_time_since_1970() -> None:
    """Seconds and milliseconds, as a number or a text, give the same instant; nothing and nonsense give none."""
    at = datetime(2026, 6, 2, 12, 5, 15, tzinfo=UTC)
    assert [since_1970(1780401915), since_1970("1780401915"), since_1970("1780401915000", per_second=1000)] == [at] * 3
    assert [since_1970(None), since_1970(0), since_1970(""), since_1970("x"), since_1970(1e30)] == [None] * 5


def test_relative_time_counts_from_the_answer() -> None:
    """Relative words count back from the given instant, and other words give none."""
    assert ago("3小时前", NOW) == NOW - timedelta(hours=3)
    assert ago(" 5 分钟前 ", NOW) == NOW - timedelta(minutes=5)
    assert ago("昨天 20:05", NOW) is None


def test_day_in_china() -> None:
    """From 16:00 UTC on it is the next day in China."""
    assert [china_day(NOW), china_day(NOW + timedelta(hours=4))] == ["20260604", "20260605"]


def test_headline_is_what_stands_in_brackets() -> None:
    """A flash is named by its brackets, unless they hold only a word that says what kind of flash it is."""
    assert headline("【云州黄金<b>上涨</b>】详情") == "云州黄金上涨"
    assert headline("【收评】三大指数走平") == "【收评】三大指数走平"
    assert headline(None) == ""


def test_plain_text_keeps_what_is_no_tag() -> None:
    """Tags go, breaks become spaces, and signs of comparison stay."""
    assert plain_text("a<br/>b <b>c</b>&amp;<微光> 1 < 2") == "a b c&<微光> 1 < 2"


EVENING = datetime(2026, 6, 2, 12, 5, 15, tzinfo=UTC)  # 20:05:15 in Beijing, 1780401915 since 1970.
FIRST_AT = {
    "cankaoxiaoxi": datetime(2026, 6, 2, 13, tzinfo=UTC),
    "earthquake": EVENING,
    "eastmoney": EVENING,
    "fastbull": EVENING,
    "gelonghui": NOW - timedelta(hours=3),
    "ifeng": EVENING,
    "jin10": EVENING,
    "kaopu": NOW - timedelta(hours=3),
    "mktnews": EVENING,
    "netease-news": EVENING,
    "qq-news": EVENING,
    "sina-finance": EVENING,
    "sina-news": EVENING,
    "sputniknewscn": EVENING,
    "tencent-hot": EVENING,
    "thepaper": EVENING,
    "wallstreetcn": datetime(2026, 9, 16, 21, 44, 30, tzinfo=UTC),
    "weatheralarm": datetime(2026, 6, 2, 12, 5, tzinfo=UTC),
}


@pytest.mark.parametrize("platform", FIRST_AT)
def test_first_row_says_when_it_was_published(platform: str) -> None:
    """The first ranked row of the usual body carries the instant that is written in it."""
    (usual,) = (path for path in (FIXTURES / platform).glob("usual.*") if not path.name.endswith(".expected.json"))
    listing = Listing.of(reader(platform).parse(body.from_file(usual.read_bytes(), NOW)))
    assert listing.ranked[0].published_at == FIRST_AT[platform]


def test_continued_story_has_no_known_beginning() -> None:
    """How long ago a story was continued is not taken for the time when it was published."""
    stories = reader("kaopu").parse(body.from_file((FIXTURES / "kaopu" / "usual.html").read_bytes(), NOW))
    assert [story.published_at for story in stories] == [NOW - timedelta(hours=3), None, NOW - timedelta(hours=3)]


@pytest.mark.parametrize("platform", PLAYED)
def test_fresh_hours_are_for_lists_with_instants(platform: str) -> None:
    """Only a platform whose rows carry an instant says how old the newest may be."""
    assert reader(platform).facts.fresh_hours is None or platform in FIRST_AT


def answer(content: bytes, received_at: datetime = NOW) -> Response:
    return Response(url="https://site.invalid/", status=200, content=content, received_at=received_at)


def test_sina_news_asks_for_the_day_in_china() -> None:
    """The ranking is asked for by the day that the first answer falls on in China."""
    steps = reader("sina-news").plans[0]()
    assert next(steps).url == "https://news.sina.com.cn/hotnews/"
    wanted = steps.send(answer(b"<html></html>", NOW + timedelta(hours=5)))
    assert isinstance(wanted, Request)
    assert "&top_time=20260605&" in wanted.url


def test_cankaoxiaoxi_shows_the_page_among_its_answers() -> None:
    """Where one of the channels answers with a page, that page is what is read, rather than three answers in one."""
    steps = reader("cankaoxiaoxi").plans[0]()
    wanted = next(steps)
    assert isinstance(wanted, list)
    assert len(wanted) == 3
    page = answer(b"<html></html>")
    with pytest.raises(StopIteration) as ended:
        steps.send([answer(b'{"list": []}'), page, answer(b'{"list": []}')])
    assert ended.value.value is page


def is_list(path: Path) -> bool:
    expected = path.with_name(f"{path.stem}.expected.json")
    return path != expected and expected.exists() and '"verdict": "ok"' in expected.read_text("utf-8")


LISTS = [path for platform in PLAYED for path in sorted((FIXTURES / platform).iterdir()) if is_list(path)]


def changed(value: Any, data: st.DataObject) -> Any:
    """A JSON value with one place inside it replaced."""
    if isinstance(value, dict) and value and data.draw(st.booleans() if len(value) > 1 else st.just(True)):
        key = data.draw(st.sampled_from(sorted(value)))
        return value | {key: changed(value[key], data)}
    if isinstance(value, list) and value:
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], changed(value[place], data), *value[place + 1 :]]
    return data.draw(st.sampled_from([None, "", "#", 0, -1, 1e300, [], {}, "http://[", [None], {"x": None}, True]))


def damaged(path: Path, data: st.DataObject) -> bytes:
    content = path.read_bytes()
    if data.draw(st.booleans()):
        return content[: data.draw(st.integers(0, len(content) - 1))]
    if path.suffix == ".json":
        return json.dumps(changed(json.loads(content), data)).encode()
    text = content.decode()
    gone = data.draw(st.sampled_from(sorted(set(re.findall(r'\w[\w-]*="[^"]*"|"\w+":|</?\w+|\d+', text)))))
    return text.replace(gone, data.draw(st.sampled_from(["", "x", '"', "null", "<p"]))).encode()


@settings(max_examples=400, deadline=None, database=None)
@given(data=st.data())
def test_damaged_body_is_read_or_refused_by_name(data: st.DataObject) -> None:
    """A body with a part gone or of another type, or its end cut off, gives rows with titles, or a failure that we name."""
    path = data.draw(st.sampled_from(LISTS))
    try:
        items = reader(path.parent.name).parse(body.from_file(damaged(path, data), NOW))
    except HotledgerError:
        return
    assert items
    assert all(item.title.strip() == item.title != "" for item in items)
    assert all(item.published_at is None or item.published_at.utcoffset() == timedelta(0) for item in items)

"""Archives of other projects, read as lists of the past: each form by its content, each list at its own time."""

from __future__ import annotations

import gzip
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotledger.collect.history import Hints, PastList, files_of, lists_of
from hotledger.errors import SettingsError
from hotledger.model import Verdict
from hotledger.platforms import readers

FIXTURES = Path(__file__).parents[1] / "platforms" / "fixtures"
TRENDRADAR = """
CREATE TABLE platforms (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE news_items (id INTEGER PRIMARY KEY, title TEXT, platform_id TEXT, rank INTEGER, url TEXT, first_crawl_time TEXT);
CREATE TABLE rank_history (id INTEGER PRIMARY KEY, news_item_id INTEGER, rank INTEGER, crawl_time TEXT, created_at TIMESTAMP);
CREATE TABLE crawl_records (id INTEGER PRIMARY KEY, crawl_time TEXT, total_items INTEGER, created_at TIMESTAMP);
CREATE TABLE crawl_source_status (crawl_record_id INTEGER, platform_id TEXT, status TEXT);
INSERT INTO news_items VALUES (1, 'one', 'weibo', 1, 'https://s.example/1', '09-00'), (2, 'two', 'weibo', 2, '', '09-00');
INSERT INTO rank_history VALUES (1, 1, 2, '09-00', '2026-01-05 09:00:03'), (2, 2, 1, '09-00', '2026-01-05 09:00:03'),
                                (3, 1, 1, '10-00', '2026-01-05 10:00:03'), (4, 2, 0, '10-00', '2026-01-05 10:00:03');
INSERT INTO crawl_records VALUES (1, '09-00', 2, '2026-01-05 09:00:03'), (2, '10-00', 1, '2026-01-05 10:00:03');
INSERT INTO crawl_source_status VALUES (1, 'weibo', 'success'), (1, 'zhihu', 'failed');
"""


def written(file: Path, content: str | bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def read(file: Path, platform: str | None = None) -> list[PastList]:
    return list(lists_of(file, Hints(platform), readers()))


def titles(each: PastList) -> list[str]:
    return [item.title for item in each.items]


def test_trendradar_has_a_list_for_each_crawl(tmp_path: Path) -> None:
    """Each crawl gives each platform's list in the order of its ranks, without what had left it; a failed platform is told as one."""
    file = tmp_path / "2026-01-05.db"
    with sqlite3.connect(file) as database:
        database.executescript(TRENDRADAR)
    database.close()
    first, second, failed = read(file)
    assert (first.platform, first.collected_at, titles(first)) == ("weibo", datetime(2026, 1, 5, 1, 0, 3, tzinfo=UTC), ["two", "one"])
    assert (titles(second), [item.url for item in first.items]) == (["one"], [None, "https://s.example/1"])
    assert (failed.platform, failed.verdict, failed.items) == ("zhihu", Verdict.BROKEN, [])


def test_hot2sql_snapshots_are_lists_by_crawl(tmp_path: Path) -> None:
    """Rows of one platform and moment are one list, in the order of their ranks, whatever that of the rows."""
    header = "id,session_id,platform,rank,title,hot_value,url,crawled_at\n"
    rows = ['1,a,weibo,2,"two, quoted",5,,2026-01-05T01:00:00+00:00', "2,a,weibo,1,one,9,https://s.example/1,2026-01-05T01:00:00+00:00"]
    (found,) = read(written(tmp_path / "snapshots.csv", header + "\n".join(rows)))
    assert [(item.title, item.heat) for item in found.items] == [("one", 9), ("two, quoted", 5)]


def test_hot2sql_sessions_tell_what_failed(tmp_path: Path) -> None:
    """A crawl that failed, or that brought nothing, is a list without items; one that brought a list is told by its snapshots."""
    header = "session_id,platform,status,items_count,error_message,started_at\n"
    rows = "".join(f"{row},2026-01-05 01:00:00\n" for row in ("a,weibo,success,50,", "b,zhihu,failed,0,HTTP 401", "c,tieba,success,0,"))
    failed, empty = read(written(tmp_path / "sessions.csv", header + rows))
    assert (failed.platform, failed.verdict, failed.evidence) == ("zhihu", Verdict.BROKEN, "HTTP 401")
    assert (empty.platform, empty.verdict, empty.items) == ("tieba", None, [])


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("weibo-trending/raw/2020-11-24.json", datetime(2020, 11, 24, 15, 59, 59, tzinfo=UTC)),
        ("weibo-hub/2026/08/23/04.json", datetime(2026, 8, 22, 20, tzinfo=UTC)),
        ("weibo/2026-08-23T04-09-06.json", datetime(2026, 8, 22, 20, 9, 6, tzinfo=UTC)),
    ],
)
def test_day_files_say_platform_and_time_by_their_path(tmp_path: Path, path: str, at: datetime) -> None:
    """A file of titles and urls is the list of the platform and the moment that its path names, in China's time; a day is at its end."""
    content = json.dumps([{"title": "one", "url": "/weibo?q=one"}, {"title": "two", "url": "/weibo?q=two", "hot": "12万"}])
    (found,) = read(written(tmp_path / path, content))
    assert (found.platform, found.collected_at, titles(found)) == ("weibo", at, ["one", "two"])
    assert [item.heat for item in found.items] == [None, 120_000]


def test_empty_day_file_is_an_empty_list(tmp_path: Path) -> None:
    """A day on which an archive stored `[]` is a list without items, which the judge names; it is not left out."""
    (found,) = read(written(tmp_path / "2023-03-01.json", "[]"), "weibo")
    assert (found.items, found.verdict) == ([], None)


@pytest.mark.parametrize(
    ("content", "evidence"),
    [
        (b"", "empty (0 bytes of content)"),
        (b"\n", "empty (0 bytes of content)"),
        (b'[{"title": "one"}, {"tit', "truncated"),
        (b"Internal Server Error", "malformed"),
        (b'[{"title": " "}, {"title": ""}, {"title": "one"}]', "2 of 3 rows have no title"),
    ],
)
def test_damaged_day_file_is_a_hole_of_the_archive(tmp_path: Path, content: bytes, evidence: str) -> None:
    """A day file that holds no list any more is a reading that failed on that day; the rest of the archive is not refused for it."""
    (found,) = read(written(tmp_path / "weibo/raw/2023-03-01.json", content))
    assert (found.items, found.verdict) == ([], Verdict.BROKEN)
    assert evidence in (found.evidence or "")
    assert found.collected_at == datetime(2023, 3, 1, 15, 59, 59, tzinfo=UTC)


def test_day_file_is_read_leniently(tmp_path: Path) -> None:
    """Half an emoji, another charset or one row without a title cost no list."""
    half = read(written(tmp_path / "weibo/2023-03-01.json", b'[{"title": "cut \\ud83d"}, {"title": ""}, {"title": "two"}]'))
    assert titles(half[0]) == ["cut \ufffd", "two"]
    assert titles(read(written(tmp_path / "weibo/2023-03-02.json", '[{"title": "热搜"}]'.encode("gbk")))[0]) == ["热搜"]


def test_bodies_as_served_are_read_by_the_parser(tmp_path: Path) -> None:
    """An archive of raw bodies is read with today's parser, and a page that blocked the archive is told as what it is."""
    good = written(tmp_path / "baidu-hub/raw/2024-10-31/hot.json", (FIXTURES / "baidu" / "usual.json").read_bytes())
    blocked = written(tmp_path / "weibo/raw/2024-11-01.html", (FIXTURES / "weibo" / "blocked.html").read_bytes())
    assert len(read(good)[0].items) > 2
    assert (read(blocked)[0].verdict, read(blocked)[0].items) == (Verdict.BLOCKED, [])


def test_answers_of_other_apis(tmp_path: Path) -> None:
    """Answers of DailyHotApi and newsnow are lists at the time that they name, whole or one on each line, gzipped or not."""
    daily = {
        "code": 200,
        "name": "weibo",
        "updateTime": "2026-02-03T01:00:00.000Z",
        "data": [{"id": 1, "title": "one", "hot": 5, "url": "u"}],
    }
    extra = {"info": "12 万热度"}
    now = {
        "status": "cache",
        "id": "zhihu",
        "updatedTime": 1770080400000,
        "items": [{"id": "2", "title": "two", "url": "v", "extra": extra}],
    }
    (first,) = read(written(tmp_path / "weibo.json", json.dumps(daily, indent=2)))
    both = read(written(tmp_path / "both.jsonl.gz", gzip.compress(f"{json.dumps(daily)}\n\n{json.dumps(now)}\n".encode())))
    assert [(each.platform, each.collected_at, each.items[0].heat) for each in both] == [
        ("weibo", datetime(2026, 2, 3, 1, tzinfo=UTC), 5),
        ("zhihu", datetime(2026, 2, 3, 1, tzinfo=UTC), 120_000),
    ]
    assert first == both[0]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("2020-11-24.json", "[]", "--platform"),
        ("weibo.json", "[]", "from when"),
        ("weibo-2020-13-24.json", "[]", "can't be right"),
        ("2020-11-24.json", '{"a": ', "is not a list"),
        ("a.db", "SQLite format 3\x00 and no more", "SQLite can't read it"),
        ("a.csv", "session_id,platform,status,started_at\na,weibo,failed,soon", "can't be right (soon)"),
        ("a.jsonl", '{"platform": "weibo", "collected_at": "2024-06-01T00:00:00Z", "items": [{"title": " "}]}', "line 1, is not a list"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(tmp_path: Path, name: str, content: str, reason: str) -> None:
    """The sentence names the file and says why."""
    file = written(tmp_path / name, content)
    with pytest.raises(SettingsError) as refused:
        read(file)
    assert str(file) in str(refused.value)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_folder_stands_for_its_files(tmp_path: Path) -> None:
    """A folder is read with all below it that can hold lists; one without any is refused."""
    for name in ("raw/2020-11-25.json", "raw/2020-11-24.json", "README.md"):
        written(tmp_path / "weibo" / name, "[]")
    assert [file.name for file in files_of([tmp_path / "weibo"])] == ["2020-11-24.json", "2020-11-25.json"]
    (tmp_path / "none").mkdir()
    with pytest.raises(SettingsError, match="without a file"):
        files_of([tmp_path / "none"])


def test_noise_is_no_table(tmp_path: Path) -> None:
    """Bytes of any kind are refused as no list, also where a reader of tables would stumble over them."""
    with pytest.raises(SettingsError, match="is not a list"):
        read(written(tmp_path / "noise.jsonl", b'a,"b\rc",\r"d\n\xff\x00\r'))

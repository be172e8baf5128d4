"""Recorded bodies in place of made ones: which file answers, and that it is served as it was recorded."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import httpx2
import pytest
from tests.simulator.reading import read, rows_of

from hotledger.errors import BodyBlocked, BodyEmpty, ReadError, SettingsError
from hotledger.fetch.via import ViaTransport
from hotledger.platforms import readers
from hotledger.simulator import Recordings, Simulator
from hotledger.simulator.scene import Asked

API = "https://top.baidu.com/api/board"
MOBILE = "https://m.weibo.cn/api/container/getIndex?containerid=106003"
INDEX = [
    ("baidu", f"{API}?platform=web&tab=realtime", "baidu/web-old.json", "2024-01-15", "full body", "50"),
    ("baidu", f"{API}?platform=web&tab=realtime", "baidu/web-new.json", "2026-03-15", "full body", "50"),
    ("baidu", f"{API}?platform=web&tab=realtime", "baidu/web-newest-sample.json", "2026-09-01", "REDUCED sample", "3"),
    ("baidu", f"{API}?platform=wise&tab=novel (inferred from links)", "baidu/wise.json", "2024-01", "full body", "50"),
    ("weibo", f"{MOBILE}type%3D25%26t%3D3", "weibo/m.json", "2025-09-10", "full body", "52"),
    ("weibo", f"{MOBILE}...", "weibo/blocked.html", "2025-11-11", "full body as served (HTML)", "0"),
    ("weibo", "https://weibo.com/ajax/side/hotSearch", "weibo/series-x/1.json", "2026-01-01T01", "full body", "50"),
    ("weibo", "https://weibo.com/ajax/side/hotSearch", "weibo/series-x/2.json", "2026-01-01T02", "full body", "50"),
    ("weibo", "https://weibo.com/ajax/side/hotSearch", "weibo/single.json", "2026-02-01", "full body", "50"),
    ("tieba", "https://tieba.baidu.com/hottopic/browse/topicList", "tieba/sample.json", "2026-09-17", "REDUCED sample", "3"),
    ("bilibili", "https://api.bilibili.com/x/web-interface/ranking/v2", "bilibili/doc.jsonc", "2022", "TRUNCATED", "not valid JSON: x"),
    ("github", "https://github.com/trending", "github/daily.html", "2023-05-18", "full page", "25"),
    ("github", "https://github.com/trending?since=weekly", "github/weekly.html", "2026-05-13", "full page", "25"),
    ("unplayed", "https://unplayed.example/hottest.json", "unplayed/hottest.json", "2023-11-02", "full body", "25"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of tiny recordings, each body naming its own file."""
    lines = ["platform\tboard\tendpoint\tfile\tbytes\tcapture_date\tsource\tcompleteness\tentries"]
    for platform, endpoint, file, captured, completeness, entries in INDEX:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'{{"file": "{file}"}}', encoding="utf-8")
        lines.append("\t".join([platform, "a board", endpoint, file, "1", captured, "somewhere", completeness, entries]))
    (tmp_path / "INDEX.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def _pick(recordings: Recordings, platform: str, url: str) -> str | None:
    parsed = httpx2.URL(url)
    return recordings.pick(platform, Asked(parsed.host, parsed.path, dict(parsed.params), {}))


@pytest.mark.parametrize(
    ("platform", "url", "file"),
    [
        ("baidu", f"{API}?platform=web&tab=realtime&tag=%7B%7D", "baidu/web-new.json"),
        ("baidu", f"{API}?platform=wise&tab=novel", "baidu/wise.json"),
        ("baidu", f"{API}?platform=wise&tab=realtime", None),
        ("baidu", "https://top.baidu.com/board?tab=realtime", None),
        ("weibo", f"{MOBILE}type%3D25%26t%3D3", "weibo/blocked.html"),
        ("weibo", f"{MOBILE[:-6]}231648_-_4", None),
        ("weibo", "https://weibo.com/ajax/side/hotSearch", "weibo/single.json"),
        ("tieba", "https://tieba.baidu.com/hottopic/browse/topicList/", "tieba/sample.json"),
        ("bilibili", "https://api.bilibili.com/x/web-interface/ranking/v2", None),
        ("github", "https://github.com/trending?since=daily", "github/daily.html"),
        ("github", "https://github.com/trending", "github/daily.html"),
        ("github", "https://github.com/trending?since=weekly", "github/weekly.html"),
    ],
)
def test_the_newest_full_body_of_an_address(folder: Path, platform: str, url: str, file: str | None) -> None:
    """The newest full body answers, a partial one only where there is no full one, nothing where nothing was recorded."""
    assert _pick(Recordings(folder), platform, url) == file


def test_cycle_plays_a_series_in_order(folder: Path) -> None:
    """With `cycle`, the bodies of a series come one after the other, and again."""
    recordings = Recordings(folder, cycle=True)
    picked = [_pick(recordings, "weibo", "https://weibo.com/ajax/side/hotSearch") for _ in range(3)]
    assert picked == ["weibo/series-x/1.json", "weibo/series-x/2.json", "weibo/series-x/1.json"]


def test_choose_forces_a_file(folder: Path) -> None:
    """A chosen file answers every address of its platform, recorded or not, and no other platform's."""
    recordings = Recordings(folder, choose={"weibo": "weibo/blocked.html"})
    assert _pick(recordings, "weibo", "https://weibo.com/ajax/statuses/hot_band") == "weibo/blocked.html"
    assert _pick(recordings, "baidu", f"{API}?platform=web&tab=realtime") == "baidu/web-new.json"


@pytest.mark.parametrize("file", ["weibo/none.json", "../outside.json"])
def test_a_chosen_file_must_be_there(folder: Path, file: str) -> None:
    """A file that is not among the recordings is refused."""
    (folder.parent / "outside.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError):
        Recordings(folder, choose={"weibo": file})


@pytest.mark.parametrize("index", [None, "", "platform\tfile\nbaidu\tx.json\n"])
def test_an_index_is_needed(tmp_path: Path, index: str | None) -> None:
    """A folder without a readable index is refused in a sentence."""
    if index is not None:
        (tmp_path / "INDEX.tsv").write_text(index, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"INDEX\.tsv"):
        Recordings(tmp_path)


async def test_served_as_recorded(folder: Path) -> None:
    """A recorded body is served byte for byte under its own type; preflights still give their cookie; the rest is 404."""
    async with (
        Simulator(recordings=folder) as url,
        httpx2.AsyncClient(transport=ViaTransport(url, httpx2.AsyncHTTPTransport()), timeout=20) as client,
    ):
        got = await client.get(f"{API}?platform=web&tab=realtime")
        assert got.content == (folder / "baidu/web-new.json").read_bytes()
        assert got.headers["content-type"].startswith("application/json")
        blocked = await client.get(f"{MOBILE}type%3D25%26t%3D3")
        assert blocked.headers["content-type"].startswith("text/html")
        assert (await client.get("https://unplayed.example/hottest.json")).json() == {"file": "unplayed/hottest.json"}
        assert (await client.get("https://www.v2ex.com/api/topics/hot.json")).status_code == 404
        assert (await client.get("https://login.douyin.com/")).cookies["passport_csrf_token"]


async def test_faults_in_front_of_recordings(folder: Path) -> None:
    """A fault touches a recorded body as it does a made one, also of a site that is not simulated."""
    simulator = Simulator(recordings=folder)
    async with simulator as url, httpx2.AsyncClient(base_url=url, timeout=20) as client:
        for platform, path in {"baidu": "top.baidu.com/api/board", "unplayed": "unplayed.example/hottest.json"}.items():
            for kind, status in {"429": 429, "block": 200, "changed": 200, "empty": 200 if platform == "baidu" else 501}.items():
                assert (await client.post(f"/_faults/{platform}?kind={kind}")).status_code == 200
                assert (await client.get(f"/https/{path}")).status_code == status
        assert (await client.get("/")).status_code == 200


def test_real_recordings_answer_the_plans(real_recordings: Path) -> None:
    """Among the real recordings, each address has the body that a collection should meet."""
    recordings = Recordings(real_recordings)
    expected = {
        ("baidu", f"{API}?platform=pc&tab=realtime"): "baidu/realtime-api-pc-2026-06-04.json",
        ("weibo", "https://weibo.com/ajax/side/hotSearch"): "weibo/ajax-hotSearch-2026-06-04.json",
        ("weibo", "https://s.weibo.com/top/summary?cate=realtimehot"): "weibo/blocked-visitor-s-2021-12-31.html",
        ("zhihu", "https://api.zhihu.com/topstory/hot-lists/total?limit=50"): "zhihu/hot-lists-total-mobile-2026-02-14.json",
        ("toutiao", "https://www.toutiao.com/hot-event/hot-board/?origin=toutiao_pc"): "toutiao/hot-board-2025-07-26.json",
        ("v2ex", "https://www.v2ex.com/api/topics/hot.json"): "v2ex/hot-2026-08-22.json",
        ("github", "https://github.com/trending?since=daily"): "github/trending-daily-2026-05-13.html",
        ("hackernews", "https://news.ycombinator.com/"): "hackernews/news-2023-10-18.html",
        ("hackernews", "https://hacker-news.firebaseio.com/v0/topstories.json"): None,
        ("bilibili", "https://api.bilibili.com/x/web-interface/ranking/v2?rid=0&type=all"): None,
        ("bilibili", "https://api.bilibili.com/x/web-interface/popular?ps=50&pn=1"): "bilibili/popular-sample3-2026-09-17.json",
        ("douyin", "https://www.douyin.com/aweme/v1/web/hot/search/list/?aid=6383"): "douyin/hot-list-items-2026-08-22.json",
        ("tieba", "https://tieba.baidu.com/hottopic/browse/topicList"): "tieba/topicList-sample3-2026-09-17.json",
    }
    assert {address: _pick(recordings, *address) for address in expected} == expected


FULL = {"baidu": 50, "weibo": 50, "zhihu": 30, "toutiao": 50, "v2ex": 10, "github": 11, "hackernews": 30}
PARTIAL = {"bilibili-popular": 3, "douyin": 49, "tieba": 3}


@pytest.mark.parametrize("platform", [*FULL, *PARTIAL])
async def test_real_recordings_give_lists(real_recordings: Path, platform: str) -> None:
    """From the real recordings, the first of a platform's plans that finds a body reads all of its rows."""
    async with (
        Simulator(recordings=real_recordings) as url,
        httpx2.AsyncClient(transport=ViaTransport(url, httpx2.AsyncHTTPTransport()), timeout=20) as client,
    ):
        for plan in readers()[platform].plans:
            with contextlib.suppress(ReadError):
                assert len(rows_of(await read(client, platform, plan))) == (FULL | PARTIAL)[platform]
                return
        pytest.fail("no plan found a list")


@pytest.mark.parametrize("file", ["weibo/blocked-visitor-m-2025-11-11.html", "weibo/edge-m-ok0-2023-01-22.json"])
async def test_real_recordings_without_a_list(real_recordings: Path, file: str) -> None:
    """A chosen body that is no list is read as blocked or empty at every address of its platform."""
    async with (
        Simulator(recordings=real_recordings, choose={"weibo": file}) as url,
        httpx2.AsyncClient(transport=ViaTransport(url, httpx2.AsyncHTTPTransport()), timeout=20) as client,
    ):
        for plan in readers()["weibo"].plans:
            with pytest.raises(BodyBlocked if "blocked" in file else BodyEmpty):
                await read(client, "weibo", plan)


def test_real_recordings_are_readable(real_recordings: Path) -> None:
    """Every JSON body that can be served is JSON."""
    recordings = Recordings(real_recordings)
    files = [body.file for body in recordings.bodies if body.file.endswith(".json")]
    assert len(files) > 50
    for file in files:
        json.loads(recordings.answer(file).content)

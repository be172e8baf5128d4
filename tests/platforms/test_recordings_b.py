"""Bilibili, Douyin, V2EX, GitHub and Hacker News: bodies that the sites have served, and the requests that ask for them.

What a recorded body should give is read here from its raw JSON or its markup by other means than the parser's.
The recordings lie beside the repository and are not part of it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Listing, Plan, Request, Response
from hotledger.platforms import reader

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"
NOW = datetime(2026, 6, 4, 12, tzinfo=UTC)

needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside this repository")


class Row(NamedTuple):
    title: str
    heat: int | None
    id: str | None
    url: str


def row_of(item: Item) -> Row:
    assert item.url is not None
    assert item.heat is None or isinstance(item.heat, int)
    return Row(item.title, item.heat, item.id, item.url)


def read(platform: str, content: bytes) -> Listing:
    return Listing.of(reader(platform).parse(body.from_file(content, NOW)))


def videos(content: bytes) -> list[Row]:
    rows = json.loads(content)["data"]["list"]
    return [Row(row["title"], row["stat"]["view"], row["bvid"], "https://www.bilibili.com/video/" + row["bvid"]) for row in rows]


def hot_words(content: bytes) -> list[Row]:
    answer = json.loads(content)
    rows = answer["list"] if "list" in answer else answer["data"].get("trending", answer["data"])["list"]
    return [
        Row(row["show_name"], row.get("heat_score"), str(row["hot_id"]) if "hot_id" in row else None, search_page(row["keyword"]))
        for row in rows
    ]


def search_page(keyword: str) -> str:
    """The address of a search: letters, digits and `.` as they are, everything else as the bytes of its UTF-8."""
    plain = re.compile(r"[A-Za-z0-9.]")
    written = (char if plain.match(char) else "".join(f"%{byte:02X}" for byte in char.encode()) for char in keyword)
    return "https://search.bilibili.com/all?keyword=" + "".join(written)


def topics(content: bytes) -> list[Row]:
    answer = json.loads(content)
    rows = [row for row in answer.get("data", answer)["word_list"] if "ad_data" not in row]
    return [Row(r["word"], r["hot_value"], r["sentence_id"], "https://www.douyin.com/hot/" + r["sentence_id"]) for r in rows]


def songs(content: bytes) -> list[Row]:
    found = [(row["music_info"], row["heat"]) for row in json.loads(content)["music_list"]]
    return [Row(m["title"].strip(), heat, str(m["id"]), f"https://www.douyin.com/music/{m['id']}") for m, heat in found]


def threads(content: bytes) -> list[Row]:
    return [Row(row["title"], row["replies"], str(row["id"]), f"https://www.v2ex.com/t/{row['id']}") for row in json.loads(content)]


def repositories(content: bytes) -> list[Row]:
    page = content.decode()
    paths = re.findall(r'<h2 class="h3 lh-condensed">\s*<a[^>]* href="/([^"/]+/[^"/]+)"', page)
    stars = [int(number.replace(",", "")) for number in re.findall(r"([\d,]+) stars? today\s*</span>", page)]
    return [Row(path, star, path, "https://github.com/" + path) for path, star in zip(paths, stars, strict=True)]


def developers(content: bytes) -> list[Row]:
    found = re.findall(r'<h1 class="h3 lh-condensed"\s*>\s*<a[^>]* href="/([^"/]+)"[^>]*>(.*?)</a>', content.decode(), re.DOTALL)
    return [Row(html.unescape(name.strip()), None, login, "https://github.com/" + login) for login, name in found]


def stories(content: bytes) -> list[Row]:
    page = content.decode()
    found = re.findall(r"<tr class='athing' id='(\d+)'>.*?<span class=\"titleline\"><a href=\"([^\"]*)\"[^>]*>(.*?)</a>", page, re.DOTALL)
    points = {story: int(number) for story, number in re.findall(r'id="score_(\d+)">(\d+) points?<', page)}
    home = "https://news.ycombinator.com/"
    return [
        Row(html.unescape(title), points.get(story), story, html.unescape(home + url if url.startswith("item?") else url))
        for story, url, title in found
    ]


RECORDED: dict[str, tuple[Callable[[bytes], list[Row]], int, int]] = {
    "bilibili/hotword-docfull10-2020-07-29.json": (hot_words, 10, 0),
    "bilibili/hotword-sample5-2026-09-16.json": (hot_words, 5, 0),
    "bilibili/popular-docsample2-2023.json": (videos, 2, 0),
    "bilibili/popular-sample3-2026-09-17.json": (videos, 3, 0),
    "bilibili/popular-series-one-docsample13-2019.json": (videos, 13, 0),
    "bilibili/search-square-docsample4-2023-07.json": (hot_words, 4, 0),
    "bilibili/search-trending-ranking-docsample20-2023-08.json": (hot_words, 20, 0),
    "douyin/chart-music-2025-05-31.json": (songs, 47, 0),
    "douyin/hot-list-items-2026-07-18.json": (topics, 48, 0),
    "douyin/hot-list-items-2026-08-08.json": (topics, 48, 0),
    "douyin/hot-list-items-2026-08-22.json": (topics, 49, 0),
    "douyin/hot-search-app-excerpt-2021-05-01.json": (topics, 2, 1),
    "github/trending-daily-2026-05-13.html": (repositories, 11, 0),
    "github/trending-daily-gotrending-2023-05-18.html": (repositories, 25, 0),
    "github/trending-developers-2023-05-18.html": (developers, 25, 0),
    "github/trending-partial-2026-06-24.html": (repositories, 16, 0),
    "hackernews/news-2023-10-18.html": (stories, 30, 0),
    "v2ex/hot-2021-01-10.json": (threads, 10, 0),
    "v2ex/hot-2024-06-13.json": (threads, 8, 0),
    "v2ex/hot-2026-08-22.json": (threads, 10, 0),
}
# Examples out of a document, with comments and commas that JSON does not have.
NOT_JSON = {"bilibili/popular-series-list-docsample.jsonc", "bilibili/ranking-v2-docsample-2022-11.jsonc"}


@needs_recordings
@pytest.mark.parametrize("file", RECORDED)
def test_recorded_body_gives_its_rows(file: str) -> None:
    """Every title, heat, id and address of a recorded body comes out at its rank, and its ads are counted apart."""
    expected, count, ads = RECORDED[file]
    content = (RECORDINGS / file).read_bytes()
    listing = read(file.partition("/")[0], content)
    assert [row_of(item) for item in listing.ranked] == expected(content)
    assert (len(listing.ranked), len(listing.pinned), len(listing.ads)) == (count, 0, ads)


@needs_recordings
def test_ranking_example_gives_its_rows() -> None:
    """The documented ranking body, once its trailing comma is taken out, gives its videos."""
    written = (RECORDINGS / "bilibili/ranking-v2-docsample-2022-11.jsonc").read_text("utf-8")
    content = re.sub(r",(\s*\])", r"\1", written).encode()
    assert [row_of(item) for item in read("bilibili", content).ranked] == videos(content)


@needs_recordings
@pytest.mark.parametrize("file", sorted(NOT_JSON))
def test_example_that_is_not_json_is_broken(file: str) -> None:
    """A body that is not JSON is broken, not half read."""
    with pytest.raises(BodyBroken):
        read("bilibili", (RECORDINGS / file).read_bytes())


@needs_recordings
def test_every_recording_is_covered() -> None:
    """No recorded body of these platforms is left out of the tests above."""
    folders = ("bilibili", "douyin", "github", "hackernews", "v2ex")
    kept = {f"{folder}/{path.name}" for folder in folders for path in (RECORDINGS / folder).iterdir()}
    assert kept == RECORDED.keys() | NOT_JSON


@needs_recordings
@pytest.mark.parametrize("file", [file for file in RECORDED if file.startswith(("douyin/hot-list", "v2ex", "github/trending-daily"))])
def test_usual_address_follows_from_the_id(file: str) -> None:
    """The address of a row of the collected list is the one that the platform's link template gives."""
    platform = reader(file.partition("/")[0])
    assert platform.facts.link is not None
    for item in platform.parse(body.from_file((RECORDINGS / file).read_bytes(), NOW)):
        assert item.url == platform.facts.link.replace("{id}", str(item.id))


def answer(request: Request, content: str) -> Response:
    return Response(url=request.url, status=200, content=content.encode(), received_at=NOW)


def drive(plan: Plan, contents: dict[str, str]) -> tuple[list[Request], Response]:
    """Run a plan against made answers by address; the requests in order, and the final response."""
    asked: list[Request] = []
    steps = plan()
    wanted = next(steps)
    while True:
        batch = wanted if isinstance(wanted, list) else [wanted]
        asked += batch
        answers = [answer(request, contents.get(request.url, "{}")) for request in batch]
        try:
            wanted = steps.send(answers if isinstance(wanted, list) else answers[0])
        except StopIteration as end:
            return asked, end.value


DOUYIN_LIST = "https://www.douyin.com/aweme/v1/web/hot/search/list/?device_platform=webapp&aid=6383&channel=channel_pc_web&detail_list=1"

ADDRESSES = {
    "bilibili": [
        ["https://api.bilibili.com/x/web-interface/ranking/v2?rid=0&type=all"],
        ["https://api.bilibili.com/x/web-interface/ranking?rid=0&day=3&type=1"],
    ],
    "douyin": [
        ["https://login.douyin.com/", DOUYIN_LIST],
        ["https://www.douyin.com/passport/general/login_guiding_strategy/?aid=6383", DOUYIN_LIST],
        ["https://aweme.snssdk.com/aweme/v1/hot/search/list/"],
        ["https://www.iesdouyin.com/web/api/v2/hotsearch/billboard/word/"],
    ],
    "v2ex": [["https://www.v2ex.com/api/topics/hot.json"], ["https://www.v2ex.com/?tab=hot"]],
    "github": [["https://github.com/trending?since=daily"]],
}


@pytest.mark.parametrize("platform", ADDRESSES)
def test_plans_ask_in_order_and_return_the_list(platform: str) -> None:
    """Each plan asks the known addresses, what it needs first coming first, and returns the answer of the last."""
    plans = reader(platform).plans
    assert len(plans) == len(ADDRESSES[platform])
    for plan, addresses in zip(plans, ADDRESSES[platform], strict=True):
        asked, final = drive(plan, {addresses[-1]: "the list"})
        assert [request.url for request in asked] == addresses
        assert final.content == b"the list"


def test_bilibili_sends_its_referer_and_the_own_cookie() -> None:
    """All requests to Bilibili name the page they would come from, and take the user's cookie where there is one."""
    for plan in reader("bilibili").plans:
        (request,), _ = drive(plan, {})
        assert request.headers == {"Referer": "https://www.bilibili.com/ranking/all"}
        assert request.own_cookie


def test_douyin_adds_the_own_cookie_to_the_list_alone() -> None:
    """The anonymous preflight goes without the user's cookie, the web list with it."""
    asked, _ = drive(reader("douyin").plans[0], {})
    assert [request.own_cookie for request in asked] == [False, True]
    assert asked[1].headers["Referer"] == "https://www.douyin.com/hot"


def test_hackernews_asks_for_the_first_thirty_together() -> None:
    """The ids come first, then the first thirty stories in one go; their bodies, joined, are the list in the order of the ids."""
    ids = list(range(100, 140))
    api = "https://hacker-news.firebaseio.com/v0"
    contents = {f"{api}/item/{id_}.json": json.dumps({"id": id_, "title": f"Story {id_}", "score": id_, "type": "story"}) for id_ in ids}
    contents[f"{api}/item/101.json"] = "null"
    asked, final = drive(reader("hackernews").plans[0], contents | {f"{api}/topstories.json": json.dumps(ids)})
    assert [request.url for request in asked] == [f"{api}/topstories.json", *(f"{api}/item/{id_}.json" for id_ in ids[:30])]
    assert [item.id for item in Listing.of(reader("hackernews").parse(final)).ranked] == [str(id_) for id_ in ids[:30] if id_ != 101]


@pytest.mark.parametrize(
    ("top", "error"),
    [
        ("[]", BodyEmpty),
        ('{"error": "Permission denied"}', BodyBlocked),
        ("<title>Just a moment...</title>", BodyBlocked),
        ("null", BodyBroken),
        ("", BodyBroken),
    ],
)
def test_hackernews_says_why_there_are_no_ids(top: str, error: type[Exception]) -> None:
    """Without ids nothing more is asked; their answer is kept as the body, and its failure has a name."""
    asked, final = drive(reader("hackernews").plans[0], {"https://hacker-news.firebaseio.com/v0/topstories.json": top})
    assert (len(asked), final.content) == (1, top.encode())
    with pytest.raises(error):
        reader("hackernews").parse(final)


def test_hackernews_falls_back_to_its_page() -> None:
    """The second plan asks for the front page."""
    (request,), _ = drive(reader("hackernews").plans[1], {})
    assert request.url == "https://news.ycombinator.com/"


@pytest.mark.parametrize("title", ["Solving a captcha", "Just a moment...", "Access Denied"])
def test_title_never_makes_a_list_a_block_page(title: str) -> None:
    """A small page of stories is read as one even where a title holds the words of a challenge page."""
    link = f'<span class="titleline"><a href="https://a.example/">{title}</a></span>'
    page = f'<html op="news"><table><tr class="athing" id="1"><td>{link}</td></tr></table></html>'
    assert [item.title for item in read("hackernews", page.encode()).ranked] == [title]

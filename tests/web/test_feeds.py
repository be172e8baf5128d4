"""Feeds, read by a reader of feeds: what is new, in three forms, with hostile titles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser
import httpx2
import pytest
from tests.database import Database
from tests.made import collected, opened, reading

_HOSTILE = (
    "<script>alert(1)</script>",
    "a & b < c ]]> d",
    "control \x01\x0b\x1b characters",
    "热搜 🎉 “quoted” 'and' \"so\"",
    "\u202edesrever",
    "&lt;b&gt;",
)
_XML = ("atom", "rss")


async def _parsed(site: httpx2.AsyncClient, path: str, **headers: str) -> Any:
    answer = await site.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    parsed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert parsed.bozo is False, parsed.get("bozo_exception")
    return parsed


def _is_json_feed(feed: Mapping[str, Any]) -> bool:
    """Whether a document is a JSON Feed 1.1, as its specification says."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert all(urlsplit(feed[name]).scheme in {"http", "https"} for name in ("home_page_url", "feed_url"))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert isinstance(item["content_text"], str)
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None
        assert urlsplit(item.get("url", "http://a")).scheme in {"http", "https"}
    return True


@pytest.mark.parametrize("form", _XML)
async def test_a_platform_has_a_feed_of_what_is_new(site: httpx2.AsyncClient, database: Database, form: str) -> None:
    """The newest first, each with when it was first seen, and an id that stays when it is seen again."""
    await collected(database, "weibo", "one", "two", heats=[1234567, None])
    first = await _parsed(site, f"/feeds/weibo.{form}")
    await collected(database, "weibo", "three", "one", minutes=5)
    later = await _parsed(site, f"/feeds/weibo.{form}")
    assert [each.title for each in later.entries] == ["three", "one", "two"]
    assert [each.id for each in later.entries[1:]] == [each.id for each in first.entries]
    assert all(each.id.startswith("tag:hotledger.invalid,2026:entry/weibo/") for each in later.entries)
    assert later.entries[1].get("updated_parsed" if form == "atom" else "published_parsed")[:5] == (2026, 3, 4, 12, 0)
    assert "Rank 1, heat 1,234,567" in str(later.entries[1].get("content") or later.entries[1].summary)


@pytest.mark.parametrize("form", _XML)
async def test_hostile_titles_are_inert(site: httpx2.AsyncClient, database: Database, form: str) -> None:
    """Titles come as text, without the characters that XML does not allow, and no link leads to a script."""
    items = [{"title": title, "url": "javascript:alert(1)", "id": str(n)} for n, title in enumerate(_HOSTILE)]
    await (await opened(database, "weibo")).record("weibo", reading() | {"items": items})
    answer = await site.get(f"/feeds/weibo.{form}")
    assert "<script" not in answer.text
    assert "javascript:" not in answer.text
    parsed = await _parsed(site, f"/feeds/weibo.{form}")
    assert len({each.id for each in parsed.entries}) == len(_HOSTILE)
    assert not [link for each in parsed.entries for link in each.get("links", [])]
    titles = [each.title for each in parsed.entries]
    assert titles[2] == "control  characters"
    assert titles[3] == _HOSTILE[3]


async def test_a_json_feed_says_the_same(site: httpx2.AsyncClient, database: Database) -> None:
    """The JSON Feed holds the same entries under the same ids, titles as they are."""
    await collected(database, "weibo", *_HOSTILE)
    answer = await site.get("/feeds/weibo.json")
    assert answer.headers["content-type"].startswith("application/feed+json")
    feed = answer.json()
    assert _is_json_feed(feed)
    assert [each["title"] for each in feed["items"]] == list(_HOSTILE)
    parsed = await _parsed(site, "/feeds/weibo.atom")
    assert [each["id"] for each in feed["items"]] == [each.id for each in parsed.entries]


@pytest.mark.parametrize("form", _XML)
async def test_a_keyword_has_a_feed(site: httpx2.AsyncClient, database: Database, form: str) -> None:
    """Titles with the words on any platform, the newest first, under the ids that they have in their platform's feed."""
    await collected(database, "weibo", "rain today", "sun")
    await collected(database, "baidu", "more Rain", minutes=5)
    found = await _parsed(site, f"/feeds/keyword.{form}?q=rain")
    assert [each.title for each in found.entries] == ["more Rain", "rain today"]
    assert found.entries[1].id == (await _parsed(site, f"/feeds/weibo.{form}")).entries[0].id
    assert _is_json_feed((await site.get("/feeds/keyword.json?q=rain")).json())
    assert (await site.get(f"/feeds/keyword.{form}")).status_code == 422


@pytest.mark.parametrize("form", _XML)
async def test_incidents_have_a_feed(site: httpx2.AsyncClient, database: Database, form: str) -> None:
    """An incident is an entry, which is told anew under its id when it is over, in the language that is asked for."""
    await collected(database, "weibo", "one")
    for minutes in (5, 10):
        await (await opened(database, "weibo")).record("weibo", reading(verdict="blocked", minutes=minutes))
    (open_one,) = (await _parsed(site, f"/feeds/incidents.{form}")).entries
    assert open_one.title == "weibo: blocked"
    for minutes in (15, 20):
        await collected(database, "weibo", f"later {minutes}", minutes=minutes)
    (over,) = (await _parsed(site, f"/feeds/incidents.{form}?lang=zh")).entries
    assert (over.id, over.title.endswith("已结束")) == (open_one.id, True)
    assert _is_json_feed((await site.get("/feeds/incidents.json")).json())


@pytest.mark.parametrize("form", [*_XML, "json"])
async def test_feeds_are_asked_for_again_cheaply(site: httpx2.AsyncClient, database: Database, form: str) -> None:
    """An unchanged feed is answered by 304; readers may keep it some minutes; it says when it was last changed."""
    await collected(database, "weibo", "one")
    first = await site.get(f"/feeds/weibo.{form}")
    assert first.headers["last-modified"] == "Wed, 04 Mar 2026 12:00:00 GMT"
    assert first.headers["cache-control"] == "private, max-age=300"
    assert (await site.get(f"/feeds/weibo.{form}", headers={"If-None-Match": first.headers["etag"]})).status_code == 304
    assert (await site.head(f"/feeds/weibo.{form}")).status_code == 200


async def test_a_feed_of_nothing_is_a_feed(site: httpx2.AsyncClient) -> None:
    """Before there was any incident, the feed is valid and empty; a platform that nobody knows has none, nor has another form."""
    for form in _XML:
        assert (await _parsed(site, f"/feeds/incidents.{form}")).entries == []
    assert _is_json_feed((await site.get("/feeds/incidents.json")).json())
    assert (await site.get("/feeds/nobody.atom")).status_code == 404
    assert (await site.get("/feeds/nobody.pdf")).status_code == 422

"""A malicious list, from the body of a site to every place where it is shown: stored as the data it is, and inert everywhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import feedparser
import httpx2
import pytest
from selectolax.lexbor import LexborHTMLParser
from tests.cli.commands import Commands
from tests.database import Database

from hotledger.ledger.ledger import Ledger
from hotledger.store.postgres import PostgresStore
from hotledger.web.application import application
from hotledger.web.security import Security

MEGABYTES = "长" * 3_500_000  # ten megabytes of UTF-8
TITLES = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07 \x9b2J",
    "\u202ereversed\u202c \u2066isolated",
    '=HYPERLINK("http://evil.example","click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "{{7*7}} ${7*7} %s {0}",
    "'; DROP TABLE batch_jobs; --",
    "line\nbreak\r\nand\ttab\u2028\u2029\x85",
    "]]><title>&lt;&amp;\ufffe\uffff",
    "javascript:alert(1)",
    MEGABYTES,
)
URLS = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://ok.example/?a=1&b=<>",
    "//evil.example",
    'https://x"onclick="y',
)
DANGEROUS = {"\x1b", "\x9b", "\x07", "\u202e", "\u2066", "\u2028", "\x85"}


@pytest.fixture
async def run(database: Database, tmp_path: Path) -> Commands:
    """Commands on a database into which the malicious list has been imported."""
    items = [{"title": title, "url": URLS[place % len(URLS)], "heat": 100 - place} for place, title in enumerate(TITLES)]
    line = json.dumps({"platform": "weibo", "collected_at": "2026-06-04T12:00:00Z", "items": items})
    (tmp_path / "list.jsonl").write_text(line, encoding="utf-8")
    commands = Commands(tmp_path, {"DATABASE_URL": database.url, "HOTLEDGER_HOME": str(tmp_path / "home")})
    done = await commands("import", "list.jsonl", "--json")
    assert done.json["items"] == len(TITLES)
    return commands


@pytest.fixture
async def site(run: Commands, database: Database) -> AsyncIterator[httpx2.AsyncClient]:
    """The pages over it."""
    store = PostgresStore(database.url)
    transport = httpx2.ASGITransport(app=application(Ledger(store), Security()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client
    await store.close()


async def test_it_is_stored_as_it_is(run: Commands, database: Database) -> None:
    """Each title is in the database letter by letter, up to a thousand of them."""
    stored = [title for (title,) in await database.rows("SELECT title FROM hot_items ORDER BY rank")]
    assert stored == [title[:1000] for title in TITLES]
    assert await database.value("SELECT count(*) FROM batch_jobs") == 1


async def test_a_terminal_shows_marks_in_its_place(run: Commands) -> None:
    """No table, no history and no JSON carries an escape, an override or a line break of a title."""
    for arguments in (["top", "weibo"], ["topic", "weibo", TITLES[1]], ["job", "last"], ["top", "weibo", "--json"]):
        done = await run(*arguments)
        assert done.code == 0
        assert not DANGEROUS & set(done.out), arguments
    assert [item["title"] for item in (await run("top", "weibo", "--json")).json["items"]] == [title[:1000] for title in TITLES]


@pytest.mark.parametrize(
    "path", ["/", "/lists", "/lists?at=2026-06-04T13:00:00Z", "/search?q=script", "/platforms/weibo", "/topic", "/batches"]
)
async def test_a_page_holds_no_element_of_it(site: httpx2.AsyncClient, path: str) -> None:
    """No element, handler, style or dangerous address of a title or url gets into a page."""
    asked = f"/topic?platform=weibo&title={quote(TITLES[0])}" if path == "/topic" else path
    answer = await site.get(asked)
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.text)
    assert [script.attributes for script in page.css("script") if not (script.attributes.get("src") or "").startswith("/static/")] == []
    assert page.css("img[src=x], [onerror], [onclick], [style]") == []
    addresses = [link.attributes.get("href") or "" for link in page.css("a")]
    assert not [each for each in addresses if each.strip().lower().startswith(("javascript:", "data:", "//"))]
    outward = [link for link in page.css("a") if (link.attributes.get("href") or "").startswith("http")]
    assert all("noopener" in (link.attributes.get("rel") or "") for link in outward)


async def test_a_spreadsheet_gets_no_formula(site: httpx2.AsyncClient) -> None:
    """No cell of the CSV begins as a formula does, and each title is still one cell."""
    answer = await site.get("/lists?format=csv&platform=weibo&at_most=50")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    cells = [cell for row in rows[1:] for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@") and not cell.lstrip("-").replace(".", "").isdigit()]
    assert any(cell.lstrip("'") == TITLES[3] for cell in cells)


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
async def test_a_feed_is_whole_and_carries_text(site: httpx2.AsyncClient, form: str) -> None:
    """The feed is well-formed, its titles are text, and its links are addresses of pages."""
    answer = await site.get(f"/feeds/weibo.{form}")
    assert answer.status_code == 200
    if form == "json":
        assert {item["title"] for item in answer.json()["items"]} >= {TITLES[3], TITLES[6]}
        links = [item.get("external_url") or item.get("url") or "" for item in answer.json()["items"]]
    else:
        feed = feedparser.parse(io.BytesIO(answer.content), sanitize_html=False, resolve_relative_uris=False)
        assert not feed.bozo, feed.get("bozo_exception")
        assert {TITLES[3], TITLES[6]} <= {entry.title for entry in feed.entries}
        links = [link.href for entry in feed.entries for link in entry.get("links", [])]
    assert not [link for link in links if link.lower().startswith(("javascript:", "data:", "//"))]


async def test_the_api_gives_the_data(site: httpx2.AsyncClient) -> None:
    """Programs get each title as it is, in JSON that no browser takes for a page."""
    answer = await site.get("/api/v1/lists/weibo?at_most=50")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert TITLES[0] in [item["title"] for item in answer.json()["items"]]

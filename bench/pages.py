"""The pages over ten million observations: how long each takes, how many lists a second, and what a first visit loads.

The server is a process of its own, as `hotledger serve` starts it, on an embedded database that `hotledger import` has filled.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlencode

import httpx2

from bench.archive import made
from bench.database import fresh_home
from hotledger.app import imported
from hotledger.collect.importing import survey
from hotledger.embedded.server import EmbeddedServer
from hotledger.ledger.ledger import Ledger
from hotledger.platforms import readers
from hotledger.store.migrate import migrate
from hotledger.store.postgres import PostgresStore

_MONTHS = 92
_VISITS = 40
_AT_ONCE = 8
_REQUESTS = 400
_LONGEST = """
SELECT title FROM hot_entries WHERE platform_id = (SELECT id FROM hot_platforms WHERE name = 'weibo') ORDER BY times_seen DESC LIMIT 1
"""
_SETTINGS = {"HOTLEDGER_LOG_LEVEL": "error", "HOTLEDGER_WEB_REQUESTS_A_MINUTE": "0"}


class Page(NamedTuple):
    """How long a page takes, in milliseconds, and its size as sent."""

    name: str
    p50_ms: float
    p95_ms: float
    sent_bytes: int


class Pages(NamedTuple):
    """All pages, lists a second with some visitors at once, and the bytes of a first visit."""

    observations: int
    batches: int
    pages: tuple[Page, ...]
    lists_a_second: float
    first_visit_bytes: int


async def measure(files: Sequence[Path], months: int = _MONTHS) -> Pages:
    """Fill, serve, visit."""
    async with fresh_home() as home, EmbeddedServer(home) as server:
        store = PostgresStore(server.url)
        await migrate(store)
        observations, batches = await _filled(store, files, months)
        addresses = await _addresses(store)
        await store.close()
        async with _served(server.url) as url, httpx2.AsyncClient(base_url=url, timeout=60) as client:
            pages = tuple([await _visited(client, name, address) for name, address in addresses.items()])
            lists_a_second = await _at_once(client, addresses["Lists"])
            first = await _first_visit(client)
    return Pages(observations, batches, pages, lists_a_second, first)


async def _filled(store: PostgresStore, files: Sequence[Path], months: int) -> tuple[int, int]:
    ledger = Ledger(store)
    with tempfile.TemporaryDirectory(prefix="hotledger-bench-") as folder:
        surveyed = survey([made(file, Path(folder), months, datetime.now(UTC)) for file in files], readers())
        done = await imported(ledger, surveyed, readers(), lambda lists: None)
    async with store.connection() as connection:
        await connection.execute("VACUUM ANALYZE")
    return done["items"], done["batches"]


async def _addresses(store: PostgresStore) -> dict[str, str]:
    async with store.connection() as connection:
        row = await (await connection.execute(_LONGEST)).fetchone()
    (job,) = await Ledger(store).jobs(at_most=1)
    topic = urlencode({"platform": "weibo", "title": row[0] if row else ""})
    return {
        "Now": "/",
        "Batches": "/batches",
        "a batch": f"/batches/{job.id}",
        "Platforms": "/platforms",
        "a platform": "/platforms/weibo",
        "Lists": "/lists",
        "a topic": f"/topic?{topic}",
        "Search": "/search?" + urlencode({"q": "高考"}),
        "Trends": "/trends",
        "Ledger": "/ledger",
    }


@asynccontextmanager
async def _served(database_url: str) -> AsyncIterator[str]:
    command = [sys.executable, "-m", "hotledger.cli", "serve", "--port", "0"]
    with tempfile.TemporaryDirectory(prefix="hotledger-bench-") as home:
        settings = {"DATABASE_URL": database_url, "HOTLEDGER_HOME": home, **_SETTINGS}
        process = await asyncio.create_subprocess_exec(*command, env=os.environ | settings, stderr=asyncio.subprocess.PIPE)
        try:
            assert process.stderr is not None
            found = None
            while found is None and (line := await process.stderr.readline()):
                found = re.search(r"http://[\d.]+:\d+", line.decode())
            if found is None:
                raise RuntimeError("the server did not start")
            yield found[0]
        finally:
            process.terminate()
            await process.wait()


async def _visited(client: httpx2.AsyncClient, name: str, address: str) -> Page:
    times, size = [], 0
    for _ in range(_VISITS + 1):
        began = perf_counter()
        answer = await client.get(address)
        times.append((perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        size = answer.num_bytes_downloaded
    parts = quantiles(times[1:], n=20)
    return Page(name, parts[9], parts[18], size)


async def _at_once(client: httpx2.AsyncClient, address: str) -> float:
    async def visitor() -> None:
        for _ in range(_REQUESTS // _AT_ONCE):
            (await client.get(address)).raise_for_status()

    began = perf_counter()
    await asyncio.gather(*(visitor() for _ in range(_AT_ONCE)))
    return _REQUESTS / (perf_counter() - began)


async def _first_visit(client: httpx2.AsyncClient) -> int:
    """The bytes of the largest first page with all that it loads: sheet, script, icon, charts."""
    total = 0
    for start in ("/", "/trends"):
        page = await client.get(start)
        loaded = sorted(set(re.findall(r'(?:src|href|data)="(/(?:static|charts)/[^"]+)"', page.text)))
        answers = [await client.get(each.replace("&amp;", "&")) for each in loaded]
        total = max(total, sum(answer.num_bytes_downloaded for answer in (page, *answers)))
    return total

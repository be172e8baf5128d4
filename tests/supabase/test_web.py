"""The web side over the REST API: with nothing but an address and a key, every page, chart, answer, feed and file is there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx2
import pytest
from tests.made import NOON, listing

from hotledger.ledger.ledger import Ledger
from hotledger.model import Verdict
from hotledger.store.supabase import SupabaseStore
from hotledger.web import metrics, pages
from hotledger.web.api.feeds import Form
from hotledger.web.application import application
from hotledger.web.pages import platform, trends
from hotledger.web.security import Security

EACH_CHART = {
    "/charts/platform/{chart}.svg": list(platform.CHARTS),
    "/charts/trends/{name}.svg": ["batches", "success", "items", "average", "duration", "readings", "reading_items", "reading_duration"],
    "/trends/{name}.sql": [f"{what}by_{every}" for what in ("", "readings_") for every in trends.EVERY],
}
ASKED = {"platform": "weibo", "name": "weibo", "title": "热搜", "q": "热搜", "at": NOON.isoformat(), "days": "7"}


def paths() -> list[str]:
    """Every address that can be read, as the application declares it."""
    routers = [module.router for module in (*pages.modules(), metrics)]
    declared = {cast("Any", route).path for router in routers for route in router.routes if "GET" in cast("Any", route).methods}
    described = application(cast("Ledger", None), Security()).openapi()["paths"]
    return sorted(declared | {path for path, operations in described.items() if "get" in operations} | {"/openapi.json"})


def filled(path: str, batch_id: str) -> list[str]:
    """The addresses behind a path with places to fill."""
    path = path.replace("{batch_id}", batch_id).replace("{platform}", "weibo").replace("{name:path}", "weibo")
    values = EACH_CHART.get(path) or (list(Form) if "{form}" in path else [""])
    return [re.sub(r"\{\w+\}", value, path) for value in values]


@pytest.fixture
async def batch_id(rest: SupabaseStore) -> str:
    """The last of three batches in which a platform was read, was blocked, and was read again."""
    ledger = Ledger(rest)
    for title, verdict in (("热搜", Verdict.OK), ("", Verdict.BLOCKED), ("热搜", Verdict.OK)):
        async with ledger.batch("data_collection", ["weibo", "zhihu"]) as batch:
            await batch.record(listing(*([title] if title else []), verdict=verdict))
            await batch.record(listing("另一个", platform="zhihu"))
    return str((await ledger.page(at_most=1)).batches[0].id)


@pytest.fixture
async def site(rest: SupabaseStore) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser on the application, which reaches nothing but the REST API."""
    transport = httpx2.ASGITransport(app=application(Ledger(rest), Security()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize("path", paths())
async def test_all_that_can_be_read_is_there(site: httpx2.AsyncClient, batch_id: str, path: str) -> None:
    """Each page, chart, answer and feed comes as it does from PostgreSQL itself."""
    for address in filled(path, batch_id):
        reply = await site.get(address, params=ASKED)
        assert reply.status_code == (303 if path == "/login" else 200), (address, reply.text)


@pytest.mark.parametrize("path", ["/batches", "/lists", "/platforms", "/platforms/weibo", "/search", "/topic", "/trends"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
async def test_tables_come_as_files(site: httpx2.AsyncClient, batch_id: str, path: str, form: str) -> None:
    """What a page shows as a table can be kept as a file."""
    reply = await site.get(path, params={**ASKED, "format": form})
    assert reply.status_code == 200
    assert "attachment" in reply.headers["Content-Disposition"]

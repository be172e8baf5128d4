"""What a monitor is told: every metric by the format's own parser, the health of the process, and the dashboard over them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.database import Database
from tests.made import listing
from tests.web.asking import asking

from hotledger import sql
from hotledger.ledger.ledger import Ledger, utc_now
from hotledger.ledger.spool import Spool
from hotledger.model import Verdict
from hotledger.platforms import readers
from hotledger.store.postgres import PostgresStore
from hotledger.web.here import Here
from hotledger.web.metrics import Scrape
from hotledger.web.security import Security

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "deploy" / "grafana" / "hotledger.json"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    """Every sample of a scrape, by its name and labels; each stands there once."""
    found = [
        ((sample.name, frozenset(sample.labels.items())), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]
    assert len(found) == len(dict(found))
    return dict(found)


def sample(found: Samples, name: str, **labels: str) -> float:
    """One sample."""
    return found[name, frozenset(labels.items())]


@pytest.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    """A spool with one call for this database, and one for another."""
    spool = Spool(tmp_path / "spool")
    for target in ("this", "another"):
        await spool.append(target, "b", "batch_close", {}, None)
    yield spool
    spool.close()


@pytest.fixture
async def monitored(ledger: Ledger, spool: Spool) -> AsyncIterator[httpx2.AsyncClient]:
    """A monitor of a machine with a spool."""
    async with asking(ledger, Security(), here=Here(readers(), spool=spool, target="this")) as client:
        yield client


@pytest.fixture
async def told(monitored: httpx2.AsyncClient, ledger: Ledger) -> str:
    """A scrape after two batches of a good platform, a bad one, and one that is switched off; a third batch is open."""
    for _ in range(2):
        async with ledger.batch("data_collection", ["weibo", "zhihu"]) as batch:
            at = utc_now()
            await batch.record(listing("one", "two", duration_ms=1500, started_at=at, collected_at=at))
            await batch.record(listing(platform="zhihu", verdict=Verdict.BLOCKED, duration_ms=500, started_at=at, collected_at=at))
    await ledger.enable("zhihu", reason="too slow")
    async with ledger.batch("data_collection", ["weibo"]) as batch:
        answer = await monitored.get("/metrics")
        await batch.record(listing("one"))
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return answer.text


async def test_a_scrape_tells_how_the_ledger_does(told: str) -> None:
    """Batches, platforms, incidents, leases, spool and sizes are in it, as numbers that the format's parser reads."""
    found = samples(told)
    assert sample(found, "hotledger_database_up") == 1
    assert sample(found, "hotledger_batches", status="completed") == 2
    assert sample(found, "hotledger_batches", status="in_progress") == 1
    assert sample(found, "hotledger_oldest_open_batch_seconds") > 0
    assert sample(found, "hotledger_last_batch_completed", job_type="data_collection") == 1
    assert sample(found, "hotledger_last_batch_items", job_type="data_collection") == 2
    assert sample(found, "hotledger_last_reading_items", platform="weibo") == 2
    assert (
        sample(found, "hotledger_last_reading_kept", platform="weibo"),
        sample(found, "hotledger_last_reading_kept", platform="zhihu"),
    ) == (1, 0)
    assert (
        sample(found, "hotledger_platform_enabled", platform="weibo"),
        sample(found, "hotledger_platform_enabled", platform="zhihu"),
    ) == (1, 0)
    assert sample(found, "hotledger_readings_total", platform="zhihu", verdict="blocked") == 2
    assert sample(found, "hotledger_items_total", platform="weibo") == 4
    assert sample(found, "hotledger_new_items_total", platform="weibo") == 2
    assert sample(found, "hotledger_reading_seconds_sum", platform="weibo") == 3
    assert sample(found, "hotledger_reading_seconds_count", platform="weibo") == 2
    assert sample(found, "hotledger_incidents_open", kind="blocked") == 1
    assert sample(found, "hotledger_leases_open") == 1
    assert sample(found, "hotledger_refused_writes") == 0
    assert sample(found, "hotledger_schema_version") == sql.schema_version()
    assert sample(found, "hotledger_table_bytes", table="batch_jobs") > 0
    assert [sample(found, "hotledger_spool_calls", state=state) for state in ("waiting", "for_others", "set_aside")] == [1, 1, 0]
    assert sample(found, "hotledger_spool_oldest_timestamp_seconds") > 0
    assert ("hotledger_freshness_seconds", frozenset({("platform", "zhihu")})) not in found  # never kept a list: unknown, not 0


async def test_a_scrape_follows_the_conventions(told: str) -> None:
    """Every metric has our prefix, a help text and a type; counters end in `_total`, instants in `_timestamp_seconds`."""
    for family in text_string_to_metric_families(told):
        assert family.name.startswith("hotledger_"), family.name
        assert family.documentation, family.name
        assert family.type in {"gauge", "counter", "summary"}, family.name
        assert "_total" not in family.name.removesuffix("_total")


async def test_the_documentation_names_every_metric(told: str) -> None:
    """The table in the documentation has each metric with its labels, and nothing else."""
    rows = re.findall(r"^\| `(hotledger_\w+)` \| ([^|]*)\|", (ROOT / "docs" / "web.md").read_text("utf-8"), re.MULTILINE)
    documented = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    families = list(text_string_to_metric_families(told))
    assert documented == {family.name: {label for sample in family.samples for label in sample.labels} for family in families}


def queries(dashboard: dict[str, Any]) -> list[str]:
    """All queries of the dashboard."""
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return panels + [each["query"]["query"] for each in dashboard["templating"]["list"] if each["type"] == "query"]


async def test_the_dashboard_asks_for_what_is_told(told: str) -> None:
    """Each metric and each label that the dashboard names is in the scrape."""
    found = samples(told)
    names, labels = {name for name, _ in found}, {label for _, pairs in found for label, _ in pairs}
    for query in queries(json.loads(DASHBOARD.read_text("utf-8"))):
        asked = set(re.findall(r"\bhotledger_\w+", query))
        assert asked, query
        assert asked <= names, query
        grouped = {label.strip() for group in re.findall(r"(?:by|on) \(([^)]*)\)", query) for label in group.split(",")}
        assert grouped <= labels, query


def test_the_dashboard_is_one_that_grafana_loads() -> None:
    """It follows the dashboard model; ids are unique, panels don't overlap, parentheses close, and it names no data source of ours."""
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    jsonschema.validate(dashboard, json.loads(Path(__file__).with_name("grafana.schema.json").read_text("utf-8")))
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x, y in itertools.product(range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"]))
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    for query in queries(dashboard):
        assert all(query.count(left) == query.count(right) for left, right in ("()", "{}", "[]")), query


async def test_the_database_may_be_away(database: Database, spool: Spool) -> None:
    """Without the database the monitor is still told of that, and of the spool; the process lives, and is not ready."""
    store = PostgresStore("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1")
    async with asking(Ledger(store), Security(), here=Here(readers(), spool=spool, target="this")) as client:
        found = samples((await client.get("/metrics")).text)
        assert (sample(found, "hotledger_database_up"), sample(found, "hotledger_spool_calls", state="waiting")) == (0, 1)
        assert (await client.get("/healthz")).text == "alive\n"
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.text) == (503, "not ready: the database does not answer\n")
    await store.close()


async def test_an_old_schema_is_not_ready(monitored: httpx2.AsyncClient, database: Database) -> None:
    """A database that answers is ready as long as its schema is ours."""
    assert (await monitored.get("/readyz")).text == "ready\n"
    await database.rows("DELETE FROM hot_migrations WHERE number = (SELECT max(number) FROM hot_migrations)")
    assert (await monitored.get("/readyz")).status_code == 503


async def test_a_database_without_our_schema_is_not_ready(bare_database: Database) -> None:
    """A database that does not know us says so."""
    store = PostgresStore(bare_database.url)
    async with asking(Ledger(store), Security()) as client:
        ready = await client.get("/readyz")
    await store.close()
    assert (ready.status_code, ready.text) == (503, "not ready: the database has no schema of ours\n")


async def test_many_monitors_ask_the_database_once(ledger: Ledger) -> None:
    """A scrape is kept for some seconds."""
    seconds = iter((0.0, 0.0, 4.0, 6.0, 6.0))
    scrape, here = Scrape(lambda: next(seconds)), Here(readers())
    first = await scrape.text(ledger, here)
    async with ledger.batch("data_collection", ["weibo"]) as batch:
        await batch.record(listing("one"))
    assert await scrape.text(ledger, here) == first
    assert b'platform="weibo"' in await scrape.text(ledger, here)

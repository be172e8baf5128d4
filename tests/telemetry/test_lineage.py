"""OpenLineage: what is sent of a batch, and that nothing about it can hurt the collection."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from structlog.testing import capture_logs
from tests.fetch.servers import Site, always, reply, serve, silence
from tests.telemetry.conftest import Made

from hotledger.config import Settings
from hotledger.errors import StoreUnavailable
from hotledger.model import Status
from hotledger.simulator import Fault, Simulator
from hotledger.simulator.faults import Kind
from hotledger.telemetry.lineage import Lineage
from hotledger.telemetry.observing import End, Ending, Job, observed

JOB = Job("data_collection", {"weibo": "https://s.weibo.com/top/summary"}, "postgresql://me@db.example:5432/hot")
BATCH = "01890000-0000-7000-8000-000000000001"
SECRET = "a-key-of-ours"
FACET = {
    "type": "object",
    "required": ["_producer", "_schemaURL"],
    "properties": {"_schemaURL": {"pattern": r"^https://openlineage\.io/spec/facets/"}},
}
FACETS = {"type": "object", "additionalProperties": FACET}
DATASETS = {
    "type": "array",
    "items": {"type": "object", "required": ["namespace", "name"], "properties": {"outputFacets": FACETS}},
}
RUN_EVENT = {
    "type": "object",
    "required": ["eventType", "eventTime", "producer", "schemaURL", "run", "job"],
    "additionalProperties": False,
    "properties": {
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "eventTime": {"type": "string", "format": "date-time"},
        "producer": {"type": "string", "format": "uri"},
        "schemaURL": {"type": "string", "format": "uri"},
        "run": {"type": "object", "required": ["runId"], "properties": {"facets": FACETS}},
        "job": {"type": "object", "required": ["namespace", "name"], "properties": {"facets": FACETS}},
        "inputs": DATASETS,
        "outputs": DATASETS,
    },
}


def events(site: Site) -> list[dict[str, Any]]:
    """The events that a sink has got, each of the shape that the specification asks for."""
    found = [json.loads(each.body) for each in site.received]
    for event in found:
        jsonschema.validate(event, RUN_EVENT)
        assert datetime.fromisoformat(event["eventTime"]).utcoffset() is not None
        UUID(event["run"]["runId"])
    return found


async def test_a_batch_is_a_run(collector: Made) -> None:
    """It starts and completes under the id of the batch, with the platforms as inputs, and the rows that landed."""
    async with serve(always(reply(201))) as site:
        result = await collector(openlineage_url=site.url("/api/v1/lineage"), openlineage_key=SECRET).collect(["weibo", "baidu"])
    start, end = events(site)
    assert [start["eventType"], end["eventType"]] == ["START", "COMPLETE"]
    assert {each["run"]["runId"] for each in (start, end)} == {result.batch_job_id}
    assert (end["job"]["namespace"], end["job"]["name"]) == ("hotledger", "data_collection")
    assert [each["name"] for each in end["inputs"]] == ["weibo", "baidu"]
    (output,) = end["outputs"]
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == result.total_items > 0
    assert output["name"].endswith(".public.hot_items")
    assert "outputFacets" not in start["outputs"][0]
    assert {(each.method, each.target, each.headers["authorization"]) for each in site.received} == {
        ("POST", "/api/v1/lineage", f"Bearer {SECRET}")
    }


async def test_a_failed_batch_is_a_failed_run(collector: Made, simulator: Simulator) -> None:
    """A batch in which no platform gave a list fails, and says so."""
    simulator.faults.set("weibo", Fault(kind=Kind.BLOCK))
    async with serve(always(reply(201))) as site:
        result = await collector(openlineage_url=site.url()).collect(["weibo"])
    end = events(site)[-1]
    assert (result.status, end["eventType"]) == (Status.FAILED, "FAIL")
    assert end["run"]["facets"]["errorMessage"]["message"] == "no platform gave a list"


async def test_what_ends_the_work_is_told(tmp_path: Path) -> None:
    """An exception is a failure with its words, being told to stop is an abort; both go on as they were."""
    async with serve(always(reply(201))) as site:
        settings = Settings(_env_file=None, home=tmp_path, openlineage_url=site.url())

        async def work(error: BaseException) -> None:
            async with observed(settings, JOB) as watched:
                watched.began(BATCH, "weibo")
                raise error

        with pytest.raises(StoreUnavailable):
            await work(StoreUnavailable("the database is away"))
        with pytest.raises(asyncio.CancelledError):
            await work(asyncio.CancelledError())
    kinds = [event["eventType"] for event in events(site)]
    assert kinds == ["START", "FAIL", "START", "ABORT"]
    assert "the database is away" in events(site)[1]["run"]["facets"]["errorMessage"]["message"]


async def test_what_was_never_opened_is_no_run(tmp_path: Path) -> None:
    """Nothing is sent of a batch that was not opened, or that is not for keeping."""
    async with serve(always(reply(201))) as site:
        settings = Settings(_env_file=None, home=tmp_path, openlineage_url=site.url())
        async with observed(settings, JOB):
            pass
        async with observed(settings, None) as watched:
            watched.began(BATCH, "weibo")
    assert site.received == []


@pytest.mark.parametrize("answer", [always(reply(500)), always(reply(404)), always(b"nonsense\r\n\r\n")])
async def test_a_refusal_hurts_nothing(collector: Made, answer: Any) -> None:
    """The collection is complete, whatever the sink says; a line of the log tells, without the key."""
    async with serve(answer) as site:
        made = collector(openlineage_url=site.url("/?key=hidden"), openlineage_key=SECRET)
        with capture_logs() as lines:
            result = await made.collect(["weibo"])
    assert result.full
    told = [line for line in lines if "OpenLineage" in line["event"]]
    assert [line["event_type"] for line in told] == ["START", "COMPLETE"]
    assert SECRET not in str(lines)
    assert "hidden" not in str(lines)


async def test_nobody_there_hurts_nothing(collector: Made) -> None:
    """An address where nobody listens, or that is none, costs a line of the log."""
    for url in ("http://127.0.0.1:9/lineage", "nonsense"):
        assert (await collector(openlineage_url=url).collect(["weibo"])).full


async def test_silence_is_left(tmp_path: Path) -> None:
    """A sink that takes an event and never answers is left after some seconds."""
    async with serve(silence) as site:
        lineage = Lineage(site.url(), JOB, namespace="n", seconds=0.05)
        lineage.began(BATCH, "weibo")
        await lineage.close(Ending(End.COMPLETE, 1))
    assert [event["eventType"] for event in events(site)] == ["START", "COMPLETE"]


@pytest.mark.parametrize(
    ("database", "namespace", "name"),
    [
        ("postgresql://me@db.example:5432/hot", "postgres://db.example:5432", "hot.public.hot_items"),
        ("https://abc.supabase.co", "https://abc.supabase.co", "public.hot_items"),
        ("embedded:/home/me/hotledger", "embedded:/home/me/hotledger", "public.hot_items"),
    ],
)
async def test_outputs_are_named_as_the_specification_names_them(database: str, namespace: str, name: str) -> None:
    """In PostgreSQL by host, port and database, without a user; elsewhere by the place."""
    async with serve(always(reply(201))) as site:
        lineage = Lineage(site.url(), JOB._replace(database=database), namespace="n")
        lineage.began(BATCH, "weibo")
        await lineage.close(Ending(End.COMPLETE))
    assert [(each["namespace"], each["name"]) for each in events(site)[0]["outputs"]] == [(namespace, name)]

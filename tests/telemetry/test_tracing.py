"""OpenTelemetry: the spans of a batch, by the exporter in memory and over the wire; and that nothing is imported unasked."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from tests.fetch.servers import always, reply, serve
from tests.made import listing
from tests.telemetry.conftest import Made

from hotledger.model import Recorded, Status, Verdict
from hotledger.simulator import Fault, Simulator
from hotledger.simulator.faults import Kind
from hotledger.telemetry.observing import End, Ending, Job, Observed
from hotledger.telemetry.tracing import Tracing

JOB = Job("data_collection", {"weibo": "https://s.weibo.com", "zhihu": "https://www.zhihu.com"}, "embedded:/x")


def recorded(platform: str, items: int) -> Recorded:
    """The ledger's answer to a reading."""
    return Recorded(platform=platform, items=items, new_items=items, batch_status=Status.IN_PROGRESS)


async def test_a_batch_is_a_span_with_its_readings() -> None:
    """Each reading is a span within that of the batch, with verdict and items; a failed one is an error with its evidence."""
    exporter = InMemorySpanExporter()
    tracing = Tracing(exporter, JOB)
    for platform in ("weibo", "zhihu"):
        tracing.began("b", platform)
    tracing.recorded(listing("one", "two", http_status=200), recorded("weibo", 2))
    tracing.recorded(
        listing(platform="zhihu", verdict=Verdict.BLOCKED, evidence="a captcha", error_code="body_blocked"), recorded("zhihu", 0)
    )
    await tracing.close(Ending(End.COMPLETE, 2, 1))
    weibo, zhihu, batch = exporter.get_finished_spans()
    assert (batch.name, batch.attributes and batch.attributes["hotledger.items"], batch.parent) == ("batch", 2, None)
    assert batch.status.status_code is StatusCode.UNSET
    for span in (weibo, zhihu):
        assert span.name == "reading"
        assert span.parent is not None
        assert batch.context is not None
        assert span.parent.span_id == batch.context.span_id
        assert span.attributes is not None
        assert span.attributes["hotledger.batch_id"] == "b"
    assert weibo.attributes is not None
    assert (weibo.attributes["hotledger.verdict"], weibo.attributes["http.response.status_code"]) == ("ok", 200)
    assert (zhihu.status.status_code, zhihu.status.description) == (StatusCode.ERROR, "a captcha")


async def test_what_was_being_read_is_ended_too() -> None:
    """A batch that is given up leaves no span open, and says why."""
    exporter = InMemorySpanExporter()
    tracing = Tracing(exporter, JOB)
    tracing.began("b", "weibo")
    await tracing.close(Ending(End.ABORT, why="told to stop"))
    spans = exporter.get_finished_spans()
    assert [(span.name, span.status.description) for span in spans] == [("reading", "told to stop"), ("batch", "told to stop")]


async def test_spans_go_over_the_wire(collector: Made, simulator: Simulator) -> None:
    """A collector of OpenTelemetry gets the spans of a real collection as soon as it has ended."""
    simulator.faults.set("baidu", Fault(kind=Kind.BLOCK))
    async with serve(always(reply(200))) as site:
        result = await collector(OTEL_EXPORTER_OTLP_ENDPOINT=site.url("/")).collect(["weibo", "baidu"])
    (request,) = site.received
    assert request.target == "/v1/traces"
    sent = ExportTraceServiceRequest.FromString(request.body)
    spans = [span for resource in sent.resource_spans for scope in resource.scope_spans for span in scope.spans]
    assert sorted(span.name for span in spans) == ["batch", "reading", "reading"]
    batch = next(span for span in spans if span.name == "batch")
    told = {each.key: each.value for each in batch.attributes}
    assert (told["hotledger.batch_id"].string_value, told["hotledger.items"].int_value) == (result.batch_job_id, result.total_items)


async def test_nobody_there_hurts_nothing(collector: Made) -> None:
    """Where nobody takes the spans, the collection is as complete as ever."""
    assert (await collector(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9").collect(["weibo"])).full


class Broken:
    """An observer that fails at everything."""

    def began(self, batch_id: str, platform: str) -> None:
        raise RuntimeError

    def recorded(self, reading: object, recorded: object) -> None:
        raise RuntimeError

    async def close(self, ending: Ending) -> None:
        raise RuntimeError


async def test_a_broken_observer_hurts_nobody() -> None:
    """What one observer does wrong, neither the collection nor the other observers feel."""
    exporter = InMemorySpanExporter()
    watched = Observed([Broken(), Tracing(exporter, JOB)])
    watched.began("b", "weibo")
    watched.recorded(listing("one"), recorded("weibo", 1))
    watched.ended(Status.COMPLETED, 1, 1)
    await watched.close()
    assert [span.name for span in exporter.get_finished_spans()] == ["reading", "batch"]


@pytest.mark.parametrize("module", ["opentelemetry", "hotledger.telemetry.lineage", "hotledger.telemetry.tracing"])
def test_nothing_is_imported_unasked(module: str) -> None:
    """Whoever tells nobody pays for nothing."""
    code = f"import hotledger.app, sys; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""OpenTelemetry: one span for each batch, and one within it for each reading. It needs the extra `telemetry`."""

from __future__ import annotations

import asyncio

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, Status, StatusCode, Tracer, set_span_in_context

from hotledger import __version__
from hotledger.model import Reading, Recorded
from hotledger.telemetry.observing import End, Ending, Job

_SECONDS = 4.0


def exporter(endpoint: str) -> SpanExporter:
    """Sends spans by OTLP over HTTP; headers and the like come from OpenTelemetry's own variables."""
    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=_SECONDS)


class Tracing:
    """Makes the spans of one batch, and sends them when it has ended."""

    def __init__(self, exporter: SpanExporter, job: Job) -> None:
        resource = Resource.create({"service.name": "hotledger", "service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer: Tracer = self._provider.get_tracer("hotledger", __version__)
        self._batch = self._tracer.start_span("batch", attributes={"hotledger.job_type": job.job_type, "hotledger.planned": len(job.homes)})
        self._readings: dict[str, Span] = {}

    def began(self, batch_id: str, platform: str) -> None:
        """See `Observer.began`."""
        self._batch.set_attribute("hotledger.batch_id", batch_id)
        told = {"hotledger.platform": platform, "hotledger.batch_id": batch_id}
        self._readings[platform] = self._tracer.start_span("reading", set_span_in_context(self._batch), attributes=told)

    def recorded(self, reading: Reading, recorded: Recorded) -> None:
        """See `Observer.recorded`."""
        span = self._readings.pop(reading.platform)
        told = {
            "hotledger.verdict": reading.verdict.value,
            "hotledger.items": recorded.items,
            "hotledger.new_items": recorded.new_items,
            "hotledger.attempts": reading.attempts,
            "hotledger.spooled": recorded.spooled,
            "hotledger.duration_ms": reading.duration_ms,
            "hotledger.endpoint": reading.endpoint,
            "http.response.status_code": reading.http_status,
            "http.response.body.size": reading.bytes,
            "error.type": reading.error_code,
        }
        span.set_attributes({name: value for name, value in told.items() if value is not None})
        if not reading.verdict.keeps_list:
            span.set_status(Status(StatusCode.ERROR, reading.evidence))
        span.end()

    async def close(self, ending: Ending) -> None:
        """See `Observer.close`. What was being read is ended as well."""
        for span in (*self._readings.values(), self._batch):
            if ending.end is not End.COMPLETE:
                span.set_status(Status(StatusCode.ERROR, ending.why))
        for span in self._readings.values():
            span.end()
        self._batch.set_attributes({"hotledger.items": ending.items, "hotledger.new_items": ending.new_items})
        self._batch.end()
        await asyncio.to_thread(self._provider.shutdown)

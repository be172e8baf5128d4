"""For monitors: `/metrics` in the format of Prometheus, `/healthz` (the process lives), `/readyz` (it can do its work)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from hotledger import __version__, sql
from hotledger.errors import HotledgerError, StoreError
from hotledger.ledger.ledger import Ledger
from hotledger.web.here import Here, SpoolHere, here_of

_CACHED_SECONDS = 5.0
_READY_SECONDS = 5.0
router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> PlainTextResponse:
    """That the process lives, whatever the database does."""
    return PlainTextResponse("alive\n")


@router.get("/readyz")
async def readyz(request: Request) -> PlainTextResponse:
    """Whether the database answers and has the schema that this code knows. It tells no more to whoever asks."""
    ledger: Ledger = request.app.state.ledger
    try:
        async with asyncio.timeout(_READY_SECONDS):
            about = await ledger.metrics(at_most=0)
    except (StoreError, TimeoutError) as error:
        known = {"schema_missing": "the database has no schema of ours", "schema_outdated": "the schema is older than this program"}
        why = known.get(getattr(error, "code", ""), "the database does not answer")
        return PlainTextResponse(f"not ready: {why}\n", 503)
    if about["schema_version"] < sql.schema_version():
        return PlainTextResponse("not ready: the schema is older than this program\n", 503)
    return PlainTextResponse("ready\n")


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Every metric of the ledger, and of the spool of this machine."""
    scrape: Scrape = request.app.state.scrape
    return Response(await scrape.text(request.app.state.ledger, here_of(request)), media_type=CONTENT_TYPE_LATEST)


class Scrape:
    """What a monitor is told, kept for some seconds, so that many monitors ask the database no more often than one."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, asyncio.Lock()
        self._made_at, self._text = float("-inf"), b""

    async def text(self, ledger: Ledger, here: Here) -> bytes:
        """All metrics in the format of Prometheus."""
        async with self._lock:
            if self._now() - self._made_at >= _CACHED_SECONDS:
                self._text, self._made_at = await _made(ledger, here), self._now()
            return self._text


async def _made(ledger: Ledger, here: Here) -> bytes:
    try:
        found = await ledger.metrics()
    except HotledgerError:
        found = None
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(found, await here.spooled()))
    return generate_latest(registry)


class _Told(Collector):
    def __init__(self, found: Mapping[str, Any] | None, spooled: SpoolHere | None) -> None:
        self._found, self._spooled = found, spooled

    def collect(self) -> Iterator[Metric]:
        yield _by("hotledger_info", "The version of hotledger that serves.", "version", {__version__: 1})
        yield GaugeMetricFamily("hotledger_database_up", "Whether the database has answered.", int(self._found is not None))
        if self._spooled is not None:
            yield from _spool(self._spooled)
        if self._found is not None:
            yield from _ledger(self._found)


def _ledger(found: Mapping[str, Any]) -> Iterator[Metric]:
    at = _seconds(found["at"])
    yield from _batches(found["batches"], at)
    yield from _leases(found["leases"], at)
    yield from _platforms(found["platforms"], at)
    yield _by("hotledger_incidents_open", "Open incidents.", "kind", found["incidents"])
    yield _one("hotledger_schema_version", "The last migration of the database.", found["schema_version"])
    yield _one("hotledger_database_bytes", "Size of the whole database.", found["size_bytes"])
    yield _by("hotledger_table_bytes", "Size of a table of the ledger with its indexes.", "table", found["table_bytes"])


def _batches(batches: Mapping[str, Any], at: float) -> Iterator[Metric]:
    yield _by("hotledger_batches", "Batches of the last 24 hours.", "status", batches["by_status"])
    oldest = at - _seconds(batches["oldest_open_at"]) if batches["oldest_open_at"] else 0
    yield _one("hotledger_oldest_open_batch_seconds", "Age of the oldest batch that is open; 0 when none is.", oldest)
    last = {each["job_type"]: each for each in batches["last"]}
    yield _by("hotledger_last_batch_completed", "Whether the last batch of a job type has not failed.", "job_type",
              {name: int(each["status"] == "completed") for name, each in last.items()})  # fmt: skip
    yield _by("hotledger_last_batch_seconds", "How long it took.", "job_type", {name: each["seconds"] for name, each in last.items()})
    yield _by("hotledger_last_batch_items", "How many items landed in it.", "job_type",
              {name: each["total_items"] for name, each in last.items()})  # fmt: skip
    yield _by("hotledger_last_batch_timestamp_seconds", "When it ended.", "job_type",
              {name: _seconds(each["completed_at"]) for name, each in last.items() if each["completed_at"]})  # fmt: skip


def _leases(leases: Mapping[str, Any], at: float) -> Iterator[Metric]:
    yield _one("hotledger_leases_open", "Batches that somebody holds.", leases["open"])
    yield _one("hotledger_leases_expired", "Open leases that have run out.", leases["expired"])
    age = at - _seconds(leases["oldest_beat_at"]) if leases["oldest_beat_at"] else 0
    yield _one("hotledger_lease_age_seconds", "The longest time since an open batch gave a sign of life; 0 when none is open.", age)
    yield _one("hotledger_refused_writes", "Writes that were refused, of all batches that are kept.", leases["refused"])


def _platforms(platforms: list[Mapping[str, Any]], at: float) -> Iterator[Metric]:
    readings = CounterMetricFamily("hotledger_readings", "Readings since the beginning of the UTC day.", labels=("platform", "verdict"))
    durations = SummaryMetricFamily("hotledger_reading_seconds", "Durations since the beginning of the UTC day.", labels=("platform",))
    items = CounterMetricFamily("hotledger_items", "Items since the beginning of the UTC day.", labels=("platform",))
    new_items = CounterMetricFamily("hotledger_new_items", "Items never seen before, of these.", labels=("platform",))
    for each in platforms:
        name = each["platform"]
        for verdict, times in each["verdicts"].items():
            readings.add_metric((name, verdict), times)
        durations.add_metric((name,), each["timed"], each["seconds"])
        items.add_metric((name,), each["items"])
        new_items.add_metric((name,), each["new_items"])
    yield from (readings, durations, items, new_items)
    yield _of_each("hotledger_platform_enabled", "Whether a platform is switched on.", platforms, lambda each: int(each["enabled"]))
    yield _of_each("hotledger_last_reading_kept", "Whether the last reading kept its list.", platforms, lambda each: _number(each["kept"]))
    yield _of_each("hotledger_last_reading_items", "Items of the last reading.", platforms, lambda each: each["last_items"])
    yield _of_each("hotledger_last_reading_seconds", "How long the last reading took.", platforms, lambda each: each["last_seconds"])
    yield _of_each("hotledger_last_good_timestamp_seconds", "When a list was last kept.", platforms,
                   lambda each: _seconds(each["last_good_at"]) if each["last_good_at"] else None)  # fmt: skip
    yield _of_each("hotledger_freshness_seconds", "Age of the last list that was kept.", platforms,
                   lambda each: at - _seconds(each["last_good_at"]) if each["last_good_at"] else None)  # fmt: skip


def _spool(spooled: SpoolHere) -> Iterator[Metric]:
    yield _one("hotledger_spool_readable", "Whether the spool of this machine could be looked into.", int(spooled.trouble is None))
    if spooled.trouble is None:
        calls = {"waiting": spooled.waiting, "for_others": spooled.for_others, "set_aside": spooled.set_aside}
        yield _by(
            "hotledger_spool_calls", "Calls in the spool: that wait for this database, for others, or were set aside.", "state", calls
        )
        yield _one("hotledger_spool_bytes", "Size of the spool.", spooled.bytes)
        yield _one("hotledger_spool_limit_bytes", "How large it may become.", spooled.limit_bytes)
        oldest = _seconds(spooled.oldest_at) if spooled.oldest_at else 0
        yield _one("hotledger_spool_oldest_timestamp_seconds", "Since when the oldest call waits; 0 when none does.", oldest)


def _one(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value)


def _by(name: str, said: str, label: str, values: Mapping[str, float | None]) -> Metric:
    """A gauge with one label; what is not known is left out."""
    gauge = GaugeMetricFamily(name, said, labels=(label,))
    for key, value in values.items():
        if value is not None:
            gauge.add_metric((key,), value)
    return gauge


def _of_each(name: str, said: str, platforms: list[Mapping[str, Any]], value: Callable[[Mapping[str, Any]], float | None]) -> Metric:
    return _by(name, said, "platform", {each["platform"]: value(each) for each in platforms})


def _number(truth: bool | None) -> int | None:
    return None if truth is None else int(truth)


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()

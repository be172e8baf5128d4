"""OpenLineage: the beginning and the end of each batch as run events, by plain HTTP. See openlineage.io/docs/spec."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
import structlog

from hotledger import __version__
from hotledger.model import Reading, Recorded
from hotledger.telemetry.observing import End, Ending, Job

log = structlog.get_logger("hotledger.telemetry")

_SECONDS = 4.0
_PRODUCER = f"urn:hotledger:{__version__}"
_SPEC = "https://openlineage.io/spec"


class Lineage:
    """Sends START when a batch has been opened, and COMPLETE, FAIL or ABORT when it has ended. Its run is the batch, by the same id."""

    def __init__(
        self,
        url: str,
        job: Job,
        *,
        namespace: str,
        key: str | None = None,
        seconds: float = _SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._url, self._job, self._namespace, self._key, self._seconds, self._now = url, job, namespace, key, seconds, now
        self._batch_id: str | None = None
        self._start: asyncio.Task[None] | None = None

    def began(self, batch_id: str, platform: str) -> None:
        """See `Observer.began`."""
        if self._start is None:
            self._batch_id = batch_id
            self._start = asyncio.get_running_loop().create_task(self._send(self._event(batch_id, "START")))

    def recorded(self, reading: Reading, recorded: Recorded) -> None:
        """Nothing is told of a single reading."""

    async def close(self, ending: Ending) -> None:
        """See `Observer.close`. A batch that was never opened is no run."""
        if self._batch_id is None or self._start is None:
            return
        await self._start
        await self._send(self._event(self._batch_id, ending.end, ending))

    def _event(self, batch_id: str, kind: str, ending: Ending | None = None) -> dict[str, Any]:
        failure = ending is not None and ending.end is not End.COMPLETE
        error = _facet("ErrorMessageRunFacet", "1-0-1", {"message": (ending and ending.why) or "", "programmingLanguage": "Python"})
        job_type = _facet("JobTypeJobFacet", "2-0-3", {"processingType": "BATCH", "integration": "HOTLEDGER", "jobType": "JOB"})
        return {
            "eventType": str(kind),
            "eventTime": self._now().isoformat(),
            "producer": _PRODUCER,
            "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": batch_id, "facets": {"errorMessage": error} if failure else {}},
            "job": {"namespace": self._namespace, "name": self._job.job_type, "facets": {"jobType": job_type}},
            "inputs": [{"namespace": _site(home), "name": name} for name, home in self._job.homes.items()],
            "outputs": [_output(self._job.database, ending)],
        }

    async def _send(self, event: Mapping[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            async with httpx2.AsyncClient(timeout=self._seconds) as client:
                answer = await client.post(self._url, json=event, headers=headers)
            if not answer.is_success:
                log.warning("an OpenLineage event was refused", event_type=event["eventType"], status=answer.status_code)
        except Exception as error:  # The address may hold a secret, so that the error's own words are not logged.
            log.warning("an OpenLineage event could not be sent", event_type=event["eventType"], reason=type(error).__name__)


def _output(database: str, ending: Ending | None) -> dict[str, Any]:
    """The view that people query, named as OpenLineage names things in PostgreSQL; how many rows it has got."""
    parts = urlsplit(database)
    if parts.scheme == "postgresql":
        host = parts.netloc.rpartition("@")[2] or "localhost"
        where = {"namespace": f"postgres://{host}", "name": f"{parts.path.strip('/')}.public.hot_items"}
    else:
        where = {"namespace": database, "name": "public.hot_items"}
    statistics = _facet("OutputStatisticsOutputDatasetFacet", "1-0-2", {"rowCount": ending.items}) if ending else None
    return where | ({"outputFacets": {"outputStatistics": statistics}} if statistics else {})


def _facet(name: str, version: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"_producer": _PRODUCER, "_schemaURL": f"{_SPEC}/facets/{version}/{name}.json#/$defs/{name}", **values}


def _site(home: str) -> str:
    parts = urlsplit(home)
    return f"{parts.scheme}://{parts.netloc}"

"""What is told of a collection as it goes on, and to whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import NamedTuple, Protocol

import structlog

from hotledger.config import Settings
from hotledger.model import Reading, Recorded, Status

log = structlog.get_logger("hotledger.telemetry")

_CLOSING_SECONDS = 10.0


class Job(NamedTuple):
    """What is collected: the job type, the home of each platform by its id, and the name of the database, without a secret."""

    job_type: str
    homes: Mapping[str, str]
    database: str


class End(StrEnum):
    """How a batch can end."""

    COMPLETE = "COMPLETE"
    FAIL = "FAIL"
    ABORT = "ABORT"


class Ending(NamedTuple):
    """How a batch has ended, what landed, and why it did not end well."""

    end: End
    items: int = 0
    new_items: int = 0
    why: str | None = None


class Observer(Protocol):
    """Is told of one batch; may fail without harm."""

    def began(self, batch_id: str, platform: str) -> None:
        """The reading of a platform has begun; with the first one, the batch has."""
        ...

    def recorded(self, reading: Reading, recorded: Recorded) -> None:
        """What a platform gave is in the ledger, or in the spool."""
        ...

    async def close(self, ending: Ending) -> None:
        """The batch is over; nothing more is told."""
        ...


class Observed:
    """One batch, told to all observers."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers
        self._ending = Ending(End.COMPLETE)

    def began(self, batch_id: str, platform: str) -> None:
        """See `Observer.began`."""
        self._tell(lambda each: each.began(batch_id, platform))

    def recorded(self, reading: Reading, recorded: Recorded) -> None:
        """See `Observer.recorded`."""
        self._tell(lambda each: each.recorded(reading, recorded))

    def ended(self, status: Status, items: int, new_items: int) -> None:
        """How the batch has ended; it is told when the work on it is left."""
        failed = status is Status.FAILED
        self._ending = Ending(End.FAIL if failed else End.COMPLETE, items, new_items, "no platform gave a list" if failed else None)

    async def close(self, ending: Ending | None = None) -> None:
        """Tell the end, within some seconds."""
        for each in self._observers:
            try:
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await each.close(ending or self._ending)
            except Exception as error:
                _note(each, error)

    def _tell(self, what: Callable[[Observer], None]) -> None:
        for each in self._observers:
            try:
                what(each)
            except Exception as error:
                _note(each, error)


@asynccontextmanager
async def observed(settings: Settings, job: Job | None) -> AsyncIterator[Observed]:
    """One batch, told to those whom the settings name, or to nobody without a `job`; how it ends is told as well, whatever ends it."""
    watched = Observed(_configured(settings, job) if job else [])
    try:
        yield watched
    except asyncio.CancelledError:
        # What interrupts the work must not interrupt the last word.
        await asyncio.shield(asyncio.ensure_future(watched.close(Ending(End.ABORT, why="the process was told to stop"))))
        raise
    except Exception as error:
        await watched.close(Ending(End.FAIL, why=f"{type(error).__name__}: {error}"))
        raise
    await watched.close()


def _configured(settings: Settings, job: Job) -> list[Observer]:
    made: list[Observer] = []
    try:
        if settings.openlineage_url is not None:
            from hotledger.telemetry.lineage import Lineage

            key = settings.openlineage_key.get_secret_value() if settings.openlineage_key else None
            made.append(Lineage(settings.openlineage_url, job, namespace=settings.openlineage_namespace, key=key))
        if settings.otlp_endpoint is not None:
            from hotledger.telemetry.tracing import Tracing, exporter

            made.append(Tracing(exporter(settings.otlp_endpoint), job))
    except ImportError:
        log.warning("spans are not sent: OTEL_EXPORTER_OTLP_ENDPOINT is set, but the extra `telemetry` is not installed")
    except Exception as error:
        log.warning("spans are not sent", reason=f"{type(error).__name__}: {error}")
    return made


def _note(observer: Observer, error: Exception) -> None:
    log.warning("a collection could not be told of", to=type(observer).__name__, reason=type(error).__name__)

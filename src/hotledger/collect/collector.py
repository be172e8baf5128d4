"""One batch: opened before anything is fetched, every platform read at once and recorded as it ends, closed truthfully."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

import structlog

from hotledger.collect.case import Siblings
from hotledger.collect.judge import last_lists
from hotledger.collect.reading import Keep, Known, Session, read
from hotledger.errors import SettingsError, StoreError
from hotledger.ledger.batch import Disabled, OpenBatch, Past, Spooled
from hotledger.ledger.ledger import Ledger
from hotledger.model import Reader, Reading, Recorded, Status

log = structlog.get_logger("hotledger.collect")

JOB_TYPE = "data_collection"


class Phase(StrEnum):
    """How far one platform of a running batch is."""

    READING = "reading"
    RECORDED = "recorded"


class Progress(NamedTuple):
    """One step of a running batch, for whoever shows it."""

    batch_id: str
    platform: str
    phase: Phase
    reading: Reading | None = None
    recorded: Recorded | None = None


class Fetcher(Protocol):
    """What a collection needs of `fetch`."""

    def session(self, platform: str) -> Session: ...


class CollectionResult(NamedTuple):
    """How a collection went: the id of its row in `batch_jobs`, its status, what landed, and each reading.

    `spooled` says how much of it waits in the spool because the database was away, and why; it counts nowhere as landed. `recovered_in` is
    the batch that holds what was in the spool, when this one was taken for lost meanwhile. `disabled` are platforms that were not
    collected, because they are switched off.
    """

    batch_job_id: str
    status: Status
    total_items: int
    readings: tuple[Reading, ...]
    new_items: int
    spooled: Spooled | None = None
    recovered_in: str | None = None
    disabled: Mapping[str, Disabled] = MappingProxyType({})

    @property
    def full(self) -> bool:
        """Whether every planned platform gave its list."""
        return not self.failed and all(reading.verdict.keeps_list for reading in self.readings)

    @property
    def failed(self) -> bool:
        """Whether no platform gave a list, or the batch failed otherwise."""
        return self.status is Status.FAILED or not any(reading.verdict.keeps_list for reading in self.readings)

    @property
    def collected_items(self) -> int:
        """How many items were read, whether they have landed or are in the spool."""
        return sum(len(reading.items) for reading in self.readings)


class Collector:
    """Collects platforms into a ledger."""

    def __init__(
        self,
        ledger: Ledger,
        fetcher: Fetcher,
        keep: Keep,
        *,
        now: Callable[[], datetime],
        platform_seconds: float = 60,
        job_type: str = JOB_TYPE,
        prefix: str = "",
        source: str | None = None,
        progress: Callable[[Progress], None] = lambda step: None,
    ) -> None:
        self._ledger = ledger
        self._fetcher = fetcher
        self._keep = keep
        self._now = now
        self._platform_seconds = platform_seconds
        self._job_type = job_type
        self._prefix = prefix
        self._source = source
        self._progress = progress

    async def collect(self, readers: Sequence[Reader]) -> CollectionResult:
        """Read and record all of them in one batch.

        A platform's failure is a reading like another; only the ledger's own failure is raised.
        """
        if not readers:
            raise SettingsError("There is nothing to collect: name at least one platform.")
        planned = [self._prefix + reader.facts.id for reader in readers]
        facts = [reader.facts for reader in readers] if not self._prefix else []
        async with self._ledger.batch(self._job_type, planned, platforms=facts, source=self._source) as batch:
            lists = last_lists(batch.past)
            try:
                async with asyncio.TaskGroup() as group:
                    wanted = [reader for reader in readers if self._prefix + reader.facts.id not in batch.disabled]
                    tasks = [group.create_task(self._one(reader, batch, lists)) for reader in wanted]
            except ExceptionGroup as failures:
                raise failures.exceptions[0] from failures  # what the ledger said to the first is what it said to all
            ended = [task.result() for task in tasks]
        items, new_items = await self._landed(batch, [recorded for _, recorded in ended])
        return CollectionResult(
            str(batch.id),
            batch.status,
            items,
            tuple(reading for reading, _ in ended),
            new_items,
            batch.spooled,
            None if batch.landed_in == str(batch.id) else batch.landed_in,
            batch.disabled,
        )

    async def _landed(self, batch: OpenBatch, recorded: Sequence[Recorded]) -> tuple[int, int]:
        """How many items landed, and how many of them were new; those that came through the spool are only known by asking."""
        direct = [each for each in recorded if not each.spooled]
        items, new_items = sum(each.items for each in direct), sum(each.new_items for each in direct)
        if len(direct) == len(recorded) or batch.spooled:
            return items, new_items
        try:
            job = await self._ledger.job(batch.landed_in)
        except StoreError as error:  # Whoever may only record can't ask; and the collection is over, whatever the answer.
            log.warning("what came through the spool is not counted", batch=batch.landed_in, reason=str(error))
            return items, new_items
        if job is None:
            return items, new_items
        names = {each.platform for each in recorded if each.spooled}
        late = [reading for reading in job["readings"] if reading["platform"] in names]
        return items + sum(each["items"] for each in late), new_items + sum(each["new_items"] for each in late)

    async def _one(self, reader: Reader, batch: OpenBatch, lists: Siblings) -> tuple[Reading, Recorded]:
        name = self._prefix + reader.facts.id
        self._progress(Progress(str(batch.id), name, Phase.READING))
        reading = await read(
            reader,
            self._fetcher.session(reader.facts.id),
            Known(batch.past.get(name, Past(known=False)), {other: titles for other, titles in lists.items() if other != name}),
            keep=self._keep,
            now=self._now,
            limit_seconds=self._platform_seconds,
        )
        recorded = await batch.record(_named(reading, name), None if self._prefix else reader.facts.link)
        _log(reading, recorded, batch)
        self._progress(Progress(str(batch.id), name, Phase.RECORDED, reading, recorded))
        return reading, recorded


def _named(reading: Reading, name: str) -> Reading:
    import msgspec

    return reading if reading.platform == name else msgspec.structs.replace(reading, platform=name)


def _log(reading: Reading, recorded: Recorded, batch: OpenBatch) -> None:
    write = log.info if reading.verdict.keeps_list else log.warning
    write(
        "reading",
        batch=str(batch.id),
        platform=recorded.platform,
        verdict=reading.verdict.value,
        items=recorded.items,
        new_items=recorded.new_items,
        duration_ms=reading.duration_ms,
        attempts=reading.attempts,
        evidence=reading.evidence,
    )

"""An open batch: its lease, kept alive by beats; its units; and its truthful end, whatever happens inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from hotledger.errors import AllDisabled, HotledgerError, LeaseLost, OverlapSkipped, StoreError
from hotledger.ledger.beats import Beats
from hotledger.ledger.wire import clean, reading_arguments
from hotledger.model import Reading, Recorded, Status, Verdict
from hotledger.store.port import Store

_REFUSED = {
    "unknown_batch": "the batch is not in the database (any more)",
    "not_the_owner": "another writer owns it",
    "batch_has_ended": "it has ended already",
    "batch_was_lost": "it was taken for lost, because its lease had run out",
    "batch_was_replaced": "a newer batch has taken its place",
    "batch_was_purged": "it was deleted, and its readings are kept",
}


class Past(msgspec.Struct, frozen=True):
    """What the ledger knows of a platform: the item counts of its last good readings, newest first, when the last one was, and the
    baseline that the judge left with the last reading. `known` is false when the database was away, so that nobody could ask it."""

    recent_items: tuple[int, ...] = ()
    last_good_at: datetime | None = None
    baseline: dict[str, Any] | None = None
    known: bool = True


class Disabled(msgspec.Struct, frozen=True):
    """Why a platform is switched off, and since when."""

    reason: str
    since: datetime


class Spooled(NamedTuple):
    """That a batch, or a part of it, waits in the spool: how many calls, and why."""

    calls: int
    why: str


class Unit:
    """One unit of work of a batch. Set `items` to the number that landed; an exception inside makes the unit failed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.items = 0
        self.evidence: str | None = None


class OpenBatch:
    """A batch that this process owns.

    `disabled` names what was planned and is switched off, so that it is not collected. `spooled` says, once the batch has been left,
    whether a part of it is still in the spool; `landed_in` is the batch that holds what was there, which is another one when this one was
    taken for lost meanwhile.
    """

    def __init__(self, store: Store, batch_id: UUID, token: UUID, past: Mapping[str, Past], now: Callable[[], datetime]) -> None:
        self.id = batch_id
        self.token = token
        self.past = past
        self.disabled: Mapping[str, Disabled] = {}
        self.status = Status.IN_PROGRESS
        self.spooled: Spooled | None = None
        self.landed_in = str(batch_id)
        self._store = store
        self._now = now

    async def record(self, reading: Reading, link: str | None = None) -> Recorded:
        """Record what one platform gave; `link` is the template of its addresses.

        Raises `LeaseLost` when this process no longer owns the batch, `StoreError` when it can't be written.
        """
        return await self._record(reading.platform, reading_arguments(reading, link))

    @asynccontextmanager
    async def unit(self, name: str) -> AsyncIterator[Unit]:
        """Do one unit of work, and record how it went; its exception is recorded and passed on."""
        unit = Unit(name)
        started_at = self._now()
        try:
            yield unit
        except Exception as error:
            await self._record(name, self._ended(unit, started_at, error))
            raise
        await self._record(name, self._ended(unit, started_at, None))

    def _ended(self, unit: Unit, started_at: datetime, error: Exception | None) -> dict[str, Any]:
        ended_at = self._now()
        arguments: dict[str, Any] = {
            "verdict": Verdict.BROKEN if error else Verdict.OK,
            "evidence": clean(unit.evidence or (f"{type(error).__name__}: {error}" if error else f"{unit.items} items")),
            "started_at": started_at,
            "collected_at": ended_at,
            "duration_ms": round((ended_at - started_at).total_seconds() * 1000),
            "item_count": unit.items,
        }
        if error:
            arguments["error_code"] = error.code if isinstance(error, HotledgerError) else type(error).__name__
            arguments["error_message"] = clean(str(error))
        return arguments

    async def _record(self, name: str, reading: dict[str, Any]) -> Recorded:
        answer = await self._store.call(
            "batch_record", {"batch_id": self.id, "token": self.token, "platform": name, "reading": reading, "recorded_at": self._now()}
        )
        accepted(answer, self.id, f"The reading of {name}")
        self.status = Status(answer["batch_status"])
        return Recorded(
            platform=name,
            items=answer["items"],
            new_items=answer["new_items"],
            batch_status=self.status,
            replayed=answer["replayed"],
            spooled=answer["outcome"] == "spooled",
        )

    async def close(self, reason: str | None = None, message: str | None = None) -> None:
        """End the batch, unless its last reading has done so. `reason` is `interrupted` or `error` when it did not end well."""
        if self.status in (Status.COMPLETED, Status.FAILED):
            return
        answer = await self._store.call(
            "batch_close",
            {"batch_id": self.id, "token": self.token, "reason": reason, "message": clean(message), "completed_at": self._now()},
        )
        accepted(answer, self.id, "The end of the batch")
        self.status = Status(answer["batch_status"])
        self.landed_in = answer.get("landed_in", self.landed_in)
        if answer["outcome"] == "spooled":
            self.spooled = Spooled(answer["waiting"], answer["why"])


@asynccontextmanager
async def kept_alive(batch: OpenBatch, beats: Beats) -> AsyncIterator[OpenBatch]:
    """Let it beat while the work goes on, and end the batch truthfully when it is left."""
    try:
        yield batch
    except asyncio.CancelledError:
        await _close_in_spite(batch, "interrupted", "the process was told to stop")
        raise
    except StoreError:
        await _close_in_spite(batch, "error", "the database failed meanwhile")
        raise
    except Exception as error:
        await _close_in_spite(batch, "error", f"{type(error).__name__}: {error}")
        raise
    else:
        await batch.close()
    finally:
        await beats.stop()


async def _close_in_spite(batch: OpenBatch, reason: str, message: str) -> None:
    # What interrupts the work must not interrupt the last call; and a failure of that call must not hide the first one.
    with suppress(HotledgerError):
        await asyncio.shield(asyncio.create_task(batch.close(reason, message)))


def accepted(answer: Mapping[str, Any], batch_id: UUID, what: str) -> None:
    """Raise `LeaseLost` when the ledger refused a write, `OverlapSkipped` when it left the job to another batch,
    `AllDisabled` when nothing of it is switched on."""
    if answer["outcome"] == "refused":
        why = _REFUSED.get(answer["reason"], answer["reason"])
        raise LeaseLost(f"{what} was refused by the ledger for batch {batch_id}: {why}. Start a new batch.")
    if answer["outcome"] == "disabled":
        off = msgspec.convert(answer["disabled"], dict[str, Disabled])
        told = "; ".join(f"{name}, since {each.since:%Y-%m-%d}: {each.reason}" for name, each in sorted(off.items()))
        raise AllDisabled(f"All that was to be collected is switched off ({told}). `hotledger platforms enable` switches it on.", off)
    if answer["outcome"] == "skipped":
        running = answer["running"]
        raise OverlapSkipped(
            f"Skipped: batch {running['batch_id']} of {running['owner'] or 'another writer'} is running since {running['since']}, and its "
            f"lease lasts until {running['until']} unless it is renewed (HOTLEDGER_OVERLAP=skip).",
            running,
        )


def planned_once(planned: Sequence[str]) -> list[str]:
    """The planned names in their order, each once."""
    return list(dict.fromkeys(planned))

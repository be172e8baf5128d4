"""Brings what is in the spool into the database, in order. Every call is idempotent, so a drain can be cut off and begun again anywhere.

A call that is refused is set aside and blocks no other; what a lost batch can no longer take goes into a recovery batch beside it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from hotledger.errors import StoreError, StoreRejected, StoreUnavailable
from hotledger.ledger.identity import uuid7_of
from hotledger.ledger.patience import within
from hotledger.ledger.spool import Kept, Spool
from hotledger.store.port import Store

NOBODY = "00000000-0000-0000-0000-000000000000"
_LOST = ("batch_was_lost", "batch_was_replaced")
_LANDED = (*_LOST, "batch_has_ended")
_RECOVERIES = 20
_ABOUT_THE_CALLER = ("28", "42501", "PGRST3", "401", "403")  # a password, a key or a right is wrong, not the call
_POLL_SECONDS = 0.05


class Drained(msgspec.Struct, frozen=True, kw_only=True):
    """How a drain went: how many calls landed, were set aside, still wait; into which batches lost ones were recovered; why it stopped.

    `answers` are those to the last call of each batch that landed.
    """

    landed: int = 0
    set_aside: int = 0
    waiting: int = 0
    recovered: Mapping[str, str] = {}
    stopped: str | None = None
    answers: Mapping[str, Mapping[str, Any]] = {}


class Stopped(Exception):
    """The drain can't go on; its text says why."""


async def drain(spool: Spool, store: Store, target: str, *, limit_seconds: float, drain_seconds: float | None = None) -> Drained:
    """Bring the calls in that wait for this database, for about `drain_seconds` at most; each call may take `limit_seconds`.

    Another process that is draining is waited for. A database that does not answer costs half of `limit_seconds`.
    """
    deadline = None if drain_seconds is None else asyncio.get_running_loop().time() + drain_seconds
    while await spool.count(target):
        with spool.sole_drainer() as sole:
            if sole:
                return await _Drain(spool, store, target, limit_seconds, deadline).run()
        if _is_over(deadline):
            return Drained(waiting=await spool.count(target), stopped="another process is draining the spool")
        await asyncio.sleep(_POLL_SECONDS)
    return Drained()


def _is_over(deadline: float | None) -> bool:
    return deadline is not None and asyncio.get_running_loop().time() > deadline


class _Drain:
    def __init__(self, spool: Spool, store: Store, target: str, limit_seconds: float, deadline: float | None) -> None:
        self._spool = spool
        self._store = store
        self._target = target
        self._limit_seconds = limit_seconds
        self._deadline = deadline
        self._done: Counter[str] = Counter()
        self._passed_over: set[str] = set()
        self._recoveries: dict[str, Mapping[str, Any]] = {}
        self._answers: dict[str, Mapping[str, Any]] = {}

    async def run(self) -> Drained:
        stopped = None
        try:
            await self._probe()
            after = 0
            while calls := await self._spool.waiting(self._target, after=after):
                await self._bring_in(calls)
                after = calls[-1].number
        except (Stopped, StoreError) as error:
            stopped = str(error)
        if self._passed_over and stopped is None:
            stopped = "the database answers, but not to some of the calls; they are tried again next time"
        return Drained(
            landed=self._done["landed"],
            set_aside=self._done["set_aside"],
            waiting=await self._spool.count(self._target),
            recovered={lost: opening["batch_id"] for lost, opening in self._recoveries.items()},
            stopped=stopped,
            answers=self._answers,
        )

    async def _bring_in(self, calls: list[Kept]) -> None:
        landed: list[int] = []
        try:
            for kept in calls:
                if _is_over(self._deadline):
                    raise Stopped("the time for it is over; the rest follows next time")
                if kept.batch_id in self._passed_over:
                    continue
                if await self._is_settled(kept):
                    landed.append(kept.number)
        finally:
            self._done["landed"] += len(landed)
            await self._spool.remove(landed)

    async def _is_settled(self, kept: Kept) -> bool:
        """Whether the database has the call now; if not, it is set aside, or its batch is passed over."""
        reason = None if kept.sound else "it was damaged on disk: its checksum does not match"
        try:
            if kept.sound:
                answer = await self._patiently(kept)
                self._answers[kept.batch_id] = answer
                reason = f"the ledger refused it: {answer['reason']}" if answer["outcome"] == "refused" else None
        except StoreUnavailable:
            self._passed_over.add(kept.batch_id)
            return False
        except StoreRejected as error:
            if (error.sqlstate or "").startswith(_ABOUT_THE_CALLER):
                raise Stopped(str(error)) from error
            reason = str(error)
        except StoreError as error:
            raise Stopped(str(error)) from error
        if reason is not None:
            await self._spool.set_aside(kept.number, reason)
            self._done["set_aside"] += 1
        return reason is None

    async def _patiently(self, kept: Kept) -> Mapping[str, Any]:
        # A call that fails while the database answers others must not hold them up, and neither must one broken connection.
        try:
            return await self._landed(kept)
        except StoreUnavailable:
            await self._probe_or_stop()
            return await self._landed(kept)

    async def _probe_or_stop(self) -> None:
        try:
            await self._probe()
        except StoreUnavailable as error:
            raise Stopped(str(error)) from error

    async def _probe(self) -> None:
        arguments = {"batch_id": NOBODY, "token": NOBODY, "lease_seconds": 1}
        await within(self._limit_seconds / 2, self._store.call("batch_beat", arguments))

    async def _landed(self, kept: Kept) -> Mapping[str, Any]:
        """The ledger's last word on a call, after the batch was opened anew where that is needed to take it."""
        opening = kept.opening if kept.opening is not None else kept.arguments if kept.function == "batch_open" else None
        answer = await self._call(kept.function, self._redirected(kept))
        for _ in range(_RECOVERIES):
            refusal = answer["reason"] if answer["outcome"] == "refused" else None
            if kept.function == "batch_open" and refusal in _LANDED:
                return {"outcome": "opened"}  # It had landed before. If the batch was lost since, its readings find that out.
            if opening is None or refusal not in (*_LOST, "unknown_batch"):
                break
            current = self._recoveries.get(kept.batch_id, opening)
            if refusal in _LOST:
                await self._recover(kept, current)
            elif kept.function == "batch_close" and kept.batch_id in self._recoveries:
                del self._recoveries[kept.batch_id]
                return {"outcome": "closed"}  # The end of a lost batch, of which there was nothing to recover.
            else:
                await self._call("batch_open", current)
            answer = await self._call(kept.function, self._redirected(kept))
        return answer

    async def _recover(self, kept: Kept, lost: Mapping[str, Any]) -> None:
        """Put a batch beside a lost one, for what that can no longer take. The same loss always makes the same batch."""
        name = f"recovery of {lost['batch_id']}"
        landed = await self._platforms_of(lost["batch_id"])
        opening = {
            **lost,
            "batch_id": str(uuid7_of(datetime.fromisoformat(lost["started_at"]), name)),
            "planned": [platform for platform in lost["planned"] if platform not in landed],
            "source": name,
        }
        if kept.function == "batch_record":
            await self._call("batch_open", opening)
        self._recoveries[kept.batch_id] = opening

    async def _platforms_of(self, batch_id: str) -> set[str]:
        try:
            batch = await within(self._limit_seconds, self._store.call("batch_get", {"batch_id": batch_id}))
        except StoreRejected:
            return set()  # A collector that may only record can't look; the recovery batch then says that they are missing.
        return {reading["platform"] for reading in batch["readings"]} if batch else set()

    def _redirected(self, kept: Kept) -> Mapping[str, Any]:
        opening = self._recoveries.get(kept.batch_id)
        return {**kept.arguments, "batch_id": opening["batch_id"]} if opening else kept.arguments

    async def _call(self, function: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if function == "batch_open":  # It has happened: whoever runs now is no reason to leave it out.
            arguments = {**arguments, "overlap": "allow"}
        answer: Mapping[str, Any] = await within(self._limit_seconds, self._store.call(function, arguments))
        return answer

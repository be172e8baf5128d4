"""A store that an outage can't fail: what a batch writes goes to the spool while the database is away, and follows when it is back.

An outage costs a collection at most one and a half times `limit_seconds`: one to notice it, half of one to look at the end whether it is
over. From the first failure on, every write of the process goes to the spool at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from hotledger.errors import StoreError, StoreUnavailable
from hotledger.ledger.draining import Drained, drain
from hotledger.ledger.patience import within
from hotledger.ledger.spool import Spool
from hotledger.model import Status
from hotledger.store.port import Store

log = structlog.get_logger("hotledger.spool")

DRAIN_SECONDS = 30.0
_SPOOLED = ("batch_open", "batch_record", "batch_close")
_ENDED = (Status.COMPLETED, Status.FAILED)


class SpooledStore:
    """A store over another one, and a spool. `target` names the database: what is kept for one is never brought into another.

    The answer to a call that was kept has the outcome `spooled`, and says why. Before a batch is opened, and after one was closed of which
    calls were kept, the spool is drained, for `drain_seconds` at most.
    """

    def __init__(self, store: Store, spool: Spool, *, target: str, limit_seconds: float, drain_seconds: float = DRAIN_SECONDS) -> None:
        self._store = store
        self._spool = spool
        self._target = target
        self._limit_seconds = limit_seconds
        self._drain_seconds = drain_seconds
        self._away: str | None = None
        self._openings: dict[str, Mapping[str, Any]] = {}
        self._kept: set[str] = set()

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        """See `Store.call`. What writes a batch is answered in any outage. Raises `SpoolFailed` when the spool can't take it either."""
        if function not in _SPOOLED:
            return await self._store.call(function, arguments)
        batch_id = str(arguments["batch_id"])
        if function == "batch_open":
            await self._drained_before()
            self._openings[batch_id] = {name: value for name, value in arguments.items() if name != "platforms"}
        answer = await self._landed_or_kept(batch_id, function, arguments)
        if answer.get("batch_status") in _ENDED or function == "batch_close":
            self._openings.pop(batch_id, None)
            self._kept.discard(batch_id)
        return answer

    async def drain(self, *, drain_seconds: float | None = None, again: bool = False) -> Drained:
        """Bring in what waits for this database, by connections of its own, since those at hand may be dead.

        With `again`, what was set aside is tried once more.
        """
        if again:
            await self._spool.put_back(self._target)
        if not await self._spool.count(self._target):
            self._away = None
            return Drained()
        store = self._store.another()
        try:
            drained = await drain(self._spool, store, self._target, limit_seconds=self._limit_seconds, drain_seconds=drain_seconds)
        finally:
            await store.close()
        self._away = drained.stopped
        return drained

    def another(self) -> Store:
        """See `Store.another`: one of the database alone."""
        return self._store.another()

    async def close(self) -> None:
        """See `Store.close`."""
        self._spool.close()
        await self._store.close()

    async def _landed_or_kept(self, batch_id: str, function: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        # No write overtakes another one of its batch: once one was kept, all later ones are.
        if self._away is None and batch_id not in self._kept:
            try:
                return await within(self._limit_seconds, self._tried(function, arguments))
            except StoreUnavailable as error:
                self._away = str(error)
                log.warning("the database is away, calls go to the spool", reason=self._away, batch=batch_id)
        self._kept.add(batch_id)
        opening = self._openings.get(batch_id) if function != "batch_open" else None
        await self._spool.append(self._target, batch_id, function, arguments, opening)
        if function == "batch_close":
            return await self._drained_after(batch_id, arguments)
        return _ANSWERS[function] | {"why": self._away}

    async def _tried(self, function: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Try twice: a connection that died while nobody used it is no outage."""
        answer: Mapping[str, Any]
        try:
            answer = await self._store.call(function, arguments)
        except StoreUnavailable:
            store = self._store.another()
            try:
                answer = await store.call(function, arguments)
            finally:
                await store.close()
        return answer

    async def _drained_before(self) -> None:
        """Drain before a batch is opened, since the opening takes batches for lost whose calls may be in the spool."""
        try:
            drained = await self.drain(drain_seconds=self._drain_seconds)
        except StoreError as error:
            log.warning("the spool could not be drained", reason=str(error))
            return
        if drained.landed or drained.set_aside or drained.stopped:
            log.info("the spool was drained", landed=drained.landed, waiting=drained.waiting, reason=drained.stopped)

    async def _drained_after(self, batch_id: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to the end of a batch of which calls were kept: the ledger's, if all of them have landed now."""
        drained = await self.drain(drain_seconds=self._drain_seconds)
        waiting = await self._spool.count(self._target, batch_id)
        if waiting:
            return _ANSWERS["batch_close"] | {"why": self._away or drained.stopped, "waiting": waiting}
        if batch_id not in drained.answers:  # Another process was faster; the same end once more gets the same answer.
            answer: Mapping[str, Any] = await within(self._limit_seconds, self._store.call("batch_close", arguments))
            return answer
        return {**drained.answers[batch_id], "landed_in": drained.recovered.get(batch_id, batch_id)}


_ANSWERS: Mapping[str, dict[str, Any]] = {
    "batch_open": {"outcome": "spooled", "platforms": {}},
    "batch_record": {"outcome": "spooled", "items": 0, "new_items": 0, "batch_status": Status.IN_PROGRESS, "replayed": False},
    "batch_close": {"outcome": "spooled", "batch_status": Status.IN_PROGRESS},
}

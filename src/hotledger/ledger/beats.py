"""Signs of life for a batch, from a thread of their own: work that keeps the event loop busy can't starve them."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Any
from uuid import UUID

from hotledger.errors import StoreError
from hotledger.ledger.patience import within
from hotledger.store.port import Store

_PER_LEASE = 3
_LEAVING_SECONDS = 2.0


class Beats:
    """Renews the lease of one batch three times per lease, until it is stopped, or until the ledger says that the lease is not ours."""

    def __init__(self, store: Store, batch_id: UUID, token: UUID, lease_seconds: int) -> None:
        self._store = store
        self._arguments: dict[str, Any] = {"batch_id": batch_id, "token": token, "lease_seconds": lease_seconds}
        self._interval_seconds = lease_seconds / _PER_LEASE
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        # A daemon: a database that does not answer must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name=f"hotledger-beats-{batch_id}", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """End, without waiting long for a beat that is under way."""
        with suppress(RuntimeError):  # The loop is closed: it has ended by itself.
            self._loop.call_soon_threadsafe(self._stopping.set)
        await asyncio.to_thread(self._thread.join, _LEAVING_SECONDS)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._beat_on())

    async def _beat_on(self) -> None:
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({stopping}, timeout=self._interval_seconds)
        while not stopping.done() and await self._is_ours(stopping):
            await asyncio.wait({stopping}, timeout=self._interval_seconds)
        stopping.cancel()
        await self._store.close()

    async def _is_ours(self, stopping: asyncio.Task[Any]) -> bool:
        """Beat once. A beat that does not get through changes nothing: the next one may."""
        beat = asyncio.create_task(within(self._interval_seconds, self._store.call("batch_beat", self._arguments)))
        await asyncio.wait({beat, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not beat.done():
            beat.cancel()
            return False
        try:
            answer = beat.result()
        except StoreError:
            return True
        # The opening of a batch that is not there yet may be in the spool.
        return bool(answer["outcome"] != "refused" or answer["reason"] == "unknown_batch")

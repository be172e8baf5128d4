"""A limit to waiting for the database that holds even where the one waited for is slow to notice that it was given up."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hotledger.errors import StoreUnavailable

T = TypeVar("T")

_given_up: set[asyncio.Task[Any]] = set()


async def within(seconds: float, coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result. Raises `StoreUnavailable` when it takes longer: it is cancelled, and not waited for.

    (psycopg asks the server to cancel a query, and gives a server that does not answer up to ten seconds for that.)
    """
    task = asyncio.create_task(coroutine)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            _given_up.add(task)
            task.add_done_callback(_ended)
            task.cancel()
    if not done:
        raise StoreUnavailable(f"The database gave no answer within {seconds:g} s.")
    return task.result()


def _ended(task: asyncio.Task[Any]) -> None:
    _given_up.discard(task)
    if not task.cancelled():
        task.exception()  # Looked at, since nobody else will.

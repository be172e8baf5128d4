"""Runs a command's coroutine: SIGINT and SIGTERM cancel it, so that an open batch is closed truthfully."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result. Told to stop, it ends with exit code 130 (SIGINT) or 143 (SIGTERM) when it has put things in order."""
    received: list[signal.Signals] = []
    try:
        return asyncio.run(_stoppable(coroutine, received))
    except asyncio.CancelledError:
        raise typer.Exit(128 + received[0] if received else 1) from None


async def _stoppable(coroutine: Coroutine[Any, Any, T], received: list[signal.Signals]) -> T:
    task = asyncio.current_task()
    assert task is not None

    def stop(number: signal.Signals) -> None:
        # Only the first one counts: another would interrupt the very work that leaves things in order.
        if not received:
            task.cancel()
        received.append(number)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    return await coroutine

"""Runs a command's coroutine: SIGINT and SIGTERM cancel it, so that an open batch is closed truthfully."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result. Told to stop by SIGTERM, it ends with exit code 143."""
    try:
        return asyncio.run(_terminable(coroutine))
    except asyncio.CancelledError:
        raise typer.Exit(143) from None


async def _terminable(coroutine: Coroutine[Any, Any, T]) -> T:
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await coroutine

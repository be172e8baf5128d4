"""Collect now, then at each full multiple of EVERY_MINUTES, until stopped; the container's command.

Told to stop, it passes that on to a collection that is under way, and waits until it has closed its batch. Each collection is a process
of its own. One that went well leaves a mark, whose age `collected-lately` looks at.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    interval_seconds = 60 * int(os.environ.get("EVERY_MINUTES") or 60)
    while not stop.is_set():
        await collect(stop)
        await pause(stop, interval_seconds - time.time() % interval_seconds)


async def collect(stop: asyncio.Event) -> None:
    """One collection, to its end."""
    process = await asyncio.create_subprocess_exec("hotledger", "collect", start_new_session=True)
    ended, stopped = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
    if not ended.done():
        process.terminate()
    stopped.cancel()
    code = await ended
    if code:
        sys.stderr.write(f"collect-every: hotledger collect ended with exit code {code}\n")
    else:
        leave_mark()


def leave_mark() -> None:
    Path(os.environ["HOTLEDGER_HOME"], "collected").touch()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait for the next time, or for the stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


if __name__ == "__main__":
    asyncio.run(main())

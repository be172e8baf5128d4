"""Two locks of the kernel (`flock`) on two files: one for changes of the server's state, one that counts its users.

Both vanish with the process that holds them, so a killed process leaks nothing. Neither is inherited by programs that we run.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from hotledger.errors import EmbeddedError

WAIT_SECONDS = 180.0
_POLL_SECONDS = 0.05
_QUIET_SECONDS = 2.0


@asynccontextmanager
async def exclusive(path: Path, say: Callable[[str], None]) -> AsyncIterator[None]:
    """Hold the lock for changes of state. Waits without blocking the event loop, and says so when it takes a while."""
    descriptor = open_file(path)
    try:
        await _acquire(descriptor, path, say)
        yield
    finally:
        os.close(descriptor)


def sit_down(path: Path) -> int:
    """Become a user: the descriptor holds a shared lock until it is closed. Call it with the lock for changes held."""
    descriptor = open_file(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_last(descriptor: int) -> bool:
    """Whether no other user is left. The seat is given up by asking, so close it afterwards."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def open_file(path: Path, flags: int = os.O_RDWR) -> int:
    """Open or create a file of ours, never through a link that somebody else has put there; it belongs to the folder's owner."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor


async def _acquire(descriptor: int, path: Path, say: Callable[[str], None]) -> None:
    began, told = time.monotonic(), False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - began
        else:
            return
        if waited > WAIT_SECONDS:
            raise EmbeddedError(f"Another process has been starting or stopping the database for {waited:.0f} s (it holds {path}).")
        if waited > _QUIET_SECONDS and not told:
            say("Waiting for another process that is starting or stopping the database …")
            told = True
        await asyncio.sleep(_POLL_SECONDS)

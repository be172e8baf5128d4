"""Tells our running server from a stranger's process, and signals the first only.

`postmaster.pid` outlives a server that was killed, and its process id is given to others: nothing here believes it alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

_READY_LINE = 7


class Postmaster(NamedTuple):
    """What `postmaster.pid` says of a server."""

    pid: int
    socket_directory: str
    ready: bool


def read(data: Path) -> Postmaster | None:
    """What `postmaster.pid` says, dead or alive; `None` without the file, or when a crash left it without a process id."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    pid = _pid(lines)
    if pid is None:
        return None
    padded = [*lines, *[""] * (_READY_LINE + 1 - len(lines))]
    return Postmaster(pid, padded[4], padded[_READY_LINE].strip() == "ready")


def running(data: Path) -> Postmaster | None:
    """The server of this data directory, if it is running now."""
    found = read(data)
    return found if found and is_server(found.pid, data) else None


def is_server(pid: int, data: Path) -> bool:
    """Whether this process is the PostgreSQL server of this data directory."""
    program, found, _ = command_line(pid).partition(f" -D {data} ")
    return bool(found) and Path(program).name == "postgres"


def holds(lock: Path, data: Path) -> bool:
    """Whether the process that a lock file of PostgreSQL names is the server of this data directory."""
    pid = _pid(lock.read_text(errors="replace").splitlines())
    return pid is not None and is_server(pid, data)


def is_starting(pid: int, data: Path) -> bool:
    """Whether this process, which we have just launched, still lives: as the shell that is about to become the server, or as the server."""
    return f" -D {data} " in command_line(pid)


def interrupt(pid: int, data: Path) -> None:
    """Ask our server for a fast shutdown. Never reaches another process, even if the id changes hands meanwhile."""
    if not hasattr(os, "pidfd_open"):
        if is_server(pid, data):
            os.kill(pid, signal.SIGINT)
        return
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if is_server(pid, data):
            signal.pidfd_send_signal(descriptor, signal.SIGINT)
    except ProcessLookupError:
        return
    finally:
        os.close(descriptor)


def command_line(pid: int) -> str:
    """The command line of a process, its words joined by spaces; empty when it is gone, dead, or hidden from us as a stranger's."""
    if not sys.platform.startswith("linux"):
        listed = subprocess.run(["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], check=False, capture_output=True)  # noqa: S603
        return os.fsdecode(listed.stdout).rstrip("\n") + " "
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""


def _pid(lines: list[str]) -> int | None:
    """The process id in the first line of a lock file; `None` where a crash has left none."""
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None

"""Runs PostgreSQL's programs as the server's account, apart from our terminal, our folder, our environment and our locks."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from hotledger.embedded.account import Account, become
from hotledger.errors import EmbeddedError

# The shell ends at once, so that the server is nobody's child: no process of ours has to wait for it, or can leave a zombie.
_DETACH = '"$@" </dev/null >&2 & echo $!'


class Finished(NamedTuple):
    """How a program ended, and all that it wrote."""

    code: int
    output: str


async def run(program: Path, *arguments: str, account: Account | None, text: str = "") -> Finished:
    """Run a program to its end, with a text on its input. It and its children are killed if we are cancelled."""
    process = await asyncio.create_subprocess_exec(
        program, *arguments, cwd="/", env=_environment(), stdin=PIPE, stdout=PIPE, stderr=STDOUT, start_new_session=True, **become(account)
    )
    try:
        output, _ = await process.communicate(text.encode())
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    return Finished(process.returncode or 0, output.decode(errors="replace"))


async def launch(command: Sequence[str], *, account: Account | None, log: int, extra: dict[str, str]) -> int:
    """Start a server in a session of its own, so that a Ctrl-C meant for us doesn't reach it. Returns its process id."""
    shell = ("/bin/sh", "-c", _DETACH, "sh", *command)
    process = await asyncio.create_subprocess_exec(
        *shell, cwd="/", env=_environment() | extra, stdin=DEVNULL, stdout=PIPE, stderr=log, start_new_session=True, **become(account)
    )
    output, _ = await process.communicate()
    if not output.strip().isdigit():
        raise EmbeddedError(f"The shell could not start PostgreSQL (it ended with code {process.returncode}).")
    return int(output)


def _environment() -> dict[str, str]:
    """What the programs need. The caller's PG* variables would change where and how they work."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": "/", **kept}

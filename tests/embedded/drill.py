"""What the drills share: a process that uses the server, a question through psql, a power cut, and clearing up."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from pathlib import Path

from hotledger.embedded.server import EmbeddedServer


class Visitor:
    """A process that uses the server of a home."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.said = ""

    @property
    def server_pid(self) -> int:
        assert self.said.isdigit(), self.said
        return int(self.said)

    async def hears(self) -> str:
        """The next line that it says."""
        assert self.process.stdout
        return (await asyncio.wait_for(self.process.stdout.readline(), 90)).decode().strip()

    async def leaves(self) -> None:
        """Ask it to leave, and see that it did."""
        assert self.process.stdin
        self.process.stdin.write(b"leave\n")
        assert await self.hears() == "left"
        assert await self.process.wait() == 0

    async def is_killed(self) -> None:
        self.process.kill()
        await self.process.wait()

    def interrupt_group(self) -> None:
        """As a terminal does at Ctrl-C: to the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)


Visit = Callable[..., Awaitable[Visitor]]


async def clear(home: Path) -> None:
    """Stop the server of a home, and remove what lies outside of the home."""
    server = EmbeddedServer(home)
    await server.stop()
    status = server.status()
    if status.data_directory.parent.exists():
        shutil.rmtree(status.data_directory.parent)
    for directory in status.socket_directory.parent.glob(f"{status.socket_directory.name}*"):
        directory.unlink() if directory.is_symlink() else shutil.rmtree(directory)


async def query(server: EmbeddedServer, statement: str) -> str:
    """What psql answers, one row a line, `|` between columns."""
    psql = await asyncio.create_subprocess_exec(
        server.binary("psql"), server.url, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, stdout=PIPE
    )
    output, _ = await psql.communicate()
    assert psql.returncode == 0
    return output.decode().strip()


def imitated(real: Path, tree: Path, **scripts: str) -> Path:
    """A tree of PostgreSQL's programs in which some are scripts of ours."""
    (tree / "bin").mkdir(parents=True)
    for name in ("share", "lib"):
        (tree / name).symlink_to(real / name)
    for name in {"postgres", "initdb"} - scripts.keys():
        (tree / "bin" / name).symlink_to(real / "bin" / name)
    for name, script in scripts.items():
        (tree / "bin" / name).write_text(script)
        (tree / "bin" / name).chmod(0o755)
    return tree


def kill_server(server: EmbeddedServer) -> int:
    """Kill the server as a power cut would: nothing is written, `postmaster.pid` stays."""
    pid = server.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    return pid

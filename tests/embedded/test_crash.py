"""What a crash leaves, and that no stranger suffers from it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from tests.embedded.drill import imitated, kill_server, query

from hotledger.embedded import postmaster
from hotledger.embedded.account import become, find_place
from hotledger.embedded.binaries import Installation
from hotledger.embedded.server import EmbeddedServer
from hotledger.errors import EmbeddedError

SLOW_POSTGRES = """#!/bin/sh
test "$1" = --version && exit 0
echo "I am process $$" >&2
while true; do sleep 1; done
"""


@pytest.fixture
async def crashed(home: Path) -> EmbeddedServer:
    """A server with one committed row, killed while in use."""
    server = EmbeddedServer(home)
    async with server:
        await query(server, "CREATE TABLE kept (row int); INSERT INTO kept VALUES (42)")
        kill_server(server)
    return server


async def the_row_is_there(server: EmbeddedServer) -> bool:
    async with server:
        return await query(server, "SELECT row FROM kept") == "42"


async def test_crash_recovery(crashed: EmbeddedServer) -> None:
    """A committed row survives `kill -9` of the server, and the very next user gets in."""
    assert await the_row_is_there(crashed)
    assert not crashed.status().running


async def test_crash_under_load(home: Path) -> None:
    """A new server waits for the children of the killed one, which may still be at work on the same files."""
    async with EmbeddedServer(home) as server:
        busy = asyncio.ensure_future(query(server, "SELECT pg_backend_pid(), pg_sleep(600)"))
        while await query(server, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") != "1":
            continue
        kill_server(server)
        async with EmbeddedServer(home) as other:
            assert await query(other, "SELECT 1") == "1"
        with pytest.raises(AssertionError):
            await busy


async def test_stranger_with_the_pid_of_a_dead_server(crashed: EmbeddedServer, home: Path) -> None:
    """When `postmaster.pid` names a stranger's process, of the server's own account even, the server starts and the stranger lives."""
    place = find_place(home, make=False)
    stranger = await asyncio.create_subprocess_exec("sleep", "600", **become(place.account))
    pid_file = place.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
    assert not crashed.status().running
    await crashed.stop()
    assert await the_row_is_there(crashed)
    assert stranger.returncode is None
    os.kill(stranger.pid, 0)
    stranger.kill()
    assert await stranger.wait() == -9


async def test_interrupt_spares_a_stranger(tmp_path: Path) -> None:
    """The signal that stops the server is not sent to a process which is not the server of that data directory."""
    stranger = await asyncio.create_subprocess_exec("sleep", "600")
    postmaster.interrupt(stranger.pid, tmp_path)
    stranger.kill()
    assert await stranger.wait() == -9


async def test_lock_of_the_socket_names_a_stranger(crashed: EmbeddedServer, home: Path) -> None:
    """A stranger's process in the lock of a dead server's socket does not keep the server from starting, and lives."""
    stranger = await asyncio.create_subprocess_exec("sleep", "600", **become(find_place(home, make=False).account))
    lock = crashed.status().socket_directory / ".s.PGSQL.5432.lock"
    assert lock.exists()
    lock.write_text(f"{stranger.pid}\n")
    assert await the_row_is_there(crashed)
    stranger.kill()
    assert await stranger.wait() == -9


async def test_slow_start_is_told_and_left_to_it(open_home: Path, programs: Installation) -> None:
    """A server that does not answer in time is an error with the end of its log, after lines of progress; it is not killed."""
    async with EmbeddedServer(open_home):
        pass
    tree = imitated(programs.tree, open_home / "slow", postgres=SLOW_POSTGRES)
    lines: list[str] = []
    slow = EmbeddedServer(open_home, say=lines.append, installation=Installation(tree, "18.4"), start_seconds=3.5)
    with pytest.raises(EmbeddedError, match="still starting after 4 s: let it, and try again") as caught:
        await slow.__aenter__()
    pid = int(str(caught.value).rpartition("I am process ")[2])
    os.kill(pid, signal.SIGKILL)
    assert lines == ["PostgreSQL is starting, perhaps recovering from a crash … 3 s"]


@pytest.mark.parametrize("content", ["", "not a number\n"])
async def test_pid_file_that_a_crash_has_emptied(crashed: EmbeddedServer, content: str) -> None:
    """A `postmaster.pid` without a process id does not keep the server from starting."""
    (crashed.status().data_directory / "postmaster.pid").write_text(content)
    assert await the_row_is_there(crashed)


async def test_failed_start_tells_the_end_of_the_log(crashed: EmbeddedServer) -> None:
    """A server that can't start is an `EmbeddedError` which says why, in a bounded number of lines, and leaves no user behind."""
    data = crashed.status().data_directory
    usual = (data / "postgresql.conf").read_text()
    (data / "postgresql.conf").write_text(usual + "\nno_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match="no_such_setting") as caught:
        await crashed.__aenter__()
    assert str(caught.value).startswith("PostgreSQL ended instead of starting. Its log ends with:")
    assert len(str(caught.value).splitlines()) < 20
    (data / "postgresql.conf").write_text(usual)
    assert await the_row_is_there(crashed)
    assert not crashed.status().running


async def test_data_of_another_version_is_refused(crashed: EmbeddedServer) -> None:
    """Data of another major version of PostgreSQL is left alone, with a sentence that says what to do."""
    (crashed.status().data_directory / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 17.*pg_dump") as caught:
        await crashed.__aenter__()
    assert len(str(caught.value).splitlines()) == 1


async def test_log_is_bounded(crashed: EmbeddedServer) -> None:
    """A log that has grown large is cut when the next user comes; its end is kept in a second file."""
    log = crashed.status().log_file
    with log.open("ab") as file:
        file.write(b"line of a log\n" * 700_000)
    assert await the_row_is_there(crashed)
    older = log.with_suffix(".log.1")
    assert log.stat().st_size < 100_000
    assert 1_000_000 < older.stat().st_size <= 4_000_000

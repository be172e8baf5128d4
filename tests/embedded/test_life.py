"""Who keeps the server running, and who stops it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.embedded.drill import Visit, query

from hotledger.embedded.server import EmbeddedServer
from hotledger.errors import EmbeddedError


async def test_first_user_starts_and_last_user_stops(home: Path) -> None:
    """The server runs exactly while somebody uses it."""
    server = EmbeddedServer(home)
    assert not server.status().running
    async with server:
        assert server.status().running
        assert await query(server, "SELECT current_user, current_database()") == "hotledger|hotledger"
    assert not server.status().running


async def test_users_share_one_server(home: Path, visit: Visit) -> None:
    """Another process and another user of the same process meet the server that is there, and none but the last stops it."""
    async with EmbeddedServer(home) as server:
        visitor = await visit(home)
        async with EmbeddedServer(home) as other:
            assert visitor.server_pid == other.status().pid == server.status().pid
        assert server.status().running
    assert server.status().pid == visitor.server_pid
    await visitor.leaves()
    assert not server.status().running


async def test_eight_at_once_share_one_server(home: Path, visit: Visit) -> None:
    """Eight processes that come at the same time, to a home without data, share one server, and leave none behind."""
    visitors = await asyncio.gather(*(visit(home) for _ in range(8)))
    assert len({visitor.server_pid for visitor in visitors}) == 1
    await asyncio.gather(*(visitor.leaves() for visitor in visitors))
    assert not EmbeddedServer(home).status().running


async def test_comings_and_goings_race(home: Path, visit: Visit) -> None:
    """Users that come while others leave always find a server that answers."""

    async def comes_and_goes() -> str:
        async with EmbeddedServer(home) as server:
            return await query(server, "SELECT 1")

    for _ in range(3):
        visitor = await visit(home)
        answers = await asyncio.gather(visitor.leaves(), *(comes_and_goes() for _ in range(4)))
        assert answers[1:] == ["1"] * 4
    assert not EmbeddedServer(home).status().running


async def test_killed_user_leaks_nothing(home: Path, visit: Visit) -> None:
    """After `kill -9` of the only user, who had also started the server, the next user finds it, goes, and it stops."""
    visitor = await visit(home)
    await visitor.is_killed()
    async with EmbeddedServer(home) as server:
        assert server.status().pid == visitor.server_pid
    assert not server.status().running


async def test_interrupt_of_the_terminal_spares_the_server(home: Path, visit: Visit) -> None:
    """Ctrl-C at the user who started the server ends that user alone; the other goes on with the same server."""
    starter = await visit(home)
    other = await visit(home)
    starter.interrupt_group()
    assert await starter.process.wait() != 0
    server = EmbeddedServer(home)
    assert server.status().pid == other.server_pid == starter.server_pid
    assert await query(server, "SELECT 1") == "1"
    await other.leaves()
    assert not server.status().running


async def test_pinned_server_outlives_its_users(home: Path) -> None:
    """A server that was started by hand runs until it is stopped by hand."""
    server = EmbeddedServer(home)
    await server.start()
    async with EmbeddedServer(home):
        pass
    assert (server.status().running, server.status().pinned) == (True, True)
    await server.stop()
    assert (server.status().running, server.status().pinned) == (False, False)


async def test_stop_does_not_wait_for_users(home: Path) -> None:
    """`stop` stops a server in use; its users can still leave, and new ones start it again."""
    async with EmbeddedServer(home) as server:
        await EmbeddedServer(home).stop()
        assert not server.status().running
    async with server:
        assert await query(server, "SELECT 1") == "1"


async def test_cancelled_entry_leaves_nothing(home: Path) -> None:
    """Ctrl-C while the database is being made leaves no server, no half-made data, and the next user gets in."""
    lines: list[str] = []

    def interrupt(line: str) -> None:
        lines.append(line)
        task.cancel()

    task = asyncio.ensure_future(EmbeddedServer(home, say=interrupt).__aenter__())
    with pytest.raises(asyncio.CancelledError):
        await task
    status = EmbeddedServer(home).status()
    assert "Making a PostgreSQL" in lines[0]
    assert not status.running
    assert list(status.data_directory.parent.glob("data*")) == []
    async with EmbeddedServer(home) as server:
        assert await query(server, "SELECT 1") == "1"


async def test_one_object_is_one_user(home: Path) -> None:
    """Entering the same object twice is refused, instead of losing count."""
    async with EmbeddedServer(home) as server:
        with pytest.raises(EmbeddedError, match="another EmbeddedServer"):
            await server.__aenter__()
    assert not server.status().running


def test_status_and_url_touch_nothing(tmp_path: Path) -> None:
    """Asking about a server that was never started makes no folder."""
    server = EmbeddedServer(tmp_path / "home")
    status = server.status()
    assert (status.running, status.pid, status.size_bytes) == (False, None, 0)
    assert status.version.startswith("18.")
    assert server.url.startswith("postgresql:///hotledger?host=%2F")
    assert list(tmp_path.iterdir()) == []
    assert not status.data_directory.parent.exists()

"""Where the server's files lie, as whom it runs, and that nobody else gets in its way."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from pathlib import Path

import pytest
from tests.embedded.drill import Visit, clear, query

from hotledger.embedded.binaries import Installation, find_installation
from hotledger.embedded.server import EmbeddedServer

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="not on this machine: only root can become another user")
ADDRESS_BYTES = 107
STRANGER = 54321


def modes(path: Path) -> dict[Path, int]:
    """The modes of a folder and all above it."""
    return {folder: folder.stat().st_mode for folder in (path, *path.parents)}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@needs_root
async def test_root_gets_an_unprivileged_server(open_home: Path) -> None:
    """As root, the server runs as another account, on data of that account's, in a home that it can enter."""
    before = modes(open_home)
    async with EmbeddedServer(open_home) as server:
        status = server.status()
        assert Path(f"/proc/{status.pid}").stat().st_uid != 0
        assert status.data_directory == open_home / "postgres" / "data"
        assert status.data_directory.stat().st_uid == Path(f"/proc/{status.pid}").stat().st_uid
        assert await query(server, "SELECT 1") == "1"
    assert modes(open_home) == before


@needs_root
async def test_root_with_a_closed_home(tmp_path: Path, home: Path) -> None:
    """As root, a home that the server's account can't enter stays as it is; the data goes elsewhere, and that is said in one line."""
    tmp_path.chmod(0o700)
    before, lines = modes(tmp_path), list[str]()
    async with EmbeddedServer(home, say=lines.append) as server:
        status = server.status()
        assert status.data_directory.is_relative_to("/var/lib/hotledger")
        assert await query(server, "SELECT 1") == "1"
    assert modes(tmp_path) == before
    assert len(lines) == 1
    assert str(status.data_directory) in lines[0]
    assert "can't enter your home" in lines[0]
    assert not home.exists()


@needs_root
async def test_two_closed_homes_are_two_databases(home: Path, tmp_path: Path) -> None:
    """Homes whose data had to go elsewhere don't share it."""
    other = tmp_path / "other"
    async with EmbeddedServer(home) as first, EmbeddedServer(other) as second:
        assert first.status().pid != second.status().pid
        assert first.url != second.url
    await clear(other)


@needs_root
async def test_unreachable_programs_are_copied_once(home: Path, tmp_path: Path) -> None:
    """As root, programs in a folder that the server's account can't enter are copied beside the data, once, and run there."""
    closed = tmp_path / "closed"
    real = find_installation()
    ignore = shutil.ignore_patterns("include", "*.a")
    tree = closed / real.tree.parent.name / real.tree.name
    shutil.copytree(real.tree, tree, ignore=ignore)
    libraries = real.tree.parent.with_name(f"{real.tree.parent.name}.libs")
    shutil.copytree(libraries, closed / libraries.name)
    closed.chmod(0o700)
    seen = []
    for _ in range(2):
        async with EmbeddedServer(home, installation=Installation(tree, real.version)) as server:
            status = server.status()
            assert await query(server, "SELECT 1") == "1"
            program = Path(f"/proc/{status.pid}/exe").readlink()
            seen.append((program, program.stat().st_ino))
            loaded = Path(f"/proc/{status.pid}/maps").read_text()
            assert str(closed) not in loaded
    assert seen[0] == seen[1]
    assert seen[0][0].is_relative_to(status.data_directory.parent)


async def test_ordinary_user(open_home: Path, nobody: int, visit: Visit) -> None:
    """An ordinary user's server runs as that user, all of it under the home."""
    visitor = await visit(open_home, uid=nobody)
    status = EmbeddedServer(open_home).status()
    assert Path(f"/proc/{visitor.server_pid}").stat().st_uid == nobody
    assert status.data_directory == open_home / "postgres" / "data"
    assert status.socket_directory == open_home / "postgres" / "socket"
    assert {path.stat().st_uid for path in open_home.rglob("*")} == {nobody}
    assert mode(status.data_directory.parent) == 0o700
    await visitor.leaves()
    assert not EmbeddedServer(open_home).status().running


async def test_killed_ordinary_user_leaks_nothing(open_home: Path, nobody: int, visit: Visit) -> None:
    """The next user stops the server of an ordinary user who was killed."""
    killed = await visit(open_home, uid=nobody)
    await killed.is_killed()
    following = await visit(open_home, uid=nobody)
    assert following.server_pid == killed.server_pid
    await following.leaves()
    assert not EmbeddedServer(open_home).status().running


async def test_root_in_the_home_of_an_ordinary_user(open_home: Path, nobody: int, visit: Visit) -> None:
    """Root shares the server of the home's owner, and leaves nothing there that its owner can't use."""
    await (await visit(open_home, uid=nobody)).leaves()
    async with EmbeddedServer(open_home) as server:
        assert Path(f"/proc/{server.status().pid}").stat().st_uid == nobody
        visitor = await visit(open_home, uid=nobody)
        assert visitor.server_pid == server.status().pid
    await visitor.leaves()
    assert {path.stat().st_uid for path in open_home.rglob("*")} == {nobody}


async def test_another_users_files_are_refused(open_home: Path, nobody: int, visit: Visit) -> None:
    """A user who meets another user's server gets one sentence that says so."""
    os.chown(open_home, 0, 0)
    open_home.chmod(0o755)
    async with EmbeddedServer(open_home):
        refused = await visit(open_home, uid=nobody)
    assert refused.said.startswith("refused: The database's files can't be used, perhaps they belong to another user")


async def test_socket_only_in_a_closed_directory(home: Path) -> None:
    """The server listens on a socket in a directory of mode 0700, and on no port."""
    async with EmbeddedServer(home) as server:
        assert await query(server, "SELECT current_setting('listen_addresses') = '' AND inet_server_addr() IS NULL") == "t"
        assert mode(server.status().socket_directory) == 0o700


@pytest.mark.parametrize("name", ["long" * 50, "comma, quote' and space", "热榜 100%"])
async def test_paths_that_no_socket_can_have(open_home: Path, name: str) -> None:
    """A home with a long or strange path is as good as any: its socket lies in a short directory of mode 0700."""
    home = open_home / name
    async with EmbeddedServer(home) as server:
        status = server.status()
        assert status.data_directory.is_relative_to(home)
        assert not status.socket_directory.is_relative_to(home) or name.startswith("热")
        assert len(bytes(status.socket_directory / ".s.PGSQL.5432")) <= ADDRESS_BYTES
        assert mode(status.socket_directory) == 0o700
        assert await query(server, "SELECT 1") == "1"
    await clear(home)


async def test_link_in_place_of_the_short_directory(open_home: Path) -> None:
    """A link that somebody has put where the socket's directory would be is not followed; another name is taken."""
    home = open_home / ("long" * 50)
    taken = EmbeddedServer(home).status().socket_directory
    trap = open_home / "trap"
    trap.mkdir()
    trap.chmod(0o755)
    taken.symlink_to(trap)
    async with EmbeddedServer(home) as server:
        assert server.status().socket_directory == taken.with_name(f"{taken.name}-1")
        assert await query(server, "SELECT 1") == "1"
    assert (list(trap.iterdir()), mode(trap)) == ([], 0o755)
    await clear(home)


@needs_root
async def test_another_users_directory_in_place_of_the_short_one(open_home: Path) -> None:
    """A directory that somebody else has made where the socket's would be is not used."""
    home = open_home / ("long" * 50)
    taken = EmbeddedServer(home).status().socket_directory
    taken.mkdir()
    os.chown(taken, STRANGER, STRANGER)
    async with EmbeddedServer(home) as server:
        assert server.status().socket_directory == taken.with_name(f"{taken.name}-1")
        assert await query(server, "SELECT 1") == "1"
    assert (list(taken.iterdir()), taken.stat().st_uid) == ([], STRANGER)
    await clear(home)


async def test_callers_environment_does_not_matter(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PG* variables that the user has for other databases change neither server nor address."""
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    async with EmbeddedServer(home) as server:
        assert await query(server, "SELECT 1") == "1"
        with socket.socket(socket.AF_UNIX) as raw:
            raw.connect(str(server.status().socket_directory / ".s.PGSQL.5432"))

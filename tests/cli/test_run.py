"""`run`: the main job for a first look, live where there is a way to the platforms, else as a demonstration apart from the user's data."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.commands import Commands
from tests.database import Database

from hotledger.simulator import Simulator

SOME = {"HOTLEDGER_PLATFORMS": "weibo,v2ex"}
NO_NETWORK = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://127.0.0.1:1")


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A home that the account of root's server can enter, which pytest's own folders are not."""
    with tempfile.TemporaryDirectory(prefix="hotledger-run-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def test_without_network_the_demonstration_is_kept_apart(run: Commands, database: Database, open_home: Path) -> None:
    """Without a way out, it says so, and what it makes up goes into a demo database: the configured one has no batch."""
    done = await run("run", HOTLEDGER_HOME=str(open_home), **SOME, **NO_NETWORK)
    assert done.code == 0
    assert "No platform can be reached from this machine" in done.err
    assert "every title below is made up" in done.err
    assert "completed full" in done.out
    assert f"HOTLEDGER_HOME={open_home}/demo .venv/bin/hotledger jobs" in done.out
    assert await database.value("SELECT count(*) FROM batch_jobs") == 0
    demo = await Commands(run.folder, {"HOTLEDGER_HOME": str(open_home / "demo")})("jobs", "--json")
    assert [batch["status"] for batch in demo.json] == ["completed"]
    assert {path.name for path in open_home.iterdir()} == {"demo"}


async def test_with_a_way_out_it_is_the_real_thing(run: Commands, database: Database, simulator: Simulator) -> None:
    """With a way out (here by HOTLEDGER_VIA), the batch is in the configured database, and its first lists are shown."""
    done = await run("run", HOTLEDGER_VIA=simulator.url, **SOME)
    assert done.code == 0
    assert await database.rows("SELECT status FROM batch_jobs") == [("completed",)]
    for title, _ in simulator.listing("weibo")[:8]:
        assert title in done.out
    assert "DATABASE_URL" in done.out


async def test_nothing_collected_is_code_three(run: Commands, database: Database) -> None:
    """Where the way out leads nowhere, the batch is recorded as failed, and so is the exit code."""
    done = await run("run", HOTLEDGER_VIA="http://127.0.0.1:1", HOTLEDGER_ATTEMPTS="1", **SOME)
    assert done.code == 3
    assert await database.rows("SELECT status FROM batch_jobs") == [("failed",)]

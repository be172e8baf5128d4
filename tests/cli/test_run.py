"""`run`: the main job for a first look, live where there is a way to the platforms, else as a demonstration apart from the user's data."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
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


@asynccontextmanager
async def _served(run: Commands, settings: dict[str, str], *arguments: str) -> AsyncIterator[tuple[str, str]]:
    """What `serve` says until it listens, and its front page."""
    process = await run.start("serve", "--port", "0", *arguments, **settings)
    assert process.stderr is not None
    said = ""
    while "The ledger is at" not in said:
        line = (await process.stderr.readline()).decode()
        assert line, said
        said += line
    async with httpx2.AsyncClient() as client:
        page = (await client.get(said.rpartition("The ledger is at ")[2].partition(",")[0])).text
    yield said, page
    process.terminate()
    assert await process.wait() == 0


async def test_without_network_the_demonstration_is_kept_apart(run: Commands, database: Database, open_home: Path) -> None:
    """Without a way out, it says so, and a demo database gets what it makes up, weeks of history too; the configured one has no batch."""
    done = await run("run", HOTLEDGER_HOME=str(open_home), **SOME, **NO_NETWORK)
    assert done.code == 0
    assert "No platform can be reached from this machine" in done.err
    assert "every title below is made up" in done.err
    assert "completed full" in done.out
    assert f"HOTLEDGER_HOME={open_home}/demo .venv/bin/hotledger jobs" in done.out
    assert await database.value("SELECT count(*) FROM batch_jobs") == 0
    assert "Making up the 28 days before" in done.err
    demo = Commands(run.folder, {"HOTLEDGER_HOME": str(open_home / "demo")})
    made = (await demo("jobs", "--limit", "1000", "--json")).json
    assert (len(made), {batch["metadata"]["source"] for batch in made[1:]}) == (333, {"demo"})
    assert {path.name for path in open_home.iterdir()} == {"demo"}


async def test_the_demonstration_is_served_until_there_is_something_else(run_nothing: Commands, open_home: Path) -> None:
    """A second run makes no second history; `serve` shows the demonstration, and says so, where nothing of one's own was collected."""
    at_home = {"HOTLEDGER_HOME": str(open_home), "HOTLEDGER_PLATFORMS": "v2ex"}
    for _ in range(2):
        done = await run_nothing("run", **at_home, **NO_NETWORK)
    assert "Making up" not in done.err
    made = (await run_nothing("jobs", "--limit", "1000", "--json", HOTLEDGER_HOME=str(open_home / "demo"))).json
    assert len(made) == 334
    async with _served(run_nothing, at_home) as (said, page):
        assert "this is the demonstration" in said
        assert "made-up lists" in page
    await run_nothing("collect", "v2ex", HOTLEDGER_VIA="http://127.0.0.1:1", HOTLEDGER_ATTEMPTS="1", **at_home)
    async with _served(run_nothing, at_home) as (said, page):
        assert "demonstration" not in said.lower() + page.lower()
    async with _served(run_nothing, at_home, "--demo") as (said, page):
        assert "made-up lists" in page


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

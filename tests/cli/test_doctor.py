"""`doctor`: three levels of self-tests, which leave nothing behind, also when they fail."""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path

from tests.cli.commands import Commands
from tests.database import Database

from hotledger.platforms import readers
from hotledger.simulator import Simulator

COUNTS = """
SELECT (SELECT count(*) FROM batch_jobs), (SELECT count(*) FROM hot_readings), (SELECT count(*) FROM hot_entries),
       (SELECT count(*) FROM hot_platforms), (SELECT count(*) FROM hot_leases)
"""


def kept(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


async def test_logic_needs_nothing_and_leaves_nothing(run_nothing: Commands) -> None:
    """All rules hold on a throw-away database, which is gone afterwards, with its folder, wherever that was."""
    with tempfile.TemporaryDirectory(prefix="hotledger-doctor-") as folder:
        Path(folder).chmod(0o755)
        done = await run_nothing("doctor", "logic", "--json", TMPDIR=folder, DATABASE_URL="postgresql://me@127.0.0.1:1/x")
        assert not any(Path(folder).iterdir())
    assert (done.code, done.json["good"]) == (0, True)
    assert len(done.json["checks"]) >= 9
    assert "/var/lib" not in done.err
    assert not (run_nothing.folder / "untouched").exists()


async def test_interrupted_logic_leaves_nothing(run_nothing: Commands) -> None:
    """Told to stop in the middle, it still takes its database away."""
    with tempfile.TemporaryDirectory(prefix="hotledger-doctor-") as folder:
        Path(folder).chmod(0o755)
        process = await run_nothing.start("doctor", "logic", TMPDIR=folder)
        assert process.stderr is not None
        assert b"Making a PostgreSQL" in await process.stderr.readline()
        process.send_signal(signal.SIGINT)
        await process.communicate()
        assert process.returncode == 130
        assert not any(Path(folder).iterdir())


async def test_database_level_tells_what_it_found(run: Commands, run_bare: Commands, database: Database) -> None:
    """The configured database is checked without a trace; one without our schema fails with the cure."""
    before = await database.rows(COUNTS)
    done = await run("doctor", "database", "--json")
    assert (done.code, {check["good"] for check in done.json["checks"]}) == (0, {True})
    assert len(done.json["checks"]) >= 6
    assert await database.rows(COUNTS) == before
    bare = await run_bare("doctor", "database")
    assert bare.code == 3
    assert "hotledger migrate" in bare.out


async def test_collection_level_leaves_nothing(run: Commands, database: Database, simulator: Simulator) -> None:
    """A whole collection is made and removed again: rows, platforms, leases and bodies are as they were before, those of others too."""
    assert (await run("collect", "weibo", "--via", simulator.url)).code == 0
    before, bodies = await database.rows(COUNTS), kept(run.folder)
    assert bodies
    done = await run("doctor", "collect", "--json")
    assert (done.code, done.json["good"]) == (0, True)
    collected = {f"{name} is collected" for name, each in readers().items() if not each.facts.off}
    assert {check["what"] for check in done.json["checks"]} >= collected
    assert await database.rows(COUNTS) == before
    assert kept(run.folder) == bodies


async def test_interrupted_collection_level_leaves_nothing(run: Commands, database: Database) -> None:
    """Told to stop when lists have landed already, it removes them all the same."""
    before = await database.rows(COUNTS)
    process = await run.start("doctor", "collect", HOTLEDGER_HOST_INTERVAL_SECONDS="1")
    assert process.stderr is not None
    async for line in process.stderr:
        if b"event='reading'" in line:
            break
    assert await database.value("SELECT count(*) FROM hot_platforms WHERE name LIKE 'self_test/%'") > 0
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert process.returncode == 143
    assert await database.rows(COUNTS) == before
    assert await database.value("SELECT count(*) FROM hot_platforms WHERE name LIKE 'self_test/%'") == 0


async def test_failure_of_the_collection_level_comes_later_never(run: Commands) -> None:
    """Where the database is away, the test fails with the cure, and nothing waits to be written there later."""
    done = await run("doctor", "collect", "--json", DATABASE_URL="postgresql://me@127.0.0.1:1/x")
    assert (done.code, done.json["good"]) == (3, False)
    assert "can't be reached" in done.json["checks"][0]["evidence"]
    assert kept(run.folder) == set()

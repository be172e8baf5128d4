"""`hotledger spool`, and how `collect` tells of an outage and of a rival."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.cli.commands import Commands
from tests.database import Database
from tests.spool.conftest import Outage

from hotledger.ledger.ledger import Ledger
from hotledger.simulator import Simulator

pytestmark = pytest.mark.parametrize("outage", ["tcp"], indirect=True)


@pytest.fixture
async def run(outage: Outage, tmp_path: Path) -> AsyncIterator[Commands]:
    """Commands whose database can be taken away, and which collect from a simulator."""
    async with Simulator() as via:
        yield Commands(tmp_path, {"DATABASE_URL": outage.url, "HOTLEDGER_HOME": str(tmp_path / "home"), "HOTLEDGER_VIA": via})


async def test_an_outage_fails_no_collection_and_drain_brings_it_in(run: Commands, outage: Outage, database: Database) -> None:
    """`collect` ends with 0 and says what is in the spool; `status` counts it; `drain` ends with 4 while it can't, and then with 0."""
    await outage.begin()
    done = await run("collect", "weibo", "baidu")
    assert done.code == 0
    assert "100 of the 100 items collected are in the spool (4 calls)" in done.out
    assert "can't be reached" in done.out
    again = await run("collect", "weibo", "--json")
    assert (again.json["status"], again.json["total_items"], again.json["collected_items"]) == ("in_progress", 0, 50)
    assert again.json["spooled"]["calls"] == 3
    status = await run("spool", "status", "--json")
    [waiting] = status.json["waiting"]
    assert (waiting["calls"], waiting["batches"]) == (7, 2)
    assert (await run("spool", "drain")).code == 4
    await outage.end()
    drained = await run("spool", "drain", "--json")
    assert (drained.code, drained.json["landed"], drained.json["waiting"]) == (0, 7, 0)
    assert await database.rows("SELECT status, total_items FROM batch_jobs ORDER BY id") == [("completed", 100), ("completed", 50)]
    assert "Nothing waits." in (await run("spool", "status")).out


async def test_calls_wait_for_their_own_database(run: Commands, outage: Outage, database: Database) -> None:
    """With another database configured, `drain` leaves them alone, and says that they are there."""
    await outage.begin()
    await run("collect", "weibo")
    done = await run("spool", "drain", DATABASE_URL=database.url)
    assert done.code == 0
    assert "Calls for another database" in done.out
    assert await database.value("SELECT count(*) FROM batch_jobs") == 0


async def test_export_hands_over_what_was_set_aside(run: Commands, outage: Outage) -> None:
    """Every call is a line of JSON; with --remove, those that were set aside are then gone, and the others stay."""
    await outage.begin()
    await run("collect", "weibo")
    lines = [msgspec.json.decode(line) for line in (await run("spool", "export")).out.splitlines()]
    assert [line["function"] for line in lines] == ["batch_open", "batch_record", "batch_close"]
    assert len(lines[1]["arguments"]["reading"]["items"]) == 50
    await outage.end()
    await outage.database.rows("ALTER TABLE hot_readings ADD CONSTRAINT never CHECK (items = 0)")
    drained = await run("spool", "drain")
    assert drained.code == 3
    assert "set aside" in drained.out
    assert "never" in (await run("spool", "status")).out
    verified = await run("verify", "--json")
    assert (verified.code, verified.json["sound"], verified.json["spool"]["set_aside"]) == (3, False, 1)
    assert "never" in verified.json["discrepancies"][0]["sentence"]
    await run("spool", "export", "--remove")
    assert (await run("verify")).code == 0
    assert "Nothing waits." in (await run("spool", "status")).out


async def test_a_rival_is_no_failure(run: Commands, database: Database) -> None:
    """With HOTLEDGER_OVERLAP=skip, a collection leaves the job to one that runs: exit code 0, and who it is."""
    async with Ledger(database.store(), owner="cron of elsewhere", overlap="skip").batch("data_collection", ["weibo"]) as rival:
        answer = await run("collect", "weibo", "--json", HOTLEDGER_OVERLAP="skip")
        told = await run("collect", "weibo", HOTLEDGER_OVERLAP="skip")
    assert (answer.code, answer.json["status"], answer.json["running"]["batch_id"]) == (0, "skipped", str(rival.id))
    assert told.code == 0
    assert "cron of elsewhere" in told.err

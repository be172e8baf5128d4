"""`collect`: what it records, shows and answers, when all goes well and when it does not."""

from __future__ import annotations

import asyncio
import signal

import pytest
from tests.cli.commands import Commands
from tests.database import Database

from hotledger.platforms import readers
from hotledger.simulator import Fault, Simulator
from hotledger.simulator.faults import Kind

NOWHERE = "http://127.0.0.1:1"


async def test_all_platforms_are_recorded(run: Commands, database: Database, simulator: Simulator) -> None:
    """A collection of everything is one full batch, whose answer and whose row agree with the lists that were played."""
    done = await run("collect", "--via", simulator.url, "--json")
    assert done.code == 0
    answer = done.json
    assert (answer["status"], answer["full"]) == ("completed", True)
    assert {each["platform"] for each in answer["platforms"]} == {name for name, each in readers().items() if not each.facts.off}
    assert all(each["verdict"] == "ok" and each["endpoint"] and each["http_status"] == 200 for each in answer["platforms"])
    stored = await database.rows("SELECT id::TEXT, total_items FROM batch_jobs")
    assert stored == [(answer["batch_job_id"], answer["total_items"])]
    assert answer["total_items"] == sum(each["items"] for each in answer["platforms"]) == answer["new_items"]
    titles = await database.rows("SELECT title FROM hot_items WHERE platform = 'weibo' ORDER BY rank")
    assert [title for (title,) in titles] == [title for title, _ in simulator.listing("weibo")]


async def test_table_shows_each_platform_and_the_batch(run: Commands, simulator: Simulator) -> None:
    """The table has a row for each platform that was named, and the batch with its outcome below."""
    done = await run("collect", "weibo", "v2ex", "--via", simulator.url)
    assert done.code == 0
    lines = [line.split() for line in done.out.splitlines()]
    assert [line[:2] for line in lines[1:3]] == [["weibo", "ok"], ["v2ex", "ok"]]
    assert lines[3][0] == "Batch"
    assert lines[3][-2:] == ["completed", "full"]


async def test_one_failure_is_partial(run: Commands, simulator: Simulator) -> None:
    """A platform that refuses makes the batch partial: exit code 0, or 3 where --strict asks for all."""
    simulator.faults.set("zhihu", Fault(kind=Kind.FORBIDDEN))
    done = await run("collect", "weibo", "zhihu", "--via", simulator.url, "--json")
    assert (done.code, done.json["status"], done.json["full"]) == (0, "completed", False)
    assert {each["platform"]: each["verdict"] for each in done.json["platforms"]} == {"weibo": "ok", "zhihu": "refused"}
    strict = await run("collect", "weibo", "zhihu", "--via", simulator.url, "--strict")
    assert strict.code == 3
    assert "completed partial" in strict.out


async def test_nothing_reachable_is_a_failed_batch(run: Commands, database: Database) -> None:
    """Where nothing can be reached, the exit code is 3, and a failed batch says why of every platform."""
    done = await run("collect", "--via", NOWHERE, HOTLEDGER_ATTEMPTS="1")
    assert done.code == 3
    rows = await database.rows("SELECT status, total_items, metadata FROM batch_jobs")
    (status, total, metadata) = rows[0]
    planned = [name for name, each in readers().items() if not each.facts.off]
    assert (status, total, metadata["summary"]["failure"]) == ("failed", 0, "no_list")
    assert {name: each["verdict"] for name, each in metadata["platforms"].items()} == dict.fromkeys(planned, "unreachable")
    assert all(NOWHERE in each["error_message"] for each in metadata["platforms"].values())


async def until_recorded(process: asyncio.subprocess.Process, platform: str) -> None:
    """Wait for the log line of a platform's reading."""
    assert process.stderr is not None
    async for line in process.stderr:
        if b"event='reading'" in line and f"platform='{platform}'".encode() in line:
            return
    raise AssertionError(f"no reading of {platform} was logged")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_told_to_stop_it_closes_the_batch(
    run: Commands, database: Database, simulator: Simulator, number: signal.Signals, code: int
) -> None:
    """A signal in the middle of a collection, even twice, closes the batch as interrupted and keeps what had landed."""
    simulator.faults.set("zhihu", Fault(kind=Kind.HANG))
    process = await run.start("collect", "weibo", "zhihu", "--via", simulator.url)
    await until_recorded(process, "weibo")
    process.send_signal(number)
    process.send_signal(number)
    _, err = await process.communicate()
    assert process.returncode == code
    assert "what had landed is kept" in err.decode()
    rows = await database.rows("SELECT status, total_items, platforms_processed, metadata -> 'summary' FROM batch_jobs")
    (status, total, processed, summary) = rows[0]
    assert (status, total, processed) == ("completed", 50, ["weibo"])
    assert (summary["outcome"], summary["failure"], summary["missing"]) == ("partial", "interrupted", ["zhihu"])


async def test_stopped_before_anything_landed_is_failed(run: Commands, database: Database, simulator: Simulator) -> None:
    """A signal before any list has landed leaves a failed batch, told as interrupted."""
    simulator.faults.set("zhihu", Fault(kind=Kind.HANG))
    process = await run.start("collect", "zhihu", "--via", simulator.url)
    while not simulator.requests:
        await asyncio.sleep(0)
    process.send_signal(signal.SIGINT)
    await process.communicate()
    assert process.returncode == 130
    assert await database.rows("SELECT status, metadata #>> '{summary,failure}' FROM batch_jobs") == [("failed", "interrupted")]


async def test_killed_collection_is_told_as_lost(run: Commands, database: Database, simulator: Simulator) -> None:
    """A collection that was killed is closed as lost by the next one, once its lease has run out; its lists stay."""
    simulator.faults.set("zhihu", Fault(kind=Kind.HANG))
    process = await run.start("collect", "weibo", "zhihu", "--via", simulator.url)
    await until_recorded(process, "weibo")
    process.kill()
    await process.communicate()
    assert await database.value("SELECT status FROM batch_jobs") == "in_progress"
    await database.rows("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 second'")
    simulator.faults.clear()
    assert (await run("collect", "v2ex", "--via", simulator.url)).code == 0
    lost = await database.rows("SELECT status, total_items, metadata #>> '{summary,failure}' FROM batch_jobs ORDER BY created_at LIMIT 1")
    assert lost == [("failed", 50, "lost")]
    assert await database.value("SELECT count(*) FROM hot_items WHERE platform = 'weibo'") == 50


async def test_password_of_the_via_address_is_not_stored(run: Commands, database: Database, simulator: Simulator) -> None:
    """The batch says through which server it was collected, without that server's user and password."""
    address = simulator.url.replace("http://", "http://someone:sekret@")
    assert (await run("collect", "v2ex", "--via", address)).code == 0
    metadata = await database.value("SELECT metadata::TEXT FROM batch_jobs")
    assert simulator.url in metadata
    assert "sekret" not in metadata

"""The ledger in Python, on a real database: batches of any job, and their truthful end whatever happens inside."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.database import Database
from tests.made import NOON, listing

from hotledger.errors import HotledgerError, LeaseLost, StoreRejected
from hotledger.ledger.ledger import Ledger
from hotledger.model import Batch, Status, Verdict


async def only(ledger: Ledger) -> dict[str, Any]:
    """The one batch there is, whole."""
    (job,) = await ledger.jobs()
    whole = await ledger.job(job.id)
    assert whole is not None
    return whole


def summary(job: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = job["metadata"]["summary"]
    return told


async def test_any_job_can_be_recorded(ledger: Ledger) -> None:
    """Units say how many items landed; the batch adds them up, and ends with the last planned one."""
    async with ledger.batch("nightly_report", planned=["sales", "stock"]) as batch:
        async with batch.unit("sales") as unit:
            unit.items = 1200
        assert batch.status is Status.IN_PROGRESS
        async with batch.unit("stock") as unit:
            unit.items = 34
            unit.evidence = "34 shelves"
        assert batch.status is Status.COMPLETED
    job = await only(ledger)
    assert (job["id"], job["job_type"], job["status"], job["total_items"]) == (str(batch.id), "nightly_report", "completed", 1234)
    assert (job["metadata"]["sales_items"], job["metadata"]["platforms"]["stock"]["evidence"]) == (1200, "34 shelves")
    assert (summary(job)["outcome"], job["lease"]["closed_at"] is not None) == ("full", True)


async def test_a_batch_without_a_plan_ends_when_it_is_left(ledger: Ledger) -> None:
    """Units need not be known before."""
    async with ledger.batch("nightly_report") as batch, batch.unit("sales") as unit:
        unit.items = 1
    assert ((await only(ledger))["status"], batch.status) == ("completed", Status.COMPLETED)


async def test_a_batch_is_open_while_it_runs(ledger: Ledger) -> None:
    """It can be seen from elsewhere before anything has ended."""
    async with ledger.batch("nightly_report", ["sales"]) as batch:
        job = await only(ledger)
        assert (job["status"], job["metadata"]["planned"], job["lease"]["owner"]) == ("in_progress", ["sales"], ledger.owner)
        async with batch.unit("sales"):
            pass


async def test_a_planned_unit_that_is_named_twice_counts_once(ledger: Ledger) -> None:
    """The plan is a set in the order of its naming."""
    async with ledger.batch("nightly_report", ["b", "a", "b"]) as batch:
        for name in ("a", "b"):
            async with batch.unit(name):
                pass
    assert (await only(ledger))["metadata"]["planned"] == ["b", "a"]


async def test_a_plan_that_is_left_undone_is_not_a_success(ledger: Ledger) -> None:
    """Leaving the batch without a word does not make it green."""
    async with ledger.batch("nightly_report", ["sales"]):
        pass
    assert (await only(ledger))["status"] == "failed"


async def test_a_unit_that_raises_is_recorded_and_its_error_passed_on(ledger: Ledger) -> None:
    """Who handles it goes on with the other units."""
    async with ledger.batch("nightly_report", ["sales", "stock"]) as batch:
        with pytest.raises(ZeroDivisionError):
            async with batch.unit("sales"):
                _ = 1 / 0
        async with batch.unit("stock") as unit:
            unit.items = 2
    job = await only(ledger)
    told = job["metadata"]["platforms"]["sales"]
    assert (told["status"], told["verdict"], told["error_code"]) == ("failed", "broken", "ZeroDivisionError")
    assert (job["status"], summary(job)["outcome"], job["total_items"]) == ("completed", "partial", 2)


async def test_a_unit_that_nobody_handles_ends_the_batch(ledger: Ledger) -> None:
    """The same error comes out of the batch, whose end says which."""
    with pytest.raises(ValueError, match="no such shelf"):
        async with ledger.batch("nightly_report", ["sales", "stock"]) as batch, batch.unit("stock"):
            raise ValueError("no such shelf")
    job = await only(ledger)
    assert (job["status"], summary(job)["failure"], summary(job)["missing"]) == ("failed", "error", ["sales"])
    assert job["metadata"]["errors"][0]["message"] == "no such shelf"


async def test_an_error_of_ours_keeps_its_code(ledger: Ledger) -> None:
    """The ledger stores the stable code."""
    with suppress(StoreRejected):
        async with ledger.batch("nightly_report", ["sales"]) as batch, batch.unit("sales"):
            raise StoreRejected("no")
    assert (await only(ledger))["metadata"]["errors"][0]["code"] == "store_rejected"


async def test_errors_in_odd_words_are_recorded(ledger: Ledger) -> None:
    """Text that the database can't hold does not keep a failure from being recorded."""
    with pytest.raises(RuntimeError):
        async with ledger.batch("nightly_report", ["sales"]) as batch, batch.unit("sales"):
            raise RuntimeError("a\x00b\ud83d" + "x" * 100_000)
    job = await only(ledger)
    assert job["metadata"]["errors"][0]["message"].startswith("ab?xxx")
    assert len(str(job["metadata"])) < 5_000


async def test_an_error_between_units_is_told(ledger: Ledger) -> None:
    """What was recorded before stays."""

    async def work() -> None:
        async with ledger.batch("nightly_report", ["sales", "stock"]) as batch:
            async with batch.unit("sales") as unit:
                unit.items = 5
            raise RuntimeError("the printer\x00burns")

    with pytest.raises(RuntimeError):
        await work()
    job = await only(ledger)
    assert (job["status"], summary(job)["outcome"], summary(job)["failure"]) == ("completed", "partial", "error")
    assert "RuntimeError: the printerburns" in summary(job)["explanation"]


@pytest.mark.parametrize("done", [0, 1])
async def test_a_batch_that_is_cancelled_says_so(ledger: Ledger, done: int) -> None:
    """Ctrl-C and shutdown end the batch as interrupted, before the process goes."""
    reached = asyncio.Event()

    async def work() -> None:
        async with ledger.batch("nightly_report", ["sales", "stock"]) as batch:
            if done:
                async with batch.unit("sales") as unit:
                    unit.items = 5
            async with batch.unit("stock"):
                reached.set()
                await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    job = await only(ledger)
    assert (job["status"], job["total_items"]) == (("completed", 5) if done else ("failed", 0))
    assert (summary(job)["failure"], summary(job)["missing"]) == ("interrupted", ["stock"] if done else ["sales", "stock"])
    assert "the process was told to stop" in str(job["metadata"]["errors"])


async def test_who_lost_the_batch_is_told(database: Database, ledger: Ledger) -> None:
    """A batch that was taken for lost stays lost, the late writer gets `LeaseLost`, and what it tried is kept as evidence."""

    async def work() -> None:
        async with ledger.batch("nightly_report", ["sales"]) as batch:
            await database.rows("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 second'")
            assert await ledger.reap() == [str(batch.id)]
            async with batch.unit("sales") as unit:
                unit.items = 5

    with pytest.raises(LeaseLost, match="lease had run out"):
        await work()
    job = await only(ledger)
    assert (job["status"], summary(job)["failure"], job["total_items"]) == ("failed", "lost", 0)
    assert "record sales" in {each["attempted"] for each in job["lease"]["refusals"]}


async def test_a_batch_that_was_deleted_is_told(database: Database, ledger: Ledger) -> None:
    """The writer learns that its batch is not there any more."""

    async def work() -> None:
        async with ledger.batch("nightly_report", ["sales"]) as batch:
            await database.rows("DELETE FROM batch_jobs")
            async with batch.unit("sales"):
                pass

    with pytest.raises(LeaseLost, match="not in the database"):
        await work()


async def test_a_batch_beats_while_it_works(database: Database) -> None:
    """Its lease is renewed by itself, again and again."""
    ledger = database.ledger(lease_seconds=1)
    async with ledger.batch("nightly_report", ["sales"]) as batch:
        first = beat = await database.value("SELECT beat_at FROM hot_leases")
        async with asyncio.timeout(30):
            while beat < first + timedelta(seconds=1.5):
                await asyncio.sleep(0.05)
                beat = await database.value("SELECT beat_at FROM hot_leases")
        assert await ledger.reap() == []
        async with batch.unit("sales"):
            pass
    assert (await only(ledger))["status"] == "completed"


async def test_a_reading_is_recorded_with_its_list(ledger: Ledger) -> None:
    """The collector's readings and the units of other jobs are recorded alike; a replay is told as such."""
    async with ledger.batch("data_collection", ["weibo", "baidu"]) as batch:
        first = await batch.record(listing("a", "b"))
        again = await batch.record(listing("a", "b"))
        assert (first.items, first.new_items, first.replayed, first.batch_status) == (2, 2, False, Status.IN_PROGRESS)
        assert (again.items, again.replayed) == (2, True)
        failed = await batch.record(listing(platform="baidu", verdict=Verdict.BLOCKED))
        assert (failed.items, failed.batch_status) == (0, Status.COMPLETED)
    assert (await only(ledger))["total_items"] == 2


async def test_two_batches_at_once_do_not_meet(ledger: Ledger) -> None:
    """Each has its own id, token and end."""
    async with ledger.batch("one", ["a"]) as one, ledger.batch("two", ["a"]) as two:
        for batch in (two, one):
            async with batch.unit("a"):
                pass
    assert [job.job_type for job in await ledger.jobs()] == ["two", "one"]
    assert one.id < two.id


async def test_what_the_database_will_not_take_is_an_error(ledger: Ledger) -> None:
    """A job type that is too long is refused before any work is done."""
    reached = False
    with pytest.raises(StoreRejected):
        async with ledger.batch("x" * 51):
            reached = True
    assert not reached
    assert await ledger.jobs() == []


async def test_instants_come_back_aware(database: Database) -> None:
    """Rows are typed records with aware instants."""
    moments = iter(NOON + timedelta(seconds=number) for number in range(20))
    ledger = database.ledger(now=lambda: next(moments))
    async with ledger.batch("nightly_report", ["sales"]) as batch, batch.unit("sales"):
        pass
    (job,) = await ledger.jobs()
    assert isinstance(job, Batch)
    assert (job.started_at, job.status, job.platforms_processed) == (NOON, "completed", ["sales"])
    assert job.created_at is not None
    assert job.created_at.tzinfo is not None
    assert isinstance(job.completed_at, datetime)


async def test_trends_and_filters(ledger: Ledger) -> None:
    """Jobs are found by type, status and unit, the largest first where asked."""
    for kind, items in [("report", 3), ("report", 9), ("cleanup", 5)]:
        async with ledger.batch(kind, [kind]) as batch, batch.unit(kind) as unit:
            unit.items = items
    with suppress(HotledgerError):
        async with ledger.batch("report", ["report"]) as batch, batch.unit("report"):
            raise HotledgerError("no")
    assert [job.total_items for job in await ledger.jobs(job_type="report")] == [0, 9, 3]
    assert [job.total_items for job in await ledger.jobs(by_size=True, at_most=2)] == [9, 5]
    assert [job.job_type for job in await ledger.jobs(status="failed")] == ["report"]
    assert [job.total_items for job in await ledger.jobs(platform="cleanup")] == [5]
    assert await ledger.find(str((await ledger.jobs())[0].id)) == [(await ledger.jobs())[0].id]
    (day,) = await ledger.trend(job_type="report")
    assert (day["total_jobs"], day["successful"], day["failed"], day["avg_items"]) == (3, 2, 1, 4)

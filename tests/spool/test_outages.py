"""A database that goes away in the middle of things, in every way, at every stage, over both transports: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from drill.proxy import Mode
from drill.stages import Stage, Staged, collected, drained, found, suffered
from tests.database import Database
from tests.spool.conftest import Outage

from hotledger.ledger.spool import Spool
from hotledger.ledger.spooled import SpooledStore
from hotledger.model import Status

KINDS = ("refused", "reset", "stalled", "slow", "terminated", "read_only")
LIMIT_SECONDS = 0.3


@pytest.fixture
async def undisturbed(database: Database) -> dict[str, Any]:
    """What a run without any outage leaves in the ledger."""
    batch = await collected(database.store(), "undisturbed")
    return await found(database.rows, batch, "undisturbed")


def ways(outage: Outage, kind: str) -> tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]:
    """How an outage of this kind begins and ends."""
    database = outage.database

    async def terminate() -> None:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        await database.rows(f"SELECT pg_terminate_backend(pid) {others}")

    async def read_only(state: str) -> None:
        name = await database.value("SELECT current_database()")
        await database.rows(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {state}')
        await terminate()

    async def turn(mode: Mode) -> None:
        await outage.proxy.turn(mode)

    async def nothing() -> None:
        return

    if kind == "terminated":
        return terminate, nothing
    if kind == "read_only":
        return lambda: read_only("on"), lambda: read_only("off")
    return lambda: turn(Mode(kind)), lambda: turn(Mode.PASSING)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("kind", KINDS)
async def test_the_batch_ends_as_if_nothing_had_happened(
    outage: Outage, spool: Spool, undisturbed: dict[str, Any], kind: str, stage: Stage
) -> None:
    """Whatever the outage and its stage: the same row, readings, lists, totals and true times as without it."""
    store = outage.store()
    begin, end = ways(outage, kind)
    batch = await suffered(store, spool, "suffered", stage, begin, end, limit_seconds=LIMIT_SECONDS)
    await drained(store, spool)
    assert await found(outage.database.rows, batch, "suffered") == undisturbed
    await store.close()


async def test_a_connection_that_died_is_no_outage(outage: Outage, spool: Spool) -> None:
    """When the server ends our connections but takes new ones, every call lands at once, and the spool is not needed."""
    store = outage.store()
    begin, end = ways(outage, "terminated")
    batch = await suffered(store, spool, "cut", Stage.MIDDLE, begin, end, limit_seconds=10)
    assert batch.spooled is None
    assert not spool.status().waiting
    assert batch.status is Status.COMPLETED
    await store.close()


async def test_the_end_of_a_collection_brings_it_in(outage: Outage, spool: Spool, undisturbed: dict[str, Any]) -> None:
    """An outage that is over when the collection ends leaves nothing in the spool, and the caller gets the ledger's own answer."""
    store = outage.store()
    await outage.begin()
    # The drain at the end begins with a beat of nobody, to see whether the database answers.
    batch = await collected(SpooledStore(Staged(store, "batch_beat", 1, outage.end), spool, target="drill", limit_seconds=10), "back")
    assert batch.spooled is None
    assert batch.status is Status.COMPLETED
    assert await found(outage.database.rows, batch, "back") == undisturbed
    await store.close()


async def test_the_next_collection_brings_it_in(outage: Outage, spool: Spool, undisturbed: dict[str, Any]) -> None:
    """A batch that waits in the spool lands before the next one is opened."""
    store = outage.store()
    await outage.begin()
    first = await collected(SpooledStore(store, spool, target="drill", limit_seconds=10), "first")
    assert first.spooled is not None
    assert first.spooled.calls == 6
    assert first.status is Status.IN_PROGRESS
    await outage.end()
    await collected(SpooledStore(store, spool, target="drill", limit_seconds=10), "second")
    assert await found(outage.database.rows, first, "first") == undisturbed
    created = await outage.database.rows("SELECT id FROM batch_jobs WHERE job_type = 'data_collection' ORDER BY created_at")
    assert created[1] == (first.id,)
    await store.close()

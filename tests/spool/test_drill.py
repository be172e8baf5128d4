"""The drills of `make drill`, in short; and that their verdict can be a bad one."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from drill.crowd import crowd
from drill.kills import kills
from drill.outages import outages
from drill.report import Row, reconciled, shown
from drill.world import World

from hotledger.errors import SettingsError
from hotledger.supabase_local.postgrest import find_program


def wrong(rows: list[Row]) -> list[str]:
    return [each for row in rows for each in row.wrong]


async def test_collections_that_are_killed_lose_nothing() -> None:
    """What the ledger or the spool had taken is there once; nothing is left open, and all agrees."""
    async with World() as world:
        rows = await kills(world, 8)
    assert wrong(rows) == []


async def test_a_crowd_of_collectors_is_counted_exactly() -> None:
    """More collectors at once than the server has connections: no observation is lost, and none is counted twice."""
    async with World() as world:
        rows = await crowd(world, 80)
    assert wrong(rows) == []


async def test_outages_over_rest_leave_no_trace() -> None:
    """Over Supabase's REST API as over PostgreSQL's own protocol: each kind of outage, at each stage."""
    try:
        find_program()
    except SettingsError as error:
        pytest.skip(str(error))
    async with World() as world:
        rows = await outages(world, transports=["rest"])
    assert wrong(rows) == []


async def test_a_killed_server_leaves_no_trace() -> None:
    """Over TCP and over a Unix socket, at each stage."""
    async with World() as world:
        rows = await outages(world, transports=["unix", "tcp"], kinds=["killed"])
    assert wrong(rows) == []


async def test_a_drill_tells_what_is_wrong() -> None:
    """A total that is not what its readings hold, and a batch that nobody has closed, are in the report."""
    async with World() as world:
        batch_id = uuid4()
        arguments = {"id": batch_id, "token": uuid4()}
        await world.rows("SELECT public.batch_open(%(id)s, 'job', ARRAY['one'], %(token)s)", arguments)
        await world.rows("UPDATE public.batch_jobs SET total_items = 7 WHERE id = %(id)s", arguments)
        said = shown([Row("drill", "done", await reconciled(world))])
    assert "FAILED" in said
    assert "total_items is 7" in said
    assert "1 batches are open" in said


async def test_a_proxy_can_pass_and_refuse() -> None:
    """The drill's own proxy does what it says: through it the database answers, and refused, it does not."""
    async with World() as world:
        store = world.store("tcp")
        assert (await store.call("batch_reap", {})) == {"reaped": []}
        await store.close()
        await world.begin("refused", "tcp")
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", int(str(world.proxies["tcp"].place)))

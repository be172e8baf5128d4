"""A real Supabase project for the tests: one a run, in a thread of its own, emptied after each test that uses it.

Beside our schema it has two functions that fail on demand, so that failures of the database reach us through the real PostgREST.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, TypeVar

import psycopg
import pytest

from hotledger.errors import SchemaMissing, SettingsError
from hotledger.store.postgres import PostgresStore
from hotledger.store.supabase import SupabaseStore
from hotledger.supabase_local import LocalSupabase
from hotledger.supabase_local.postgrest import find_program

T = TypeVar("T")

FAILING = """
CREATE FUNCTION public.test_raise(state TEXT) RETURNS JSONB LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'raised by the test' USING ERRCODE = state; END $$;
CREATE FUNCTION public.test_sleep(seconds DOUBLE PRECISION) RETURNS JSONB LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(seconds); RETURN '{}'; END $$;
GRANT EXECUTE ON FUNCTION public.test_raise(TEXT), public.test_sleep(DOUBLE PRECISION) TO anon, service_role;
NOTIFY pgrst, 'reload schema';
"""
EMPTYING = """
TRUNCATE public.batch_jobs, public.hot_leases, public.hot_readings, public.hot_entries, public.hot_platforms, public.hot_collectors,
         public.hot_baselines, public.hot_incidents, public.hot_days, public.hot_states, public.hot_alerts, public.hot_alert_channels
RESTART IDENTITY CASCADE
"""


@pytest.fixture(scope="session")
def project() -> Iterator[LocalSupabase]:
    """The project. Its gateway lives in a loop of its own, because each test has another one."""
    try:
        find_program()
    except SettingsError as error:
        pytest.skip(str(error))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="project")
    thread.start()

    def run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    made = LocalSupabase()
    try:
        run(made.__aenter__())
        try:
            run(_prepared(made))
            yield made
        finally:
            run(made.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _prepared(project: LocalSupabase) -> None:
    await project.run_as_owner(FAILING)
    await seen(project, "test_sleep", seconds=0)


async def seen(project: LocalSupabase, function: str, **arguments: Any) -> None:
    """Come back when PostgREST has read the schema anew, and knows a function."""
    store = SupabaseStore(project.url, project.keys.secret)
    async with asyncio.timeout(30):
        while True:
            try:
                await store.call(function, arguments)
            except SchemaMissing:
                continue
            break
    await store.close()


@pytest.fixture
async def emptied(project: LocalSupabase, request: pytest.FixtureRequest) -> AsyncIterator[LocalSupabase]:
    """The project for one test: the ledger in it is sound when the test has ended, and then it is emptied."""
    yield project
    async with await psycopg.AsyncConnection.connect(project.address(), autocommit=True) as owner:
        found = await (await owner.execute("SELECT public.ledger_verify()")).fetchone()
        await owner.execute(EMPTYING.encode())
    assert found is not None
    if request.node.get_closest_marker("breaks_ledger") is None:
        assert found[0]["sound"], found[0]["discrepancies"]


@pytest.fixture
async def rest(emptied: LocalSupabase) -> AsyncIterator[SupabaseStore]:
    """The store over the project's REST API, with its secret key."""
    store = SupabaseStore(emptied.url, emptied.keys.secret)
    yield store
    await store.close()


@pytest.fixture
async def direct(emptied: LocalSupabase) -> AsyncIterator[PostgresStore]:
    """The store over PostgreSQL's own protocol, on the same database, as its owner."""
    store = PostgresStore(emptied.address())
    yield store
    await store.close()

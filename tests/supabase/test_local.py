"""`make supabase-local`: what it prints, that it works, and that nothing is left when it stops."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE

import httpx2
import psycopg
import pytest

from hotledger.errors import StoreUnavailable
from hotledger.store.supabase import SupabaseStore
from hotledger.supabase_local import LocalSupabase


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_prints_two_lines_and_stops_in_order(project: LocalSupabase, number: signal.Signals) -> None:
    """Its output is the two lines for `.env`, which work at once; told to stop, it ends well, and leaves neither server nor files."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotledger.supabase_local", stdin=DEVNULL, stdout=PIPE, stderr=PIPE, start_new_session=True
    )
    assert process.stdout is not None
    try:
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
        settings = dict(line.split("=", 1) for line in lines)
        assert list(settings) == ["SUPABASE_URL", "SUPABASE_KEY"]
        store = SupabaseStore(settings["SUPABASE_URL"], settings["SUPABASE_KEY"])
        assert (await store.call("ledger_about", {}))["role"] == "service_role"
    finally:
        os.kill(process.pid, number)
        rest, said = await process.communicate()
    assert (process.returncode, rest) == (0, b"")
    assert b"Traceback" not in said
    place = said.decode().split("host=", 1)[1].split("/home/", 1)[0]
    assert not await asyncio.to_thread(os.path.exists, place)
    with pytest.raises(StoreUnavailable):
        await store.call("ledger_about", {})
    await store.close()


async def test_a_port_that_is_taken_is_told(project: LocalSupabase) -> None:
    """A port that somebody else has is named, and everything that was started is stopped again."""
    port = project.url.rpartition(":")[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotledger.supabase_local", "--port", port, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    out, said = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert b"Traceback" not in said
    assert port.encode() in said


async def test_it_is_as_supabase_is(project: LocalSupabase) -> None:
    """The owner is no superuser; the roles, their time limits and the missing default privileges are Supabase's."""
    async with await psycopg.AsyncConnection.connect(project.address(), autocommit=True) as owner:
        facts = await owner.execute("""
            SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolinherit, array_to_string(rolconfig, ' ') FROM pg_roles
             WHERE rolname IN ('postgres', 'authenticator', 'anon', 'authenticated', 'service_role') ORDER BY rolname""")
        assert await facts.fetchall() == [
            ("anon", False, False, False, False, "statement_timeout=3s"),
            ("authenticated", False, False, False, False, "statement_timeout=8s"),
            ("authenticator", False, False, True, False, "statement_timeout=8s lock_timeout=8s"),
            ("postgres", False, True, True, True, None),
            ("service_role", False, True, False, False, None),
        ]
        await owner.execute("CREATE TABLE test_new (id INTEGER)")
        try:
            rights = await owner.execute("""
                SELECT count(*) FROM pg_roles
                 WHERE rolname IN ('anon', 'authenticated', 'service_role') AND has_table_privilege(rolname, 'test_new', 'SELECT')""")
            assert await rights.fetchone() == (0,)
        finally:
            await owner.execute("DROP TABLE test_new")


@pytest.mark.parametrize(
    ("path", "headers", "status", "said"),
    [
        ("/rest/v1/hot_items", {}, 401, "No API key found in request"),
        ("/rest/v1/hot_items", {"apikey": "x"}, 401, "Invalid API key"),
        ("/rest/v1/hot_items", {"apikey": "a.b.c"}, 401, "Invalid API key"),
        ("/hot_items", {"apikey": "x"}, 404, "no Route matched with those values"),
        ("/rest/v1x", {"apikey": "x"}, 404, "no Route matched with those values"),
    ],
)
async def test_the_gateway_refuses_as_supabases_does(
    project: LocalSupabase, path: str, headers: dict[str, str], status: int, said: str
) -> None:
    """Without a key, with a wrong one, or beside the path of the API nothing comes through."""
    async with httpx2.AsyncClient(base_url=project.url) as client:
        reply = await client.get(path, headers=headers)
    assert (reply.status_code, reply.json()["message"]) == (status, said)


async def test_rows_are_limited_as_supabase_limits_them(project: LocalSupabase) -> None:
    """A plain read of a table gives at most 1,000 rows, and says nothing of the rest."""
    async with await psycopg.AsyncConnection.connect(project.address(), autocommit=True) as owner:
        await owner.execute("INSERT INTO batch_jobs (job_type) SELECT 'many' FROM generate_series(1, 1100)")
        try:
            async with httpx2.AsyncClient(base_url=f"{project.url}/rest/v1", headers={"apikey": project.keys.secret}) as client:
                reply = await client.get("/batch_jobs", params={"select": "id"})
            assert (reply.status_code, len(reply.json())) == (200, 1000)
        finally:
            await owner.execute("DELETE FROM batch_jobs WHERE job_type = 'many'")


async def test_a_new_key_as_a_token_is_refused(project: LocalSupabase) -> None:
    """A key of the new kind that is sent as another's token is no JWT for PostgREST, which says so by its code."""
    headers = {"apikey": project.keys.secret, "Authorization": f"Bearer {project.keys.publishable}"}
    async with httpx2.AsyncClient(base_url=f"{project.url}/rest/v1", headers=headers) as client:
        reply = await client.get("/hot_items")
    assert (reply.status_code, reply.json()["code"]) == (401, "PGRST301")

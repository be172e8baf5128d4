"""The store over PostgreSQL's own protocol, by psycopg. Nothing of a session is used, so any pooler will do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import msgspec
import psycopg
import psycopg_pool
from psycopg import sql
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads

from hotledger.errors import StoreError, StoreRejected, StoreUnavailable
from hotledger.store.failures import Cures, first_line, named

_CURES = Cures(schema="Run `hotledger migrate`.", right="Grant it the right, or use another role.")

set_json_dumps(msgspec.json.encode)
set_json_loads(msgspec.json.decode)


class PostgresStore:
    """A small pool of connections, opened when it is first needed."""

    def __init__(self, url: str, *, connections: int = 4, wait_seconds: float = 10) -> None:
        self._url = url
        self._wait_seconds = wait_seconds
        self._opened = False
        self._opening = asyncio.Lock()
        self._pool = psycopg_pool.AsyncConnectionPool(
            url,
            min_size=1,
            max_size=connections,
            open=False,
            timeout=wait_seconds,
            kwargs={"autocommit": True, "prepare_threshold": None, "connect_timeout": max(2, int(wait_seconds))},
        )

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        """See `Store.call`."""
        statement = _statement(function, tuple(arguments))
        async with naming_failures(), self.connection() as connection:
            cursor = await connection.execute(statement, {name: _adapted(value) for name, value in arguments.items()})
            row = await cursor.fetchone()
        return row[0] if row else None

    def another(self) -> PostgresStore:
        """See `Store.another`. It has a single connection."""
        return PostgresStore(self._url, connections=1, wait_seconds=self._wait_seconds)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A connection of the pool, for the few who need more than a call (migrations)."""
        async with self._opening:
            if not self._opened:
                await self._probe()
                await self._pool.open()
                self._opened = True
        async with self._pool.connection() as connection:
            yield connection

    async def close(self) -> None:
        """See `Store.close`."""
        if self._opened:
            await self._pool.close()

    async def _probe(self) -> None:
        # The pool only says that it had to wait too long; a first connection of our own says why.
        connection = await psycopg.AsyncConnection.connect(self._url, connect_timeout=max(2, int(self._wait_seconds)))
        await connection.close()


@lru_cache
def _statement(function: str, names: tuple[str, ...]) -> bytes:
    arguments = sql.SQL(", ").join(sql.SQL("{} => {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in names)
    return sql.SQL("SELECT {}({})").format(sql.Identifier("public", function), arguments).as_bytes()


def _adapted(value: Any) -> Any:
    is_json = isinstance(value, Mapping) or (isinstance(value, (list, tuple)) and not all(isinstance(member, str) for member in value))
    return Jsonb(value) if is_json else value


@asynccontextmanager
async def naming_failures() -> AsyncIterator[None]:
    """Turn the failures of psycopg into ours, by exception type and SQLSTATE, never by text."""
    try:
        yield
    except psycopg_pool.PoolTimeout as error:
        raise StoreUnavailable(
            "The database gave no connection in time: see whether it is up, and how many connections it allows."
        ) from error
    except psycopg.Error as error:
        raise _named(error) from error


def _named(error: psycopg.Error) -> StoreError:
    said = first_line(error.diag.message_primary or str(error), type(error).__name__)
    if error.sqlstate is not None:
        return named(error.sqlstate, said, _CURES)
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return StoreUnavailable(f"The database can't be reached: {said}.")
    return StoreRejected(f"The database's address or the call can't be used: {said}.")

"""Brings the schema of a PostgreSQL database to the version that this code knows, under a lock, all or nothing."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import psycopg

from hotledger import sql
from hotledger.errors import SchemaOutdated
from hotledger.store.postgres import PostgresStore, naming_failures


class Migrated(NamedTuple):
    """From which schema version to which (0 is none)."""

    before: int
    after: int


async def schema_version(store: PostgresStore) -> int:
    """The version of the schema in the database; 0 when there is none."""
    async with naming_failures(), store.connection() as connection:
        return await _version(connection)


async def is_current(store: PostgresStore) -> bool:
    """Whether the database has our schema and our edition of the functions. A newer schema is not ours to judge: `migrate` refuses it."""
    async with naming_failures(), store.connection() as connection:
        if await _version(connection) != sql.schema_version():
            return False
        cursor = await connection.execute("SELECT obj_description('public.hot_migrations'::regclass, 'pg_class')")
        return await cursor.fetchone() == (f"hotledger {sql.mark()}",)


async def migrate(store: PostgresStore, *, public_read: bool = False) -> Migrated:
    """Apply the missing migrations, (re)create functions and views, and set the rights.

    Raises `SchemaOutdated` when the database is newer than the code.
    """
    async with naming_failures(), store.connection() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('hotledger migrations', 0))")
        before = await _version(connection)
        if before > sql.schema_version():
            raise SchemaOutdated(
                f"The database has schema version {before}, this hotledger knows {sql.schema_version()}: "
                "upgrade hotledger (pip install -U hotledger)."
            )
        await connection.execute(cast(Any, sql.script(after=before, public_read=public_read)))
    return Migrated(before, sql.schema_version())


async def _version(connection: psycopg.AsyncConnection[Any]) -> int:
    known = await connection.execute("SELECT to_regclass('public.hot_migrations') IS NOT NULL")
    if (await known.fetchone()) == (True,):
        cursor = await connection.execute("SELECT COALESCE(max(number), 0) FROM public.hot_migrations")
        row = await cursor.fetchone()
        return int(row[0]) if row else 0
    return 0

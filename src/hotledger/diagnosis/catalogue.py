"""Asks PostgreSQL's catalogue what of ours is missing, is not ours, or may not be used: it is readable by all, whatever is broken."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from hotledger import sql
from hotledger.diagnosis.finding import Finding, Teller
from hotledger.sql import functions, inspection
from hotledger.sql.rights import FOR_EVERYBODY, SERVICE, TRIGGERS, relations
from hotledger.store.migrate import schema_version
from hotledger.store.postgres import PostgresStore, naming_failures

# Nobody who collects calls what a collector of others is kept by; the owner does.
_UNNEEDED = {*FOR_EVERYBODY, *TRIGGERS}


async def inspected(store: PostgresStore, tell: Teller) -> Finding | None:
    """The first thing that is wrong with what is there."""
    names = {"relations": list(relations()), "functions": list(functions())}
    missing_relations, missing_functions, columns = (await _rows(store, "objects", names))[0]
    if columns:
        return tell.ill("foreign_table", {"columns": columns})
    if len(missing_relations) == len(relations()):
        return tell.ill("schema_missing", {"missing": ", ".join(missing_relations)})
    if missing_relations or missing_functions:
        version = 0 if "hot_migrations" in missing_relations else await schema_version(store)
        if 0 < version < sql.schema_version():
            return tell.ill("schema_older", {"there": version, "here": sql.schema_version()})
        return tell.ill("schema_incomplete", {"missing": ", ".join([*missing_relations, *missing_functions])})
    return await _lack_of_rights(store, tell)


async def _lack_of_rights(store: PostgresStore, tell: Teller) -> Finding | None:
    needed = {"rights": msgspec.json.encode(SERVICE).decode(), "functions": [name for name in functions() if name not in _UNNEEDED]}
    statements = [row[0] for row in await _rows(store, "lacks", needed)]
    if not statements:
        return None
    async with naming_failures(), store.connection() as connection:
        role = connection.info.user
    return tell.ill("not_allowed", {"role": role, "count": len(statements), "statements": "\n".join(sorted(statements))})


async def _rows(store: PostgresStore, name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    async with naming_failures(), store.connection() as connection:
        cursor = await connection.execute(cast(Any, inspection(name)), values)
        return await cursor.fetchall()

"""Bytes an observation: everything that an import adds to the database, tables, indexes and TOAST, divided by the rows of all lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench.database import fresh_store
from hotledger.app import imported
from hotledger.collect.importing import survey
from hotledger.ledger.ledger import Ledger
from hotledger.platforms import readers
from hotledger.store.postgres import PostgresStore

_SIZES = """
SELECT owner.relname || CASE WHEN part.relkind = 'i' THEN '.' || part.relname ELSE '' END AS part, pg_table_size(part.oid) AS bytes
  FROM pg_class AS owner
  JOIN pg_class AS part ON part.oid = owner.oid OR part.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = owner.oid)
 WHERE owner.relkind = 'r' AND owner.relnamespace = 'public'::regnamespace
"""


class Sizes(NamedTuple):
    """What an import added, in bytes by table and index, after it and after a plain VACUUM; and how quick it was."""

    observations: int
    seconds: float
    after: dict[str, int]
    vacuumed: dict[str, int]

    @property
    def bytes_an_observation(self) -> float:
        """As the import leaves it."""
        return sum(self.after.values()) / self.observations

    @property
    def bytes_when_vacuumed(self) -> float:
        """After a plain VACUUM, which gives back empty pages at the end only."""
        return sum(self.vacuumed.values()) / self.observations


async def measure(files: Sequence[Path]) -> Sizes:
    """Import the files into a fresh database, as `hotledger import` does."""
    async with fresh_store() as store:
        empty = await _sizes(store)
        began = perf_counter()
        done = await imported(Ledger(store), survey(files, readers()), readers(), lambda lists: None)
        seconds = perf_counter() - began
        after = await _sizes(store)
        async with store.connection() as connection:
            await connection.execute("VACUUM")
        vacuumed = await _sizes(store)
    return Sizes(done["items"], seconds, _less(after, empty), _less(vacuumed, empty))


async def _sizes(store: PostgresStore) -> dict[str, int]:
    async with store.connection() as connection:
        cursor = await connection.execute(_SIZES)
        return {str(part): int(size) for part, size in await cursor.fetchall()}


def _less(sizes: dict[str, int], empty: dict[str, int]) -> dict[str, int]:
    return {part: size - empty.get(part, 0) for part, size in sizes.items()}

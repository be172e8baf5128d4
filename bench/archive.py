"""Import of five years of hourly lists, made of the recorded month by shifting it, beside COPY of the same rows into a bare table."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import msgspec

from bench.database import fresh_store
from hotledger.app import imported
from hotledger.collect.history import Hints, lists_of
from hotledger.collect.importing import survey
from hotledger.ledger.ledger import Ledger
from hotledger.platforms import readers
from hotledger.store.postgres import PostgresStore

_MONTHS = 60
_MONTH = timedelta(days=30)
_END = datetime(2024, 7, 1, tzinfo=UTC)  # of the recorded month
_TABLE = "CREATE TABLE copied (platform TEXT, collected_at TIMESTAMPTZ, rank INTEGER, title TEXT, url TEXT, heat DOUBLE PRECISION)"


class Archive(NamedTuple):
    """How long looking through, importing (with the judge) and copying took, in seconds, and how large each became, in bytes."""

    lists: int
    observations: int
    surveyed_seconds: float
    imported_seconds: float
    copied_seconds: float
    imported_bytes: int
    copied_bytes: int
    incidents: int


async def measure(files: Sequence[Path], months: int = _MONTHS) -> Archive:
    """Both ways on the same server, one after the other."""
    with tempfile.TemporaryDirectory(prefix="hotledger-bench-") as folder:
        written = [made(file, Path(folder), months) for file in files]
        began = perf_counter()
        surveyed = survey(written, readers())
        surveyed_seconds = perf_counter() - began
        async with fresh_store() as store:
            began = perf_counter()
            done = await imported(Ledger(store), surveyed, readers(), lambda lists: None)
            imported_seconds = perf_counter() - began
            imported_bytes = await _database_bytes(store)
            incidents = int(await _value(store, "SELECT count(*) FROM hot_incidents"))
        async with fresh_store() as store:
            before = await _database_bytes(store)
            copied_seconds = await _copied(store, written)
            copied_bytes = await _database_bytes(store) - before
    return Archive(
        surveyed.lists, done["items"], surveyed_seconds, imported_seconds, copied_seconds, imported_bytes, copied_bytes, incidents
    )


def made(file: Path, folder: Path, months: int, until: datetime = _END) -> Path:
    """A file of so many months of lists up to a moment, each title another one in each month."""
    with gzip.open(file) as lines:
        month: list[dict[str, Any]] = [msgspec.json.decode(line) for line in lines]
    larger = folder / file.name.removesuffix(".gz")
    with larger.open("wb") as written:
        for number in range(months):
            for each in month:
                at = datetime.fromisoformat(each["collected_at"]) + (until - _END) - (months - 1 - number) * _MONTH
                items = [item | {"title": f"{item['title']} {number}"} for item in each["items"]]
                written.write(msgspec.json.encode(each | {"collected_at": at, "items": items}) + b"\n")
    return larger


async def _copied(store: PostgresStore, files: Sequence[Path]) -> float:
    """COPY in text form, one transaction, no index: the least that these rows can cost."""
    async with store.connection() as connection:
        await connection.execute(_TABLE)
        began = perf_counter()
        async with connection.transaction(), connection.cursor() as cursor, cursor.copy("COPY copied FROM STDIN") as copy:
            for row in _rows(files):
                await copy.write_row(row)
        return perf_counter() - began


def _rows(files: Sequence[Path]) -> Iterator[tuple[Any, ...]]:
    for file in files:
        for each in lists_of(file, Hints(), {}):
            for rank, item in enumerate(each.items, 1):
                yield each.platform, each.collected_at, rank, item.title, item.url, item.heat


async def _database_bytes(store: PostgresStore) -> int:
    return int(await _value(store, "SELECT pg_database_size(current_database())"))


async def _value(store: PostgresStore, statement: str) -> Any:
    async with store.connection() as connection:
        row = await (await connection.execute(statement.encode())).fetchone()
    return row[0] if row else None

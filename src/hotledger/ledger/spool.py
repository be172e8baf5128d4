"""The spool: calls that could not reach the database, kept durably on this machine. It keeps, counts and shows them.

A single SQLite file, made when it is first needed, used by any number of processes; every call is on disk before its `append` returns.
When calls go in is the matter of `spooled`, how they go out that of `draining`.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import structlog

from hotledger.errors import SpoolFailed

T = TypeVar("T")
log = structlog.get_logger("hotledger.spool")

_MIB = 1024 * 1024
_BUSY_SECONDS = 30
_LEFT_FOR_MARKS = _MIB  # so that a full spool can still note why a call is set aside
_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  target TEXT NOT NULL,
  batch_id TEXT NOT NULL,
  function TEXT NOT NULL,
  arguments BLOB NOT NULL,
  opening BLOB,
  spooled_at TEXT NOT NULL,
  checksum INTEGER NOT NULL,
  set_aside_at TEXT,
  reason TEXT
);
CREATE INDEX IF NOT EXISTS calls_waiting ON calls (target, number) WHERE set_aside_at IS NULL;
"""
_COLUMNS = "number, target, batch_id, function, arguments, opening, spooled_at, checksum, set_aside_at, reason"


class Kept(NamedTuple):
    """One call in the spool. `opening` holds the arguments that its batch was opened with; `sound` is False when the disk changed it."""

    number: int
    target: str
    batch_id: str
    function: str
    arguments: Mapping[str, Any]
    opening: Mapping[str, Any] | None
    spooled_at: str
    set_aside_at: str | None
    reason: str | None
    sound: bool


class Waiting(NamedTuple):
    """What waits for one database."""

    target: str
    calls: int
    batches: int
    oldest_at: str


class SpoolStatus(NamedTuple):
    """What is in the spool, and how much room it has."""

    folder: Path
    bytes: int
    limit_bytes: int
    waiting: tuple[Waiting, ...]
    set_aside: tuple[Kept, ...]
    damaged: tuple[Path, ...]


class Spool:
    """The outbox in a folder of its own. All methods but `status` and `calls` are for one event loop."""

    def __init__(self, folder: Path, *, mib: int = 256, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder = folder
        self._file = folder / "spool.db"
        self._limit_bytes = mib * _MIB
        self._now = now
        # One thread does all of it: calls are kept in the order in which they came, and the event loop waits for no disk.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hotledger-spool")

    async def append(
        self, target: str, batch_id: str, function: str, arguments: Mapping[str, Any], opening: Mapping[str, Any] | None
    ) -> None:
        """Keep one call. Raises `SpoolFailed` when the spool or the disk is full, or can't be written."""
        written = (target, batch_id, function, msgspec.json.encode(arguments), msgspec.json.encode(opening) if opening else None)
        row = (*written, self._now().isoformat(), _checksum(*written))
        await self._done(lambda: self._append(row))

    async def waiting(self, target: str, *, after: int = 0, at_most: int = 50) -> list[Kept]:
        """The calls that wait for a database, in order, from the first one whose number is greater than `after`."""
        condition, values = "target = ? AND set_aside_at IS NULL AND number > ? ORDER BY number LIMIT ?", (target, after, at_most)
        return await self._done(lambda: self._mended(lambda: self._read(condition, values)))

    async def count(self, target: str, batch_id: str | None = None) -> int:
        """How many calls wait for a database, or how many of one batch do."""
        query = "SELECT count(*) FROM calls WHERE target = ? AND set_aside_at IS NULL AND (? IS NULL OR batch_id = ?)"
        values = (target, batch_id, batch_id)
        return await self._done(lambda: self._mended(lambda: int(self._rows(query, values)[0][0])) if self._file.exists() else 0)

    async def remove(self, numbers: Sequence[int]) -> None:
        """Let calls go that the database has."""
        await self._done(lambda: self._write("DELETE FROM calls WHERE number = ?", [(number,) for number in numbers]))

    async def set_aside(self, number: int, reason: str) -> None:
        """Take a call out of the row, and note why; it stays until somebody decides."""
        values = [(self._now().isoformat(), reason, number)]
        await self._done(lambda: self._write("UPDATE calls SET set_aside_at = ?, reason = ? WHERE number = ?", values))

    async def put_back(self, target: str) -> None:
        """Let the calls wait again that were set aside."""
        await self._done(lambda: self._write("UPDATE calls SET set_aside_at = NULL, reason = NULL WHERE target = ?", [(target,)]))

    @contextmanager
    def sole_drainer(self) -> Iterator[bool]:
        """Whether we are the only process that drains; we stay so until we leave. The lock vanishes with a process that is killed."""
        with _naming_failures(self._file):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._folder / "drain.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def status(self) -> SpoolStatus:
        """What is in the spool. Changes nothing."""
        with _naming_failures(self._file):
            return self._status()

    def _status(self) -> SpoolStatus:
        waiting: list[Waiting] = []
        if self._file.exists():
            query = """SELECT target, count(*), count(DISTINCT batch_id), min(spooled_at) FROM calls
                       WHERE set_aside_at IS NULL GROUP BY target ORDER BY target"""
            waiting = [Waiting(*row) for row in self._rows(query, ())]
        return SpoolStatus(
            self._folder,
            self._file.stat().st_size if self._file.exists() else 0,
            self._limit_bytes,
            tuple(waiting),
            tuple(self._read("set_aside_at IS NOT NULL ORDER BY number", ())),
            tuple(sorted(self._folder.glob("damaged-*.db"))),
        )

    def calls(self) -> Iterator[Kept]:
        """Every call, in order, those that are set aside too."""
        after = 0
        while True:
            with _naming_failures(self._file):
                chunk = self._read("number > ? ORDER BY number LIMIT 50", (after,))
            if not chunk:
                return
            yield from chunk
            after = chunk[-1].number

    def close(self) -> None:
        """Wait for what is being written."""
        self._thread.shutdown()

    async def _done(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _append(self, row: tuple[Any, ...]) -> None:
        insert = "INSERT INTO calls (target, batch_id, function, arguments, opening, spooled_at, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)"
        with _naming_failures(self._file):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._mended(lambda: self._change(insert, [row], self._limit_bytes))
        except sqlite3.OperationalError as error:
            raise SpoolFailed(self._full(sum(len(part) for part in row[:5] if part))) from error

    def _write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if rows and self._file.exists():
            self._mended(lambda: self._change(statement, rows, self._limit_bytes + _LEFT_FOR_MARKS))

    def _change(self, statement: str, rows: list[tuple[Any, ...]], limit_bytes: int) -> None:
        with closing(self._connected(limit_bytes)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(statement, rows)
            connection.execute("COMMIT")

    def _read(self, condition: str, values: tuple[Any, ...]) -> list[Kept]:
        if not self._file.exists():
            return []
        return [_kept(row) for row in self._rows(f"SELECT {_COLUMNS} FROM calls WHERE {condition}", values)]  # noqa: S608 - all ours

    def _rows(self, query: str, values: tuple[Any, ...]) -> list[Any]:
        with closing(self._connected(self._limit_bytes + _LEFT_FOR_MARKS)) as connection:
            return connection.execute(query, values).fetchall()

    def _mended(self, work: Callable[[], T]) -> T:
        """The work done; where the disk has spoilt the file, it is done on a new one, and the old one is kept beside it."""
        with _naming_failures(self._file):
            try:
                return work()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                self._put_damaged_apart(error)
                return work()

    def _connected(self, limit_bytes: int) -> sqlite3.Connection:
        # A connection for each use costs a millisecond, and no lock outlives what it was for. Nothing else may open the file here:
        # closing it would take SQLite's locks away from all connections of this process.
        connection = sqlite3.connect(self._file, isolation_level=None, timeout=_BUSY_SECONDS)
        try:
            connection.text_factory = lambda text: text.decode(errors="replace")
            connection.execute("PRAGMA auto_vacuum = FULL")
            connection.execute("PRAGMA synchronous = EXTRA")
            page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {limit_bytes // page_bytes}")
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                self._file.chmod(0o600)
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        except BaseException:
            connection.close()
            raise
        return connection

    def _full(self, needed_bytes: int) -> str:
        size = self._file.stat().st_size
        if size + 2 * needed_bytes >= self._limit_bytes * 0.95:
            return (
                f"The database is away, and the spool is full ({size / _MIB:.1f} of {self._limit_bytes // _MIB} MiB): bring the database "
                "back and run `hotledger spool drain`, or raise HOTLEDGER_SPOOL_MIB."
            )
        return f"The database is away, and the disk that holds the spool {self._file} is full: make room on it."

    def _put_damaged_apart(self, error: sqlite3.DatabaseError) -> None:
        # Another process may have done so before us.
        descriptor = os.open(self._folder / "repair.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if self._is_damaged():
                apart = self._folder / f"damaged-{self._now():%Y%m%dT%H%M%S%f}.db"
                journal = self._file.with_name("spool.db-journal")
                if journal.exists():
                    journal.rename(f"{apart}-journal")
                self._file.rename(apart)
                log.error("the spool was damaged, and a new one was begun", kept=str(apart), reason=str(error))
        finally:
            os.close(descriptor)

    def _is_damaged(self) -> bool:
        try:
            with closing(self._connected(self._limit_bytes)) as connection:
                return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
        except sqlite3.OperationalError:
            return False
        except sqlite3.DatabaseError:
            return True


def _kept(row: tuple[Any, ...]) -> Kept:
    number, target, batch_id, function, arguments, opening, spooled_at, checksum, set_aside_at, reason = row
    sound = checksum == _checksum(target, batch_id, function, arguments, opening)
    read = msgspec.json.decode(arguments) if sound else {}
    opened_by = msgspec.json.decode(opening) if sound and opening else None
    return Kept(number, target, batch_id, function, read, opened_by, spooled_at, set_aside_at, reason, sound)


def _checksum(*parts: str | bytes | None) -> int:
    return zlib.crc32(b"\0".join(part.encode() if isinstance(part, str) else part or b"" for part in parts))


@contextmanager
def _naming_failures(file: Path) -> Iterator[None]:
    """Turn the failures of the disk and of SQLite into ours; that there is no room is left to who knows how much was needed."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise
        raise SpoolFailed(f"The spool {file} can't be used: {error}. See that the disk has room, and that the folder is yours.") from error

"""The life of our own PostgreSQL server: started for its first user, shared by all, stopped by its last one.

Every change of state happens under one exclusive lock; users are counted by shared locks on another file (see `locks`). So a user
that is killed needs no clearing up: the next one to leave finds itself the last, and stops the server.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import msgspec

from hotledger.embedded import cluster, locks, postmaster, sockets
from hotledger.embedded.account import Place, find_place
from hotledger.embedded.binaries import Installation, find_installation, reachable_installation
from hotledger.embedded.process import launch
from hotledger.errors import EmbeddedError

START_SECONDS = 60.0
STOP_SECONDS = 60.0
_POLL_SECONDS = 0.05
_PROGRESS_SECONDS = 3.0
_LARGEST_LOG_BYTES = 4_000_000
# What a server says that gives way: to children of a killed one, or to one whose starter was killed before we came.
_OTHERS_AT_WORK = ("is still in use", 'lock file "postmaster.pid" already exists')


class ServerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the server stands. `pid` is `None` unless it runs; `pinned` means that it is kept running without users."""

    running: bool
    pid: int | None
    data_directory: Path
    socket_directory: Path
    pinned: bool
    version: str
    size_bytes: int
    log_file: Path


class EmbeddedServer:
    """One user of the server that belongs to a home. `async with` it, or `start` and `stop` it by hand.

    `say` gets lines of progress for people. `installation` is where PostgreSQL's programs are, if not in the installed wheel.
    `start_seconds` is how long we wait for the server to answer, which after a crash means reading its journal again.
    Every failure is an `EmbeddedError`.
    """

    def __init__(
        self,
        home: Path,
        *,
        say: Callable[[str], None] = lambda line: None,
        installation: Installation | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self._home = home
        self._say = say
        self._given = installation
        self._start_seconds = start_seconds
        self._seat: int | None = None
        self._log_from = 0

    async def __aenter__(self) -> EmbeddedServer:
        if self._seat is not None:
            raise EmbeddedError("This user of the database is there already: make another EmbeddedServer for another user.")
        async with self._changing() as place:
            seat = locks.sit_down(place.users_lock)
            try:
                await self._ensure_running(place)
            except BaseException as error:
                await self._give_up(place, seat, cancelled=isinstance(error, asyncio.CancelledError))
                raise
            self._seat = seat
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        seat, self._seat = self._seat, None
        if seat is None:
            return
        try:
            async with self._changing() as place:
                await self._stop_if_last(place, seat)
        finally:
            os.close(seat)

    async def start(self) -> None:
        """Start the server, and keep it running without users until `stop`, over restarts of the machine too."""
        async with self._changing() as place:
            await self._ensure_running(place)
            os.close(locks.open_file(place.pin))

    async def stop(self) -> None:
        """Stop the server now, whoever uses it."""
        if not await asyncio.to_thread(_has_folder, self._home):
            return
        async with self._changing() as place:
            _unpin(place)
            await self._stop(place)

    def status(self) -> ServerStatus:
        """How the server stands. Changes nothing."""
        with _named_failures():
            place = find_place(self._home, make=False)
            running = postmaster.running(place.data)
            return ServerStatus(
                running=running is not None,
                pid=running.pid if running else None,
                data_directory=place.data,
                socket_directory=_socket_directory(place),
                pinned=_is_pinned(place),
                version=self._installation().version,
                size_bytes=_size(place.data),
                log_file=place.log_file,
            )

    @property
    def url(self) -> str:
        """The address of the database, for psycopg and `psql`. The port is named lest a PGPORT of the caller's changes it."""
        with _named_failures():
            directory = _socket_directory(find_place(self._home, make=False))
        return f"postgresql:///{cluster.NAME}?host={quote(str(directory), safe='')}&port={sockets.PORT}&user={cluster.NAME}"

    def binary(self, name: str) -> Path:
        """The path of one of PostgreSQL's own programs, such as `psql`, for us to run."""
        return self._installation().program(name)

    def _installation(self) -> Installation:
        return self._given or find_installation()

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[Place]:
        with _named_failures():
            place = await asyncio.to_thread(find_place, self._home, make=True)
            async with locks.exclusive(place.state_lock, self._say):
                yield place

    async def _give_up(self, place: Place, seat: int, *, cancelled: bool) -> None:
        """Leave before we have come. A server that is slow to recover is left to it: stopped, it would begin again at every try."""
        try:
            if cancelled:
                await self._stop_if_last(place, seat)
        finally:
            os.close(seat)

    async def _stop_if_last(self, place: Place, seat: int) -> None:
        if locks.is_last(seat) and not _is_pinned(place):
            await self._stop(place)

    async def _ensure_running(self, place: Place) -> None:
        _bound_log(place)
        if not _has_data(place):
            await self._make_data(place)
        deadline = time.monotonic() + self._start_seconds
        ready = False
        while not ready:
            running = postmaster.running(place.data)
            pid = running.pid if running else await self._launch(place)
            ready = await self._is_ready(place, pid, deadline, launched=running is None)

    async def _make_data(self, place: Place) -> None:
        installation = await self._reachable_installation(place)
        self._say(_announcement(place, installation))
        await cluster.make_data(place, installation)

    async def _reachable_installation(self, place: Place) -> Installation:
        return await asyncio.to_thread(lambda: reachable_installation(self._installation(), place))

    async def _launch(self, place: Place) -> int:
        """Start the server's process; it isn't ready yet."""
        installation = await self._reachable_installation(place)
        cluster.remove_leftovers(place)
        cluster.check_version(place, installation)
        command = cluster.server_command(place, installation, sockets.make_directory(place))
        log = locks.open_file(place.log_file, os.O_WRONLY | os.O_APPEND)
        self._log_from = os.lseek(log, 0, os.SEEK_END)
        try:
            return await launch(command, account=place.account, log=log, extra=_excuse_for_stale_pid(place))
        finally:
            os.close(log)

    async def _is_ready(self, place: Place, pid: int, deadline: float, *, launched: bool) -> bool:
        """Wait until the server answers. False: look again, because this one was about to stop when we came, or because
        another one, or children of a killed one, were in its way."""
        began = told = time.monotonic()
        while postmaster.is_starting(pid, place.data):
            found = postmaster.read(place.data)
            if found and found.pid == pid and found.ready:
                return True
            now = time.monotonic()
            if now > deadline:
                raise EmbeddedError(
                    f"PostgreSQL is still starting after {self._start_seconds:.0f} s: let it, and try again.{self._log_tail(place)}"
                )
            if now - told > _PROGRESS_SECONDS:
                told = now
                self._say(f"PostgreSQL is starting, perhaps recovering from a crash … {now - began:.0f} s")
            await asyncio.sleep(_POLL_SECONDS)
        tail = self._log_tail(place)
        if time.monotonic() > deadline or (launched and not any(sign in tail for sign in _OTHERS_AT_WORK)):
            raise EmbeddedError(f"PostgreSQL ended instead of starting.{tail}")
        await asyncio.sleep(_POLL_SECONDS)
        return False

    async def _stop(self, place: Place) -> None:
        running = postmaster.running(place.data)
        if running is None:
            return
        began = told = time.monotonic()
        postmaster.interrupt(running.pid, place.data)
        while postmaster.is_server(running.pid, place.data):
            now = time.monotonic()
            if now - began > STOP_SECONDS:
                raise EmbeddedError(f"PostgreSQL (process {running.pid}) did not stop within {STOP_SECONDS:.0f} s.{self._log_tail(place)}")
            if now - told > _PROGRESS_SECONDS:
                told = now
                self._say(f"PostgreSQL is stopping … {now - began:.0f} s")
            await asyncio.sleep(_POLL_SECONDS)

    def _log_tail(self, place: Place) -> str:
        """What the server that we launched last has written, or the end of it."""
        with os.fdopen(locks.open_file(place.log_file, os.O_RDONLY), "rb") as log:
            log.seek(max(self._log_from, os.fstat(log.fileno()).st_size - 4000))
            text = cluster.bounded(log.read().decode(errors="replace"))
        return f" Its log ends with:\n{text}" if text else ""


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise EmbeddedError(f"The database's files can't be used, perhaps they belong to another user of this machine: {error}.") from error
    except OSError as error:
        raise EmbeddedError(f"The embedded database failed: {error}.") from error


def _is_pinned(place: Place) -> bool:
    return place.pin.exists()


def _unpin(place: Place) -> None:
    place.pin.unlink(missing_ok=True)


def _has_folder(home: Path) -> bool:
    with _named_failures():
        return find_place(home, make=False).folder.is_dir()


def _has_data(place: Place) -> bool:
    return place.data.is_dir()


def _announcement(place: Place, installation: Installation) -> str:
    where = f"Making a PostgreSQL {installation.version} database in {place.data}"
    if place.moved and place.account:
        return f"{where} (the database's account “{place.account.name}” can't enter your home) …"
    return f"{where} …"


def _excuse_for_stale_pid(place: Place) -> dict[str, str]:
    """Let PostgreSQL start over the file of a dead predecessor whose process id is a stranger's by now.

    It takes a file with this id for stale, and then, unlike us if we removed the file, makes sure that no child of the
    predecessor still uses its memory. A file without an id would only stop it.
    """
    stale = postmaster.read(place.data)
    if stale is None:
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        return {}
    return {"PG_GRANDPARENT_PID": str(stale.pid)}


def _socket_directory(place: Place) -> Path:
    running = postmaster.running(place.data)
    return Path(running.socket_directory) if running and running.socket_directory else sockets.usual_directory(place)


def _size(folder: Path) -> int:
    """Bytes of all files; those that vanish meanwhile count as nothing."""
    total = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(directory) / name).lstat().st_size
            except FileNotFoundError:
                continue
    return total


def _bound_log(place: Place) -> None:
    """Keep the log and one older part of it. It is emptied rather than renamed, since a running server writes on to the same file."""
    with os.fdopen(locks.open_file(place.log_file), "rb+") as log:
        if os.fstat(log.fileno()).st_size <= _LARGEST_LOG_BYTES:
            return
        older = locks.open_file(place.log_file.with_suffix(".log.1"), os.O_WRONLY | os.O_TRUNC)
        with os.fdopen(older, "wb") as kept:
            log.seek(-_LARGEST_LOG_BYTES, os.SEEK_END)
            shutil.copyfileobj(log, kept)
        log.truncate(0)

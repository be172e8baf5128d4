"""A proxy of ours between a store and its database, which can refuse, reset, stall and slow, over TCP and over a Unix socket."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Mode(StrEnum):
    """How the proxy treats those who come, and those who are there."""

    PASSING = "passing"
    REFUSED = "refused"
    RESET = "reset"
    STALLED = "stalled"
    SLOW = "slow"


class Proxy:
    """Listens at `place`, a port of this machine or the path of a socket (0: a free port), and passes on to what `connect` reaches."""

    def __init__(self, place: int | Path, connect: Callable[[], Awaitable[Streams]], *, slow_seconds: float = 0.1) -> None:
        self.place = place
        self.mode = Mode.PASSING
        self._connect = connect
        self._slow_seconds = slow_seconds
        self._passing = asyncio.Event()
        self._passing.set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Proxy:
        await self._listen()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.turn(Mode.REFUSED)

    async def turn(self, mode: Mode) -> None:
        """Change the treatment; whoever is connected feels it at once."""
        self.mode = mode
        self._passing.set() if mode in (Mode.PASSING, Mode.SLOW) else self._passing.clear()
        if mode is Mode.REFUSED and self._server is not None:
            self._server.close()
            self._server = None
            if isinstance(self.place, Path):
                self.place.unlink(missing_ok=True)
        elif mode is not Mode.REFUSED and self._server is None:
            await self._listen()
        if mode in (Mode.REFUSED, Mode.RESET):
            for writer in list(self._writers):
                _reset(writer)
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        if isinstance(self.place, Path):
            self._server = await asyncio.start_unix_server(self._came, self.place)
        else:
            self._server = await asyncio.start_server(self._came, "127.0.0.1", self.place)
            self.place = int(self._server.sockets[0].getsockname()[1])

    def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        behind: asyncio.StreamWriter | None = None
        try:
            if self.mode is Mode.RESET:
                return _reset(writer)
            await self._passing.wait()
            from_behind, behind = await self._connect()
            self._writers.add(behind)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, behind))
                group.create_task(self._pump(from_behind, writer))
        except (OSError, ExceptionGroup):
            return _reset(writer)
        finally:
            for each in (writer, behind):
                if each is not None:
                    self._writers.discard(each)
                    each.close()
                    with suppress(OSError):
                        await each.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65536):
            if self.mode is Mode.SLOW:
                await asyncio.sleep(self._slow_seconds)
            await self._passing.wait()
            writer.write(chunk)
            await writer.drain()
        raise ConnectionResetError  # One side has gone: so does the other.


def _reset(writer: asyncio.StreamWriter) -> None:
    """Cut a connection without a word."""
    found = writer.get_extra_info("socket")
    if found is not None and found.family != socket.AF_UNIX:
        with suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()

"""Small servers on loopback that answer, or misbehave, as a test wants; and the fetchers that ask them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from hotledger.fetch.limits import Limits

EAGER = Limits(attempts=1, host_interval_seconds=0, backoff_seconds=0)
PATIENT = Limits(attempts=3, host_interval_seconds=0, backoff_seconds=1)


class Received(NamedTuple):
    """One request as it came over the wire, header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


class Site(NamedTuple):
    """A running server: its address, and what it has received so far."""

    host: str
    port: int
    received: list[Received]

    def url(self, path: str = "/", host: str | None = None, scheme: str = "http") -> str:
        """A URL of this server."""
        return f"{scheme}://{host or self.host}:{self.port}{path}"


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listen(talk: Talk, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> AsyncGenerator[int]:
    """A port where every connection is given to `talk`, and ended when the test ends."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(OSError, EOFError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.close()
        with suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


@asynccontextmanager
async def serve(answer: Answer, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> AsyncGenerator[Site]:
    """An HTTP server that gives every request to `answer`."""
    received: list[Received] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (request := await _read_request(reader)) is not None:
            received.append(request)
            await answer(request, writer)
            await writer.drain()

    async with listen(talk, host, tls) as port:
        yield Site(host, port, received)


async def _read_request(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("utf-8")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Received(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))


def reply(status: int = 200, body: bytes = b"", *headers: str) -> bytes:
    """The bytes of an answer; each header is a line."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def always(answer: bytes) -> Answer:
    """The same bytes for every request."""

    async def write(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return write


def one_after_another(*answers: bytes) -> Answer:
    """One answer after the other, the last one for ever."""
    left = list(answers)

    async def write(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0) if len(left) > 1 else left[0])

    return write


def by_path(answers: dict[str, bytes]) -> Answer:
    """An answer for each target."""

    async def write(request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.get(request.target, reply(404)))

    return write


async def silence(_: Received, writer: asyncio.StreamWriter) -> None:
    """No answer, for as long as the client will wait."""
    await asyncio.Event().wait()


def hang_up_after(part: bytes) -> Answer:
    """A part of an answer, then the end of the connection."""

    async def write(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(part)
        await writer.drain()
        writer.close()

    return write


class Clock:
    """A clock that only moves when somebody sleeps by it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

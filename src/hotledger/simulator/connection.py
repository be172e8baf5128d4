"""One connection of the simulated server: reads requests, keeps it alive between them, and sends answers in every way they can go wrong.

It knows HTTP/1.1 (by h11) and nothing of sites.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

import h11

from hotledger.simulator.scene import TEXT, Answer

_HEAD_LIMIT = 64 * 1024
_BODY_LIMIT = 1024 * 1024
_IDLE_SECONDS = 75
_PIECES = 20


class Incoming(NamedTuple):
    """A request as it came: the target still encoded, header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]


class Send(NamedTuple):
    """Send an answer; with `seconds`, let it drip for so long."""

    answer: Answer
    seconds: float = 0


class Hang(NamedTuple):
    """Say nothing until the client leaves or `seconds` have gone by, then close."""

    seconds: float


class Reset(NamedTuple):
    """Break the connection off."""


Reply: TypeAlias = Send | Hang | Reset
Respond: TypeAlias = Callable[[Incoming], Awaitable[Reply]]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, respond: Respond) -> None:
    """Answer the requests of one connection until it ends. A malformed request is answered with 4xx, and ends it."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_LIMIT)
    try:
        while await _exchange(connection, reader, writer, respond):
            connection.start_next_cycle()
    except h11.RemoteProtocolError as error:
        await _refuse(connection, writer, error.error_status_hint)
    except (ConnectionError, TimeoutError):
        pass  # The client has gone, or is not coming back.
    except asyncio.CancelledError:
        writer.transport.abort()  # A client that does not read must not hold us up.
        raise
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError, TimeoutError):
            await writer.wait_closed()


async def _exchange(connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, respond: Respond) -> bool:
    """One request and its answer; whether another may follow."""
    incoming = await _request(connection, reader, writer)
    if incoming is None:
        return False
    reply = await respond(incoming)
    if isinstance(reply, Reset):
        _reset(writer)
        return False
    if isinstance(reply, Hang):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(1), reply.seconds)
        return False
    await _send(connection, writer, reply, with_body=incoming.method != "HEAD")
    return connection.our_state is h11.DONE and connection.their_state is h11.DONE


async def _request(connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Incoming | None:
    """The next request, its body read and dropped; `None` when the client has closed."""
    incoming, size = None, 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                writer.write(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            connection.receive_data(await asyncio.wait_for(reader.read(_HEAD_LIMIT), _IDLE_SECONDS))
        elif isinstance(event, h11.Request):
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
            incoming = Incoming(event.method.decode("latin-1"), event.target.decode("latin-1"), headers)
        elif isinstance(event, h11.Data):
            size += len(event.data)
            if size > _BODY_LIMIT:
                raise h11.RemoteProtocolError("the body is too large", error_status_hint=413)
        elif isinstance(event, h11.EndOfMessage):
            return incoming
        else:  # ConnectionClosed, or paused by a client that wants to speak another protocol.
            return None


async def _send(connection: h11.Connection, writer: asyncio.StreamWriter, reply: Send, *, with_body: bool) -> None:
    answer = reply.answer
    headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.content))), *answer.headers]
    writer.write(connection.send(h11.Response(status_code=answer.status, headers=headers)) or b"")
    content = answer.content if with_body else b""
    if not reply.seconds:
        writer.write(connection.send(h11.Data(data=content)) or b"")
    else:
        step = max(1, -(-len(content) // _PIECES))
        for start in range(0, len(content), step):
            await writer.drain()
            await asyncio.sleep(reply.seconds / _PIECES)
            writer.write(connection.send(h11.Data(data=content[start : start + step])) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()


async def _refuse(connection: h11.Connection, writer: asyncio.StreamWriter, status: int) -> None:
    if connection.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
        return
    headers = [("Content-Type", TEXT), ("Content-Length", "0"), ("Connection", "close")]
    writer.write(connection.send(h11.Response(status_code=status, headers=headers)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    with contextlib.suppress(ConnectionError):
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """A linger of zero makes the kernel send RST in place of FIN."""
    connected = writer.get_extra_info("socket")
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()

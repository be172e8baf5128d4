"""The gateway in front of PostgREST: asks every request for a key, turns it into what PostgREST understands, and takes `/rest/v1` off.

Its refusals are worded and shaped as Supabase's are. It reads a request whole before it passes it on.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import NamedTuple

import h11
import httpx2
import msgspec

from hotledger.supabase_local.keys import Keys, is_signed

_API = "/rest/v1"
_HEAD_LIMIT = 64 * 1024
_BODY_LIMIT = 64 * 1024 * 1024
_IDLE_SECONDS = 60
_UPSTREAM_SECONDS = 60
_HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "host"}


class Asked(NamedTuple):
    """A request, read whole; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    content: bytes


class Answer(NamedTuple):
    """What is sent back."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes


class Gateway:
    """Listens on loopback, in front of the PostgREST that listens on a Unix socket."""

    def __init__(self, keys: Keys, postgrest: Path) -> None:
        self._keys = keys
        self._upstream = httpx2.AsyncClient(
            transport=httpx2.AsyncHTTPTransport(uds=str(postgrest)), base_url="http://postgrest", timeout=_UPSTREAM_SECONDS
        )
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> str:
        """Listen, and return the address of the project."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Close the server and its connections."""
        if self._server is not None:
            self._server.close()
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None
        await self._upstream.aclose()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()  # By `stop`; asyncio would report it as an error of the connection.
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_LIMIT)
        with contextlib.suppress(h11.RemoteProtocolError, ConnectionError, TimeoutError):
            while (asked := await _read(connection, reader)) is not None:
                await _write(connection, writer, await self._answer(asked))
                if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                    return
                connection.start_next_cycle()

    async def _answer(self, asked: Asked) -> Answer:
        path, _, query = asked.target.partition("?")
        if path != _API and not path.startswith(f"{_API}/"):
            return _told(404, "no Route matched with those values")
        key = asked.headers.get("apikey")
        if not key:
            return _told(401, "No API key found in request", "No `apikey` request header or url param was found.")
        authorization = self._authorization(key, asked.headers.get("authorization"))
        if authorization is None:
            return _told(401, "Invalid API key", "Double check your Supabase `anon` or `service_role` API key.")
        headers = {name: value for name, value in asked.headers.items() if name not in _HOP_BY_HOP and name != "apikey"}
        return await self._passed_on(
            asked, (path.removeprefix(_API) or "/") + (f"?{query}" if query else ""), headers | {"authorization": authorization}
        )

    def _authorization(self, key: str, given: str | None) -> str | None:
        """What PostgREST is told; `None` when the key is none of the project's. A user's own token beside the key is passed on as it is."""
        role = self._keys.role_of(key)
        if role is None and not is_signed(key, self._keys.jwt_secret):
            return None
        if given is not None and (role is None or given != f"Bearer {key}"):
            return given
        return f"Bearer {self._keys.token(role) if role else key}"

    async def _passed_on(self, asked: Asked, target: str, headers: dict[str, str]) -> Answer:
        try:
            reply = await self._upstream.request(asked.method, target, headers=headers, content=asked.content)
        except httpx2.HTTPError:
            return Answer(502, [("content-type", "text/html")], b"<html><body><h1>502 Bad Gateway</h1></body></html>\n")
        kept = [(name, value) for name, value in reply.headers.multi_items() if name not in _HOP_BY_HOP and name != "content-encoding"]
        return Answer(reply.status_code, kept, reply.content)


def _told(status: int, message: str, hint: str | None = None) -> Answer:
    content = msgspec.json.encode({"message": message, **({"hint": hint} if hint else {})})
    return Answer(status, [("content-type", "application/json; charset=utf-8")], content)


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> Asked | None:
    """The next request; `None` when the client has closed."""
    request, content = None, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await asyncio.wait_for(reader.read(_HEAD_LIMIT), _IDLE_SECONDS))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            content += event.data
            if len(content) > _BODY_LIMIT:
                raise h11.RemoteProtocolError("the body is too large", error_status_hint=413)
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
            return Asked(request.method.decode("latin-1"), request.target.decode("latin-1"), headers, bytes(content))
        else:  # ConnectionClosed, or paused by a client that wants to speak another protocol.
            return None


async def _write(connection: h11.Connection, writer: asyncio.StreamWriter, answer: Answer) -> None:
    headers = [*answer.headers, ("content-length", str(len(answer.content)))] if answer.status != 204 else answer.headers
    writer.write(connection.send(h11.Response(status_code=answer.status, headers=headers)) or b"")
    writer.write(connection.send(h11.Data(data=answer.content)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()

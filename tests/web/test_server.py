"""The server over real connections: nobody holds one by saying little, and it ends when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from fastapi import FastAPI

from hotledger.errors import SettingsError
from hotledger.ledger.ledger import Ledger
from hotledger.web.application import application
from hotledger.web.security import Security
from hotledger.web.server import InTime, serve_until_stopped


class Hasty(InTime):
    """Waits a moment only."""

    head_seconds = 0.1


@pytest.fixture
def app(ledger: Ledger) -> FastAPI:
    """The application, open to this machine."""
    return application(ledger, Security())


@pytest.fixture
async def port(app: FastAPI) -> AsyncIterator[int]:
    """Where a hasty server listens."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=Hasty, log_config=None, lifespan="off", timeout_keep_alive=30))
    serving = asyncio.ensure_future(server._serve())
    while not server.started:
        await asyncio.sleep(0)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"])
async def test_who_says_little_is_left(port: int, said: bytes) -> None:
    """A connection on which no whole head of a request comes is closed without an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    assert await reader.read() == b""
    writer.close()


async def test_who_says_enough_is_answered_again_and_again(port: int) -> None:
    """Whole requests are answered on one connection, and what follows them by halves is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in await reader.readuntil(b"alive\n")
    writer.write(b"GET /healthz HTTP/1.1\r\n")
    assert await reader.read() == b""
    writer.close()


async def test_a_web_socket_is_refused(port: int) -> None:
    """Nothing comes past the rules by another protocol."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    writer.write(f"{head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
    assert (await reader.readline()).split()[1] in {b"400", b"403"}
    writer.close()


async def test_it_ends_when_it_is_cancelled(app: FastAPI) -> None:
    """It says where it listens, and ends in order."""
    said: asyncio.Queue[str] = asyncio.Queue()
    serving = asyncio.ensure_future(serve_until_stopped(app, "127.0.0.1", 0, said.put_nowait, login="open"))
    assert (await said.get()).startswith("The ledger is at http://127.0.0.1:")
    serving.cancel()
    await serving


async def test_a_taken_port_is_told(app: FastAPI) -> None:
    """Where another one listens already, a sentence says so."""
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    async with server:
        with pytest.raises(SettingsError, match="name another --port"):
            await serve_until_stopped(app, "127.0.0.1", server.sockets[0].getsockname()[1], print)

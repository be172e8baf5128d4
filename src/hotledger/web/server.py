"""Serves the application over HTTP until it is told to stop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import ClassVar

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from hotledger.errors import SettingsError

_BACKLOG = 128
_HEAD_BYTES = 32 * 1024
_GRACE_SECONDS = 3


async def serve_until_stopped(app: FastAPI, host: str, port: int, say: Callable[[str], None], *, login: str = "") -> None:
    """Listen, say where (and what `login` says of who may come in), and serve until cancelled or told to stop: what is being answered then
    is answered. Raises `SettingsError` where the address can't be had."""
    with _listening(host, port) as listener:
        where = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
        say(f"The ledger is at {where}{f', {login}' if login else ''} (Ctrl-C ends it).")
        server = uvicorn.Server(_config(app))
        serving = asyncio.ensure_future(server.serve(sockets=[listener]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.should_exit = True
            await serving


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=InTime,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
        proxy_headers=False,  # whose word counts is a rule of our own
        h11_max_incomplete_event_size=_HEAD_BYTES,
    )


class InTime(H11Protocol):
    """HTTP that closes a connection on which the head of a request does not come in time: nobody holds one by saying little."""

    head_seconds: ClassVar[float] = 10.0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._forget()

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._late is None:
            self._late = self.loop.call_later(self.head_seconds, self.transport.close)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise SettingsError(f"{host}:{port} can't be listened on ({error.strerror}): name another --port or --host.") from None
    # Head and body go out in two writes: without this, the second waits 40 ms for a visitor's delayed acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener

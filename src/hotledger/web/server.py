"""Serves the application over HTTP until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from hotledger.errors import SettingsError

_BACKLOG = 128


async def serve_until_stopped(app: FastAPI, host: str, port: int, say: Callable[[str], None]) -> None:
    """Listen, say where, and serve until cancelled or told to stop. Raises `SettingsError` where the address can't be had."""
    with _listening(host, port) as listener:
        say(f"The ledger is at http://{host}:{listener.getsockname()[1]}/ (Ctrl-C ends it).")
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=3, server_header=False)
        await uvicorn.Server(config).serve(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise SettingsError(f"{host}:{port} can't be listened on ({error.strerror}): name another --port or --host.") from None

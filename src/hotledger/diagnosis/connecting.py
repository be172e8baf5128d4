"""Finds out why a server can't be reached: its name, its addresses, its port, its TLS, or what it says when one logs in."""

from __future__ import annotations

import asyncio
import contextlib
import re
import select
import socket
import ssl
import struct
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from psycopg import pq

_WAIT_SECONDS = 5.0
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_STATE = re.compile(rb'\tErrorResponse\t.*? C "([0-9A-Z]{5})"')

Resolve = Callable[[str, int], Awaitable[list[str]]]


class Trouble(NamedTuple):
    """Why a server can't be reached: the code of its case, and what was seen."""

    code: str
    said: str = ""


async def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, as this machine sees them."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def why_unreachable(host: str, port: int, resolve: Resolve) -> Trouble | None:
    """What is wrong on the way to a port; `None` when something listens there."""
    addresses = await resolve(host, port)
    if not addresses:
        return Trouble("name_unresolved")
    if all(":" in address for address in addresses) and not any(_has_route(address) for address in addresses):
        return Trouble("ipv6_only", ", ".join(addresses))
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            _, writer = await asyncio.open_connection(addresses[0], port)
    except ConnectionRefusedError:
        return Trouble("connection_refused")
    except TimeoutError:
        return Trouble("no_answer", f"no connection within {_WAIT_SECONDS:g} s")
    except OSError as error:
        return Trouble("no_answer", error.strerror or type(error).__name__)
    await _closed(writer)
    return None


def why_no_socket(folder: str, port: int) -> Trouble | None:
    """What is wrong with a server's Unix socket; `None` when something listens there."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(_WAIT_SECONDS)
        try:
            asking.connect(str(Path(folder) / f".s.PGSQL.{port}"))
        except (FileNotFoundError, ConnectionRefusedError):
            return Trouble("connection_refused")
        except OSError as error:
            return Trouble("no_answer", error.strerror or type(error).__name__)
    return None


async def why_no_https(host: str, port: int, trusted: ssl.SSLContext) -> Trouble | None:
    """What is wrong with the certificate of a server that listens."""
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=trusted)
    except ssl.SSLError as error:
        return Trouble("tls_untrusted", getattr(error, "verify_message", "") or error.reason or "no TLS")
    except OSError:  # a TimeoutError too
        return None
    await _closed(writer)
    return None


async def why_no_postgres_tls(host: str, port: int, mode: str) -> Trouble | None:
    """Whether a PostgreSQL server lacks the TLS that its address asks for."""
    if mode not in ("require", "verify-ca", "verify-full"):
        return None
    try:
        async with asyncio.timeout(_WAIT_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(_SSL_REQUEST)
            answer = await reader.read(1)
    except OSError:
        return None
    await _closed(writer)
    if answer == b"N":
        return Trouble("tls_missing")
    return Trouble("tls_untrusted", f"sslmode={mode}") if answer == b"S" and mode != "require" else None


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


class Refused(NamedTuple):
    """How a server refused a login: by which SQLSTATE, and whether it asked for a password that there was not."""

    sqlstate: str | None
    needs_password: bool


def refusal(url: str) -> Refused:
    """Log in once more and listen to how it is refused. Blocks.

    libpq keeps the SQLSTATE of a failed login to itself, but its trace shows it (since version 18, on Linux). Without a trace, a
    password that was asked for, given and then not enough is taken for a wrong one.
    """
    login = pq.PGconn.connect_start(url.encode())
    with tempfile.TemporaryFile() as trace:
        traced = sys.platform == "linux" and pq.version() >= 180000
        if traced:
            login.trace(trace.fileno())
        _poll(login)
        if traced:
            login.untrace()
        trace.seek(0)
        found = _STATE.findall(trace.read())
    failed = login.status == pq.ConnStatus.BAD
    needs, used = login.needs_password, login.used_password
    login.finish()
    if found:
        return Refused(found[-1].decode(), False)
    return Refused("28P01" if failed and used and not needs and not traced else None, failed and needs)


def _poll(login: pq.abc.PGconn) -> None:
    until = time.monotonic() + 2 * _WAIT_SECONDS
    while (state := login.connect_poll()) in (pq.PollingStatus.READING, pq.PollingStatus.WRITING):
        reads = state == pq.PollingStatus.READING
        left = max(0.0, until - time.monotonic())
        if not any(select.select([login.socket] if reads else [], [] if reads else [login.socket], [], left)):
            return


def _has_route(address: str) -> bool:
    # Nothing is sent: a datagram socket that is connected only asks the kernel for the way.
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as asking:
            asking.connect((address, 9))
    except OSError:
        return False
    return True

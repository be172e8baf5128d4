"""A database of our own to take away: a server, the ways to reach it, each through a proxy, and the ways in which it can fail."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from drill.proxy import Mode, Proxy, Streams
from hotledger.embedded.server import EmbeddedServer
from hotledger.errors import SettingsError
from hotledger.store.migrate import migrate
from hotledger.store.port import Store
from hotledger.store.postgres import PostgresStore
from hotledger.store.supabase import SupabaseStore
from hotledger.supabase_local import LocalSupabase
from hotledger.supabase_local.postgrest import find_program

KINDS = ("killed", "refused", "reset", "stalled", "slow", "terminated", "read_only")
SLOW_SECONDS = 0.2


class World:
    """`transports` are `unix`, `tcp` and, where PostgREST is installed, `rest`. `address` leads to the database past all proxies."""

    def __init__(self) -> None:
        self._parts = AsyncExitStack()
        self._supabase: LocalSupabase | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="hl-drill-"))
        self.address = ""
        self.proxies: dict[str, Proxy] = {}

    async def __aenter__(self) -> World:
        self.folder.chmod(0o755)
        self._parts.callback(shutil.rmtree, self.folder, ignore_errors=True)
        server = await self._parts.enter_async_context(EmbeddedServer(self.folder / "home"))
        self.address = await self._prepared(server)
        parts = {name: str(value) for name, value in conninfo_to_dict(self.address).items()}
        self._socket = Path(parts["host"]) / f".s.PGSQL.{parts['port']}"
        (self.folder / "way").mkdir(mode=0o700)
        for name, place in (("unix", self.folder / "way" / ".s.PGSQL.5432"), ("tcp", 0)):
            self.proxies[name] = await self._proxied(place, lambda: asyncio.open_unix_connection(self._socket))
        if self._supabase is not None:
            gateway = int(self._supabase.url.rsplit(":", 1)[1])
            self.proxies["rest"] = await self._proxied(0, lambda: asyncio.open_connection("127.0.0.1", gateway))
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._parts.aclose()

    @property
    def transports(self) -> tuple[str, ...]:
        return tuple(self.proxies)

    def store(self, transport: str) -> Store:
        """A store that reaches the database through the proxy of a transport; closed by the caller."""
        if transport == "rest" and self._supabase is not None:
            return SupabaseStore(f"http://127.0.0.1:{self.proxies['rest'].place}", self._supabase.keys.secret)
        return PostgresStore(self.url(transport))

    def url(self, transport: str) -> str:
        """The address of the database through the proxy of `unix` or `tcp`."""
        host, port = (str(self.folder / "way"), 5432) if transport == "unix" else ("127.0.0.1", self.proxies["tcp"].place)
        return make_conninfo(self.address, host=host, port=str(port))

    async def rows(self, statement: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Ask the database itself, by a connection for this one question."""
        async with await psycopg.AsyncConnection.connect(self.address, autocommit=True, prepare_threshold=None) as connection:
            await connection.execute("SET default_transaction_read_only = off")
            cursor = await connection.execute(statement.encode(), values)
            return await cursor.fetchall() if cursor.description else []

    async def begin(self, kind: str, transport: str) -> None:
        """Take the database away."""
        if kind == "killed":
            pid = EmbeddedServer(self.folder / "home").status().pid
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
        elif kind == "terminated":
            await self._terminate()
        elif kind == "read_only":
            await self._read_only("on")
        else:
            await self.proxies[transport].turn(Mode(kind))

    async def end(self, kind: str, transport: str) -> None:
        """Bring it back."""
        if kind == "killed":
            await self._parts.enter_async_context(EmbeddedServer(self.folder / "home"))
        elif kind == "read_only":
            await self._read_only("off")
        else:
            await self.proxies[transport].turn(Mode.PASSING)

    async def _prepared(self, server: EmbeddedServer) -> str:
        try:
            find_program()
        except SettingsError:
            store = PostgresStore(server.url)
            await migrate(store)
            await store.close()
            return server.url
        self._supabase = await self._parts.enter_async_context(LocalSupabase(self.folder / "home"))
        return make_conninfo(server.url, dbname="postgres")

    async def _proxied(self, place: int | Path, connect: Any) -> Proxy:
        async def connected() -> Streams:
            streams: Streams = await connect()
            return streams

        return await self._parts.enter_async_context(Proxy(place, connected, slow_seconds=SLOW_SECONDS))

    async def _terminate(self) -> None:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        await self.rows(f"SELECT pg_terminate_backend(pid) {others}")

    async def _read_only(self, state: str) -> None:
        name = (await self.rows("SELECT current_database()"))[0][0]
        await self.rows(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {state}')
        await self._terminate()

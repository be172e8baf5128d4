"""Joins the parts: the server, the roles, the schema as a project's owner would paste it, PostgREST, and the gateway."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from importlib.resources import files
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg.conninfo import make_conninfo

from hotledger import sql
from hotledger.embedded.server import EmbeddedServer
from hotledger.supabase_local.gateway import Gateway
from hotledger.supabase_local.keys import Keys, made_keys
from hotledger.supabase_local.postgrest import find_program, running

DATABASE = "postgres"
OWNER = "postgres"


class LocalSupabase:
    """A project that lives as long as it is entered; its data is below `home`, and stays there when a home is given.

    `url` and `keys` are what a project's settings page shows. `address` gives the address of the database for a role, past the gateway.
    With `with_schema=False` the project is as new.
    """

    def __init__(
        self, home: Path | None = None, *, with_schema: bool = True, port: int = 0, say: Callable[[str], None] = lambda line: None
    ) -> None:
        self._home = home
        self._with_schema = with_schema
        self._port = port
        self._say = say
        self._server_url = ""
        self._parts = AsyncExitStack()
        self.url = ""
        self.keys: Keys = made_keys()

    async def __aenter__(self) -> LocalSupabase:
        program = find_program()
        async with AsyncExitStack() as parts:
            place = _made_place()
            parts.callback(shutil.rmtree, place, ignore_errors=True)
            server = await parts.enter_async_context(EmbeddedServer(self._home or place / "home", say=self._say))
            self._server_url = server.url
            await self._prepare()
            socket = place / "api" / "postgrest.socket"
            address = self.address("authenticator")
            await parts.enter_async_context(running(program, database=address, jwt_secret=self.keys.jwt_secret, socket=socket))
            gateway = Gateway(self.keys, socket)
            parts.push_async_callback(gateway.stop)
            self.url = await gateway.start(self._port)
            self._parts = parts.pop_all()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._parts.aclose()

    def address(self, role: str = OWNER, database: str = DATABASE) -> str:
        """The address of a database of the server for a role."""
        return make_conninfo(self._server_url, dbname=database, user=role)

    async def make_database(self, name: str) -> None:
        """A further database as a new project has it, out of reach of the API."""
        await self._administer(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE template0')
        await self._administer(_file("privileges.sql"), name)

    async def drop_database(self, name: str) -> None:
        """Remove a further database."""
        await self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def _prepare(self) -> None:
        if not await self._administer(f"SELECT FROM pg_roles WHERE rolname = '{OWNER}'"):
            await self._administer(_file("roles.sql"))
            await self._administer(f"ALTER DATABASE {DATABASE} OWNER TO {OWNER}")
            await self._administer(_file("privileges.sql"))
        if self._with_schema:
            await self.run_as_owner(sql.script())

    async def run_as_owner(self, script: str, database: str = DATABASE) -> None:
        """Run a script as the SQL editor does: as the owner, who is no superuser, all or nothing."""
        async with await psycopg.AsyncConnection.connect(self.address(OWNER, database)) as connection:
            await connection.execute(script.encode())

    async def _administer(self, script: str, database: str = DATABASE) -> int:
        url = make_conninfo(self._server_url, dbname=database)
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            return (await connection.execute(script.encode())).rowcount


def _made_place() -> Path:
    """A folder that the server's account can enter, where we are root; what is in `api` is for us alone."""
    place = Path(tempfile.mkdtemp(prefix="hotledger-supabase-"))
    place.chmod(0o755)
    (place / "api").mkdir(mode=0o700)
    return place


def _file(name: str) -> str:
    return files("hotledger.supabase_local").joinpath(name).read_text("utf-8")

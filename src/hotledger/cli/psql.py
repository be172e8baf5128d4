"""`hotledger psql`: PostgreSQL's own shell on the configured database."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from hotledger.config import Settings

_ENVIRONMENT = {
    "host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT", "application_name": "PGAPPNAME", "channel_binding": "PGCHANNELBINDING",
    "target_session_attrs": "PGTARGETSESSIONATTRS", "gssencmode": "PGGSSENCMODE",
}  # fmt: skip


def psql(context: typer.Context) -> None:
    """Open psql on the configured database, with psql's own arguments; the embedded server is held up meanwhile."""
    from hotledger.cli.running import run

    raise typer.Exit(run(_opened(context.args)))


async def _opened(arguments: list[str]) -> int:
    from hotledger.app import opened_store
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.embedded.server import EmbeddedServer

    settings = load()
    program = EmbeddedServer(settings.home, say=say).binary("psql")
    if settings.database_url is not None:
        return await _psql(str(program), settings.database_url.get_secret_value(), arguments)
    async with opened_store(settings, say):
        return await _psql(str(program), _embedded_url(settings), arguments)


def _embedded_url(settings: Settings) -> str:
    from hotledger.embedded.server import EmbeddedServer

    return EmbeddedServer(settings.home).url


async def _psql(program: str, url: str, arguments: list[str]) -> int:
    # The address goes by the environment, since everybody can see the arguments of a process, and so a password in them.
    from psycopg.conninfo import conninfo_to_dict

    parameters: dict[str, Any] = conninfo_to_dict(url)
    environment = {_ENVIRONMENT[name]: str(value) for name, value in parameters.items() if name in _ENVIRONMENT and value is not None}
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # Ctrl-C is psql's: it stops a query, not psql.
    process = await asyncio.create_subprocess_exec(program, *arguments, env=os.environ | environment)
    return await process.wait()

"""`hotledger psql`: PostgreSQL's own shell on the configured database."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from hotledger.config import Settings


def psql(context: typer.Context) -> None:
    """Open psql on the configured database, with psql's own arguments; the embedded server is held up meanwhile."""
    from hotledger.cli.running import run

    raise typer.Exit(run(_opened(context.args)))


async def _opened(arguments: list[str]) -> int:
    from hotledger.app import opened_database
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.embedded.server import EmbeddedServer

    settings = load()
    if settings.database_url is not None:
        return await _psql(_program(settings), settings.database_url.get_secret_value(), arguments)
    async with opened_database(settings, say):
        return await _psql(_program(settings), EmbeddedServer(settings.home).url, arguments)


def _program(settings: Settings) -> str:
    """The psql of the wheel; on another database, where the wheel is not installed, that of this machine."""
    import shutil

    from hotledger.embedded.server import EmbeddedServer
    from hotledger.errors import EmbeddedError

    try:
        return str(EmbeddedServer(settings.home).binary("psql"))
    except EmbeddedError:
        found = shutil.which("psql")
        if found is None:
            raise
        return found


async def _psql(program: str, url: str, arguments: list[str]) -> int:
    import asyncio

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # Ctrl-C is psql's: it stops a query, not psql.
    process = await asyncio.create_subprocess_exec(program, *arguments, env=os.environ | _environment(url))
    try:
        code = await process.wait()
        return code if code >= 0 else 128 - code
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _environment(url: str) -> dict[str, str]:
    """The address as libpq's own variables: everybody can see the arguments of a process, and so a password in them."""
    from psycopg import pq

    from hotledger.app import address

    names = {option.keyword.decode(): option.envvar.decode() for option in pq.Conninfo.get_defaults() if option.envvar}
    return {names[name]: value for name, value in address(url).items() if name in names}

"""`hotledger serve`: pages, API, feeds and metrics of the ledger."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

_DRAIN_SECONDS = 20.0


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0: any free port.")] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen on; one that others can reach needs a password or a token (see Settings).")
    ] = "127.0.0.1",
    demo: Annotated[
        bool, typer.Option("--demo", help="Show the demonstration that `make run` has made, though you have data of your own.")
    ] = False,
    hash_password: Annotated[
        bool, typer.Option("--hash-password", help="Ask for a password (or read it from stdin), print the line for .env, and leave.")
    ] = False,
) -> None:
    """Show the ledger in a browser, until Ctrl-C. Where you have collected nothing yet, the demonstration of `make run` is shown."""
    from hotledger.cli.running import run

    if hash_password:
        _print_hash()
    else:
        run(_served(host, port, demo=demo))


def _print_hash() -> None:
    from hotledger.web.passwords import hashed

    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    typer.echo(f"HOTLEDGER_WEB_PASSWORD_HASH={hashed(password)}")


async def _served(host: str, port: int, *, demo: bool) -> None:
    from hotledger.alerts.configured import watched
    from hotledger.app import configure_logging, opened_spool, size_limit_mb
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.demonstration import is_demonstration, shown
    from hotledger.ledger.ledger import Ledger
    from hotledger.web.application import application
    from hotledger.web.here import here
    from hotledger.web.rules import rules
    from hotledger.web.server import serve_until_stopped

    settings = load()
    configure_logging(settings)
    settings = await shown(settings, say, forced=demo)
    security = rules(settings, host)
    async with opened_spool(settings, say) as store:
        ledger = Ledger(store, lease_seconds=settings.lease_seconds, overlap=settings.overlap)
        drain = partial(store.drain, drain_seconds=_DRAIN_SECONDS)
        made_up = await is_demonstration(ledger, settings)
        app = application(ledger, security, demo=made_up, here=here(settings), drain=drain)
        login = "a login is asked for" if security.asks else "open to everybody on this machine"
        async with watched(ledger, settings, size_limit_mb(settings)):
            await serve_until_stopped(app, host, port, say, login=login)

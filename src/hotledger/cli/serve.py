"""`hotledger serve`: pages, API, feeds and metrics of the ledger, on this machine."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0: any free port.")] = 8765,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Show the ledger in a browser."""
    from hotledger.cli.running import run

    run(_served(host, port))


async def _served(host: str, port: int) -> None:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.web.application import application
    from hotledger.web.here import here
    from hotledger.web.security import Security
    from hotledger.web.server import serve_until_stopped

    settings = load()
    async with opened_ledger(settings, say) as ledger:
        await serve_until_stopped(application(ledger, Security(), here=here(settings)), host, port, say)

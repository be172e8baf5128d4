"""`hotledger db`: the embedded PostgreSQL server, and the index of titles in any database."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotledger.cli.options import AsJson

if TYPE_CHECKING:
    from hotledger.embedded.server import EmbeddedServer
    from hotledger.ledger.titles import TitlesIndex

app = typer.Typer(help="Look after the embedded PostgreSQL server, and the index of titles.", no_args_is_help=True)


def _server() -> EmbeddedServer:
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.embedded.server import EmbeddedServer

    return EmbeddedServer(load().home, say=say)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show whether the server runs, where its data is and how large it is."""
    from hotledger.cli.screen import console, print_json, say, table
    from hotledger.config import load

    if load().database_url is not None:
        say("DATABASE_URL is set: the other commands use that database, not the embedded one.")

    found: dict[str, Any] = {name: os.fspath(value) if isinstance(value, os.PathLike) else value for name, value in _facts().items()}
    if as_json:
        print_json(found)
    else:
        console().print(table(["embedded server", ""], [(name.replace("_", " "), _said(value)) for name, value in found.items()]))


def _facts() -> dict[str, Any]:
    import msgspec

    return msgspec.structs.asdict(_server().status())


def _said(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


@app.command()
def start() -> None:
    """Start the server, and keep it running until `hotledger db stop`."""
    from hotledger.cli.running import run

    server = _server()
    run(server.start())
    typer.echo(server.url)


@app.command()
def stop() -> None:
    """Stop the server now."""
    from hotledger.cli.running import run

    run(_server().stop())


@app.command()
def url() -> None:
    """Print the address of the embedded database, for other programs. It answers while the server runs (`hotledger db start`)."""
    from hotledger.cli.screen import say

    server = _server()
    if not server.status().running:
        say("The server does not run now: `hotledger db start` keeps it running.")
    typer.echo(server.url)


@app.command()
def index_titles(
    remove: Annotated[bool, typer.Option("--remove", help="Remove the index.")] = False,
    as_json: AsJson = False,
) -> None:
    """Index all titles of the configured database, so that any search is answered at once.

    Without it a search reads all titles: a third of a second for a million of them. The index takes about 50 bytes a title, and half a
    minute to make for a million, in which nothing is recorded. A Supabase project makes it in its SQL editor: SELECT titles_index();
    """
    from hotledger.cli.running import run
    from hotledger.cli.screen import print_json

    found = run(_indexed(wanted=not remove))
    if as_json:
        print_json({"indexed": found.indexed, "bytes": found.bytes})
    else:
        typer.echo(f"The titles are indexed: {found.bytes:,} bytes." if found.indexed else "There is no index of titles.")


async def _indexed(*, wanted: bool) -> TitlesIndex:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load

    async with opened_ledger(load(), say) as ledger:
        return await ledger.index_titles(wanted=wanted)

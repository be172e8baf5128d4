"""`hotledger sql`: the schema as one script."""

from __future__ import annotations

import typer

from hotledger.cli.options import PublicRead


def sql(public_read: PublicRead = False) -> None:
    """Print one script that creates or updates everything, for an SQL editor or psql. It can be run again; it drops no data.

    On Supabase it also sets who may do what, so that nothing has to be granted by hand.
    """
    from hotledger.sql import script

    typer.echo(f"BEGIN;\n{script(public_read=public_read)}\nCOMMIT;")

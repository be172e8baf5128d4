"""`hotledger sql`: the schema as one script."""

from __future__ import annotations

import typer


def sql() -> None:
    """Print one script that creates or updates everything, for an SQL editor or psql. It can be run again; it drops nothing."""
    from hotledger.sql import script

    typer.echo(f"BEGIN;\n{script()}\nCOMMIT;")

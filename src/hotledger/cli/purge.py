"""`hotledger purge`: deletes old batches; their readings stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

import typer

from hotledger.cli.options import AsJson, AsSql, duration


def purge(
    older_than: Annotated[str, typer.Option("--older-than", help="Age, such as 30d, 12h or 8w.")] = "30d",
    keep_last: Annotated[
        int, typer.Option("--keep-last", min=0, help="Keep so many of the newest batches of each type, however old.")
    ] = 10,
    yes: Annotated[bool, typer.Option("--yes", help="Really delete; without this, it is only counted.")] = False,
    as_json: AsJson = False,
    as_sql: AsSql = False,
) -> None:
    """Delete batches older than an age. Without --yes, only say how many would go.

    Kept in any case: the newest ones, the last success of each platform, and open batches. The lists that were collected stay.
    """
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json

    age = duration(older_than)
    if as_sql:
        from hotledger.sql import query

        days = f"{age.total_seconds() / 86400:g} days"
        typer.echo(query("purge").replace("'30 days'", f"'{days}'").replace("30 days.", f"{days}."), nl=False)
        return
    done = run(_purged(age, keep_last, dry_run=not yes))
    if as_json:
        print_json(dict(done) | {"dry_run": not yes})
        return
    kept = done["older"] - done["purged"]
    verb = "Deleted" if yes else "Would delete"
    hint = "" if yes or not done["purged"] else " Add --yes to do it."
    console().print(f"{verb} {done['purged']:,} of {done['older']:,} batches older than {older_than}; {kept:,} are kept by rule.{hint}")


async def _purged(age: timedelta, keep_last: int, *, dry_run: bool) -> Mapping[str, int]:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load

    async with opened_ledger(load(), say) as ledger:
        return await ledger.purge(age, keep_last=keep_last, dry_run=dry_run)

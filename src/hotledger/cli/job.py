"""`hotledger job`: one batch, whole."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson


def job(
    batch: Annotated[str, typer.Argument(metavar="ID", help="The id of a batch, or its first characters; “last” for the newest.")] = "last",
    as_json: AsJson = False,
) -> None:
    """Show one batch: what each platform gave, how it was judged, and what was refused."""
    from hotledger.cli.running import run
    from hotledger.cli.screen import print_json

    found = run(_found(batch))
    if as_json:
        print_json(found)
    else:
        _show(found)


async def _found(beginning: str) -> dict[str, Any]:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.errors import SettingsError

    async with opened_ledger(load(), say) as ledger:
        ids = [batch.id for batch in await ledger.jobs(at_most=1)] if beginning == "last" else await ledger.find(beginning)
        if not ids:
            raise SettingsError(f"There is no batch “{beginning}”. `hotledger jobs --type any` lists them.")
        if len(ids) > 1:
            raise SettingsError(f"Several batches begin with “{beginning}” ({', '.join(ids[:3])}, …): write more of the id.")
        found = await ledger.job(ids[0])
    if found is None:
        raise SettingsError(f"Batch {ids[0]} was deleted meanwhile.")
    return found


def _show(found: dict[str, Any]) -> None:
    from hotledger.cli.screen import console, inert, seconds, table, when, word
    from hotledger.ledger.metadata import noted

    screen = console()
    screen.print(f"Batch {found['id']} of type {inert(found['job_type'])}:", word(found["status"]))
    items = "items unknown" if found["total_items"] is None else f"{found['total_items']:,} items"
    screen.print(f"  from {when(found['started_at'])} to {when(found['completed_at'])}, {items}")
    if explanation := noted(found["metadata"], "summary", "explanation", kind=str):
        screen.print(f"  {inert(explanation)}")
    if found["lease"] and found["lease"]["refused"]:
        screen.print(f"  {found['lease']['refused']} writes were refused (see --json)", style="yellow")
    rows = [
        (
            reading["platform"],
            word(reading["verdict"]),
            reading["items"],
            reading["new_items"],
            seconds(reading["duration_ms"]),
            "" if reading["evidence"] == f"{reading['items']} items" else reading["evidence"],
        )
        for reading in found["readings"]
    ]
    if rows:
        columns = ["platform", "verdict", "items", "new", "time", "evidence"]
        screen.print(table(columns, rows, right=columns[2:5], wide=["evidence"], spare=["time", "new"]))

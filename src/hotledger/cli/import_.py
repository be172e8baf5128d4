"""`hotledger import`: lists of the past, from JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotledger.cli.options import AsJson


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="JSON lines, gzipped or not: {platform, collected_at, items: [{title, heat, id, url}]}."),
    ],
    as_json: AsJson = False,
) -> None:
    """Import lists of the past: one batch for each hour of collection, each platform's list at its own time.

    It can be interrupted and started again: what is in the ledger already is not entered twice.
    """
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json

    done = run(_imported(files))
    if as_json:
        print_json(done)
    else:
        console().print(
            f"Imported {done['batches']:,} batches with {done['readings']:,} readings and {done['items']:,} items; "
            f"{done['known_readings']:,} readings were here already."
        )


async def _imported(files: list[Path]) -> dict[str, int]:
    import asyncio

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from hotledger.app import imported, opened_ledger
    from hotledger.cli.screen import console, say
    from hotledger.collect.importing import survey
    from hotledger.config import load

    screen = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("lists"), TimeRemainingColumn())
    surveyed = survey(files)
    try:
        async with opened_ledger(load(), say) as ledger:
            with Progress(*columns, console=screen, disable=not screen.is_terminal) as progress:
                task = progress.add_task("import", total=surveyed.lists)
                return await imported(ledger, surveyed, lambda lists: progress.advance(task, lists))
    except asyncio.CancelledError:
        say("Interrupted: what was imported is kept. The same command goes on from there.")
        raise

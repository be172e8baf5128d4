"""`hotledger import`: lists of the past, as other projects or we ourselves have kept them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotledger.cli.options import AsJson

if TYPE_CHECKING:
    from hotledger.collect.history import Hints
    from hotledger.collect.importing import Survey
    from hotledger.ledger.ledger import Ledger
    from hotledger.model import Reader

_FILES = (
    "Files or folders, gzipped or not: JSON lines {platform, collected_at, items: [{title, heat, id, url}]}, answers of DailyHotApi and "
    "newsnow, TrendRadar's SQLite files, hot2sql's tables as CSV, day files of git archives (raw/2024-06-01.json), and bodies as served."
)


def import_(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE…", help=_FILES)] = None,
    platform: Annotated[str | None, typer.Option(help="Whose lists they are, where neither a file nor its path says it.")] = None,
    zone: Annotated[str, typer.Option(help="The zone of times that name none.")] = "Asia/Shanghai",
    hot2sql: Annotated[bool, typer.Option("--hot2sql", help="Import the tables of hot2sql that are in the configured database.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import lists of the past: one batch for each hour of collection, each platform's list at its own time, and each judged.

    It can be interrupted and started again: what is in the ledger already is not entered twice. `hotledger incidents --all` then shows the
    holes of the old archive.
    """
    from hotledger.app import known_readers
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json
    from hotledger.config import load
    from hotledger.errors import SettingsError

    if bool(files) == hot2sql:
        raise SettingsError("Name files or folders to import, or --hot2sql for the tables in the configured database.")
    known = known_readers(load())
    done = run(_imported(files or [], _hints(platform, zone, known), known))
    if as_json:
        print_json(done)
    else:
        console().print(
            f"Imported {done['batches']:,} batches with {done['readings']:,} readings and {done['items']:,} items; "
            f"{done['known_readings']:,} readings were here already."
        )


def _hints(platform: str | None, zone: str, known: dict[str, Reader]) -> Hints:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from hotledger.collect.history import Hints
    from hotledger.errors import SettingsError
    from hotledger.platforms import aliases

    try:
        return Hints(aliases(known).get(platform, platform) if platform else None, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f"There is no time zone “{zone}”: write one like Asia/Shanghai or UTC.") from None


async def _imported(files: list[Path], hints: Hints, known: dict[str, Reader]) -> dict[str, int]:
    import asyncio
    import tempfile

    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.collect.importing import survey
    from hotledger.config import load

    surveyed = survey(files, known, hints) if files else None
    try:
        async with opened_ledger(load(), say) as ledger:
            if surveyed:
                return await _entered(ledger, surveyed, known)
            with tempfile.TemporaryDirectory(prefix="hotledger-") as folder:
                copied = await _copied(ledger, Path(folder) / "hot2sql.jsonl")
                return await _entered(ledger, survey([copied], known, hints), known)
    except asyncio.CancelledError:
        say("Interrupted: what was imported is kept. The same command goes on from there.")
        raise


async def _copied(ledger: Ledger, file: Path) -> Path:
    """The lists in hot2sql's tables, as a file of lines."""
    import msgspec

    with file.open("wb") as lines:
        async for each in ledger.hot2sql():
            lines.write(msgspec.json.encode(each) + b"\n")
    return file


async def _entered(ledger: Ledger, surveyed: Survey, known: dict[str, Reader]) -> dict[str, int]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from hotledger.app import imported
    from hotledger.cli.screen import console

    screen = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("lists"), TimeRemainingColumn())
    with Progress(*columns, console=screen, disable=not screen.is_terminal) as progress:
        task = progress.add_task("import", total=surveyed.lists)
        return await imported(ledger, surveyed, known, lambda lists: progress.advance(task, lists))

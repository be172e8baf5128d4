"""`hotledger bodies`: the raw answers of the sites that this machine has kept."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotledger.cli.options import AsJson, moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotledger.ledger.repairs import WithBody
    from hotledger.store.bodies import BodyStore, Kept

app = typer.Typer()

_HASH_SHOWN = 12


@app.callback(invoke_without_command=True)
def bodies(
    context: typer.Context,
    platform: Annotated[str | None, typer.Option(help="Only those of this platform.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only those of failed readings.")] = False,
    since: Annotated[str, typer.Option(help="From this time on: an age such as 12h or 3d, or 2026-11-24T08:00:00+00:00.")] = "1d",
    as_json: AsJson = False,
) -> None:
    """List the raw bodies of readings: of which platform, from when, how the reading went, and whether this machine has the body.

    The files may take HOTLEDGER_BODIES_MIB in all, and live HOTLEDGER_KEEP_BODIES_DAYS (those of failed readings four times as long).
    """
    if context.invoked_subcommand is not None:
        return
    from hotledger.app import bodies_of
    from hotledger.cli.running import run
    from hotledger.cli.screen import print_json
    from hotledger.config import load

    readings = run(_readings(platform, moment(since), only_failed=failed))
    store = bodies_of(load())
    kept = store.kept()
    if as_json:
        print_json(_summary(store, kept) | {"bodies": list(_rows(readings, _sizes(kept)))})
    else:
        _show(store, kept, readings)


@app.command()
def get(
    body_hash: Annotated[str, typer.Argument(metavar="HASH", help="SHA-256 of a body, or its beginning.")],
    out: Annotated[Path | None, typer.Option(help="File to write it to; by default it goes to stdout.")] = None,
) -> None:
    """Give out one kept body, as the site sent it. No database is needed."""
    from hotledger.app import bodies_of, configure_logging
    from hotledger.config import load
    from hotledger.errors import SettingsError

    settings = load()
    configure_logging(settings)
    store = bodies_of(settings)
    found = store.read(store.find(body_hash.strip().lower()))
    if found is None:
        raise SettingsError(f"The file of the body {body_hash} can't be read any more: the disk has changed it.")
    if out is None:
        sys.stdout.buffer.write(found.content)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(found.content)
    except OSError as error:
        raise SettingsError(f"{out} can't be written ({error.strerror}): name another file.") from None


async def _readings(platform: str | None, since: datetime | None, *, only_failed: bool) -> list[WithBody]:
    from hotledger.app import known_readers, opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.platforms import reader

    settings = load()
    name = reader(platform, known_readers(settings)).facts.id if platform else None
    async with opened_ledger(settings, say) as ledger:
        return [each async for each in ledger.with_bodies(name, since=since, only_failed=only_failed)]


def _sizes(kept: list[Kept]) -> dict[str, int]:
    return {each.body_hash: each.bytes for each in kept}


def _summary(store: BodyStore, kept: list[Kept]) -> dict[str, Any]:
    """What the folder holds."""
    return {
        "folder": str(store.folder),
        "files": len(kept),
        "failed_files": sum(each.failed for each in kept),
        "bytes": sum(each.bytes for each in kept),
        "limit_bytes": store.limit_bytes,
    }


def _rows(readings: list[WithBody], sizes: dict[str, int]) -> Iterator[dict[str, Any]]:
    """A row for each body; a reading may have several, where no way gave a list."""
    for each in readings:
        reading = {"platform": each.platform, "collected_at": each.collected_at, "batch_id": each.batch_id, "verdict": each.verdict}
        for body in each.bodies:
            digest = body.body_hash
            where = {"endpoint": body.endpoint, "http_status": body.http_status, "here": digest in sizes, "file_bytes": sizes.get(digest)}
            yield reading | {"items": each.items, "body_hash": digest} | where


def _show(store: BodyStore, kept: list[Kept], readings: list[WithBody]) -> None:
    from hotledger.cli.screen import console, inert, table, when, word
    from hotledger.store.bodies import MIB

    screen, sizes = console(), _sizes(kept)
    rows = [
        (
            row["platform"],
            when(row["collected_at"]),
            word(row["verdict"]),
            row["file_bytes"],
            row["body_hash"][:_HASH_SHOWN],
            row["endpoint"],
        )
        for row in _rows(readings, sizes)
    ]
    if rows:
        columns = ["platform", "collected", "verdict", "bytes here", "hash", "endpoint"]
        screen.print(table(columns, rows, right=["bytes here"], wide=["endpoint"], spare=["endpoint"]))
    found = _summary(store, kept)
    size = f"{found['bytes'] / MIB:.1f} of {found['limit_bytes'] // MIB} MiB"
    files = f"{found['files']:,} files, {found['failed_files']:,} of them of failed readings"
    screen.print(f"{len(readings):,} readings with a body. {size} in {inert(found['folder'])}: {files}.")

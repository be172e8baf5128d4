"""`hotledger jobs`: the batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hotledger.cli.options import AsJson, AsSql

if TYPE_CHECKING:
    from hotledger.model import Batch

_WIDE = 120
_TELLING = 13  # the first characters of an id hold its time, to the millisecond: enough for `hotledger job`


def jobs(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many at most.")] = 10,
    status: Annotated[str | None, typer.Option(help="Only those that are pending, in_progress, completed or failed.")] = None,
    platform: Annotated[str | None, typer.Option(help="Only those in which this platform was read.")] = None,
    largest: Annotated[bool, typer.Option("--largest", help="Those with most items first, instead of the newest.")] = False,
    job_type: Annotated[str, typer.Option("--type", help="Only this type of job; “any” for all.")] = "data_collection",
    as_json: AsJson = False,
    as_sql: AsSql = False,
) -> None:
    """Show the latest batches, the largest, those of one platform or of one status."""
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json
    from hotledger.errors import SettingsError
    from hotledger.model import Status

    if status is not None and status not in set(Status):
        raise SettingsError(f"“{status}” is not a status: it is one of {', '.join(Status)}.")
    if as_sql:
        typer.echo(query(limit, status, platform, largest=largest, job_type=job_type), nl=False)
        return
    found = run(_found(limit, status, platform, largest, None if job_type == "any" else job_type))
    if as_json:
        print_json(found)
    elif found:
        console().print(listing(found))
    else:
        console().print("No batch yet. `hotledger collect` makes one.")


async def _found(limit: int, status: str | None, platform: str | None, largest: bool, job_type: str | None) -> list[Batch]:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load

    async with opened_ledger(load(), say) as ledger:
        return await ledger.jobs(job_type=job_type, status=status, platform=platform, at_most=limit, by_size=largest)


def listing(found: list[Batch]) -> object:
    """Batches as a table."""
    from hotledger.cli.screen import ago, console, seconds, table, word
    from hotledger.ledger.metadata import noted

    whole = console().width >= _WIDE
    rows = []
    for batch in found:
        planned = noted(batch.metadata, "planned", kind=list)
        read = len(batch.platforms_processed or [])
        rows.append((
            batch.id if whole else batch.id[:_TELLING], batch.job_type, word(batch.status),
            word(noted(batch.metadata, "summary", "outcome", kind=str)), batch.total_items,
            read if planned is None else f"{read}/{len(planned)}", seconds(_duration(batch)),
            ago(batch.created_at) if batch.created_at else "-",
        ))  # fmt: skip
    columns = ["batch", "type", "status", "outcome", "items", "read", "time", "created"]
    return table(columns, rows, right=["items", "read", "time"], spare=["type", "time", "read", "outcome", "created"])


def _duration(batch: Batch) -> float | None:
    if batch.started_at and batch.completed_at:
        return (batch.completed_at - batch.started_at).total_seconds() * 1000
    return None


def query(limit: int, status: str | None, platform: str | None, *, largest: bool, job_type: str) -> str:
    """The documented query that the options stand for. Names are checked, since they are put into text that people run."""
    import re

    from hotledger.errors import SettingsError
    from hotledger.sql import query as documented

    if sum([status is not None, platform is not None, largest]) > 1:
        raise SettingsError("--sql shows one query: use only one of --status, --platform and --largest with it.")
    for name in (platform or "", job_type):
        if not re.fullmatch(r"[A-Za-z0-9_.-]*", name):
            raise SettingsError(f"“{name}” can't be shown in a query: only letters, digits, “_”, “-” and “.” can.")
    if status is not None:
        return documented("successful").replace("'completed'", f"'{status}'")
    if platform is not None:
        return documented("platform").replace("baidu", platform)
    if largest:
        return documented("largest").replace("LIMIT 10", f"LIMIT {limit}")
    recent = documented("recent").replace("LIMIT 10", f"LIMIT {limit}")
    return recent.replace("WHERE job_type = 'data_collection'\n", "" if job_type == "any" else f"WHERE job_type = '{job_type}'\n")

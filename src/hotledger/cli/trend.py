"""`hotledger trend`: batches by day."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson, AsSql


def trend(
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days at most, those without batches not counted.")] = 30,
    job_type: Annotated[str, typer.Option("--type", help="Only this type of job; “any” for all.")] = "data_collection",
    as_json: AsJson = False,
    as_sql: AsSql = False,
) -> None:
    """Show batches by day: how many, how many succeeded and failed, and their average items."""
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json, table

    if as_sql:
        from hotledger.sql import query

        typer.echo(query("trend"), nl=False)
        return
    found = run(_found(days, None if job_type == "any" else job_type))
    if as_json:
        print_json(found)
        return
    rows = [(day["date"], day["total_jobs"], day["successful"], day["failed"], day["avg_items"]) for day in found]
    columns = ["date", "total", "successful", "failed", "average items"]
    console().print(table(columns, rows, right=columns[1:]) if rows else "No batch yet. `hotledger collect` makes one.")


async def _found(days: int, job_type: str | None) -> list[dict[str, Any]]:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load

    async with opened_ledger(load(), say) as ledger:
        return await ledger.trend(job_type=job_type, days=days)

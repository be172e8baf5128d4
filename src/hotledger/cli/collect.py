"""`hotledger collect`: one batch, with live progress, then a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotledger.cli.options import AsJson

if TYPE_CHECKING:
    from hotledger.collect.collector import CollectionResult
    from hotledger.config import Settings


def collect(
    platforms: Annotated[list[str] | None, typer.Argument(help="Ids of platforms; all of them when none is named.")] = None,
    via: Annotated[str | None, typer.Option(help="Send every request to this server instead, such as a simulator.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 also when only some platforms failed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Collect hot lists now, and record the batch.

    While the database is away, the batch is kept in the spool (see `hotledger spool`). The exit code is 0 when any platform gave a list
    (also when another collection runs, and HOTLEDGER_OVERLAP=skip leaves it to that one), 3 when none did.
    """
    from hotledger.cli.running import run
    from hotledger.cli.screen import print_json, say
    from hotledger.config import load
    from hotledger.errors import OverlapSkipped

    settings = load(**({"via": via} if via else {}))
    try:
        result = run(collected(settings, platforms or [], live=not as_json))
    except OverlapSkipped as skipped:
        if as_json:
            print_json({"status": "skipped", "running": skipped.running})
        else:
            say(str(skipped))
        return
    if as_json:
        print_json(summary(result))
    else:
        show(result)
    if result.failed or (strict and not result.full):
        raise typer.Exit(3)


async def collected(settings: Settings, platforms: list[str], *, live: bool) -> CollectionResult:
    """Collect, showing each platform's progress on stderr when that is a terminal."""
    import asyncio

    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from hotledger.app import DataCollector, chosen_readers
    from hotledger.cli.screen import console, say, word
    from hotledger.collect.collector import Phase
    from hotledger.collect.collector import Progress as Step

    wanted = chosen_readers(settings, platforms)
    screen = console(stderr=True)
    shown = Progress(
        SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn(), TextColumn("{task.fields[came]}"),
        console=screen, transient=True, disable=not (live and screen.is_terminal),
    )  # fmt: skip
    rows = {reader.facts.id: shown.add_task(reader.facts.id, total=1, start=False, came="") for reader in wanted}

    def progress(step: Step) -> None:
        if step.phase is Phase.READING:
            shown.start_task(rows[step.platform])
        elif step.reading is not None and step.recorded is not None:
            verdict = word(step.reading.verdict.value)
            shown.update(rows[step.platform], completed=1, came=f"[{verdict.style}]{verdict.plain}[/] {len(step.reading.items)}")

    def say_above(line: str) -> None:
        say(line, screen)

    try:
        with shown:
            return await DataCollector(settings, progress=progress, say=say_above).collect([reader.facts.id for reader in wanted])
    except asyncio.CancelledError:
        say("Interrupted: what had landed is kept, and the batch is closed. `hotledger job` shows it.")
        raise


def summary(result: CollectionResult) -> dict[str, Any]:
    """The result for programs."""
    return {
        "batch_job_id": result.batch_job_id,
        "status": result.status.value,
        "full": result.full,
        "total_items": result.total_items,
        "new_items": result.new_items,
        "collected_items": result.collected_items,
        "spooled": result.spooled._asdict() if result.spooled else None,
        "recovered_in": result.recovered_in,
        "disabled": {name: {"reason": off.reason, "since": off.since} for name, off in result.disabled.items()},
        "platforms": [
            {
                "platform": reading.platform,
                "verdict": reading.verdict.value,
                "evidence": reading.evidence,
                "items": len(reading.items),
                "duration_ms": reading.duration_ms,
                "attempts": reading.attempts,
                "endpoint": reading.endpoint,
                "http_status": reading.http_status,
                "error_code": reading.error_code,
            }
            for reading in result.readings
        ],
    }


def show(result: CollectionResult) -> None:
    """The result for people."""
    from hotledger.cli.screen import console, inert, seconds, table, word

    rows = [
        (
            reading.platform,
            word(reading.verdict.value),
            len(reading.items),
            seconds(reading.duration_ms),
            reading.attempts,
            "" if reading.evidence == f"{len(reading.items)} items" else reading.evidence,
        )
        for reading in result.readings
    ]
    columns = ["platform", "verdict", "items", "time", "requests", "evidence"]
    screen = console()
    screen.print(table(columns, rows, right=columns[2:5], wide=["evidence"], spare=["requests", "time"]))
    outcome = "full" if result.full else "failed" if result.failed else "partial"
    screen.print(f"Batch {result.batch_job_id}:", word(result.status.value), "" if outcome == "failed" else word(outcome))
    screen.print(f"{result.total_items:,} items, {result.new_items:,} of them new")
    for name, off in result.disabled.items():
        screen.print(f"Not collected: {inert(name)}, switched off since {off.since:%Y-%m-%d}: {inert(off.reason)}", style="yellow")
    if result.recovered_in:
        screen.print(f"It was taken for lost while the database was away; what was in the spool is in batch {result.recovered_in}.")
    if result.spooled:
        screen.print(
            f"{result.collected_items - result.total_items:,} of the {result.collected_items:,} items collected are in the spool "
            f"({result.spooled.calls} calls), because of this: {inert(result.spooled.why)} "
            "`hotledger spool drain` or the next collection brings them in.",
            style="yellow",
        )

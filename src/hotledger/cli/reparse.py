"""`hotledger reparse`: reads kept bodies again with today's parser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotledger.cli.options import AsJson, moment

if TYPE_CHECKING:
    from hotledger.collect.reparsing import Reparsed, Step

_REASONS = {
    "worse": "today's parser would lose a list that is there",
    "needs_the_past": "only its past had shown that the list was another one",
    "another_body": "the ledger names another body",
}


def reparse(
    platform: Annotated[str, typer.Option(help="Id of the platform.")],
    since: Annotated[str | None, typer.Option(help="From this time on: an age such as 12h or 3d, or 2026-11-24T08:00:00+00:00.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this time, written likewise.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Good readings too, not only failed ones.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also where a list would be lost, or the past had shown it to be wrong.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come of it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read kept bodies again with today's parser, and let the ledger hold what comes of it, each list at its own time.

    Batches keep their status; items, counts and incidents follow. It can be interrupted and started again. Only the bodies on this
    machine can be read.
    """
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json

    steps: list[Step] = []
    done = run(_reparsed(platform, (moment(since), moment(until)), steps, everything=everything, force=force, dry_run=dry_run))
    if as_json:
        print_json(_summary(platform, done, steps, dry_run=dry_run))
        return
    screen = console()
    for line in _sentences(done, steps, dry_run=dry_run):
        screen.print(line)


async def _reparsed(
    platform: str, between: tuple[datetime | None, datetime | None], steps: list[Step], *, everything: bool, force: bool, dry_run: bool
) -> Reparsed:
    import asyncio

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from hotledger.app import configure_logging, known_readers, opened_ledger, reparsed
    from hotledger.cli.screen import console, say
    from hotledger.config import load
    from hotledger.platforms import reader

    settings, screen = load(), console(stderr=True)
    configure_logging(settings)
    wanted = reader(platform, known_readers(settings))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("readings"), TimeRemainingColumn())
    try:
        async with opened_ledger(settings, say) as ledger:
            found = ledger.with_bodies(wanted.facts.id, since=between[0], until=between[1], only_failed=not everything)
            readings = [each async for each in found]
            with Progress(*columns, console=screen, disable=not screen.is_terminal) as progress:
                task = progress.add_task("reparse", total=len(readings))

                def ended(step: Step) -> None:
                    steps.append(step)
                    progress.advance(task)

                return await reparsed(ledger, settings, wanted, readings, ended, forced=force, dry_run=dry_run)
    except asyncio.CancelledError:
        say("Interrupted: what was repaired is kept. The same command goes on from there.")
        raise


def _summary(platform: str, done: Reparsed, steps: list[Step], *, dry_run: bool) -> dict[str, Any]:
    """The outcome for programs."""
    from hotledger.collect.reparsing import Fate

    counts = {str(fate): done.fates[fate] for fate in Fate}
    facts = {"platform": platform, "dry_run": dry_run, "read_again": done.read_again, "items": done.items}
    return facts | counts | {"readings": [_row(step) for step in steps]}


def _row(step: Step) -> dict[str, Any]:
    held, repair = step.held, step.repair
    row = {
        "batch_id": held.batch_id,
        "collected_at": held.collected_at,
        "bodies": [body.body_hash for body in held.bodies],
        "fate": step.fate,
    }
    before = {"verdict_before": held.verdict, "items_before": held.items}
    after = {"verdict": repair.verdict, "items": repair.items, "reason": repair.reason} if repair else {}
    return row | before | after


def _sentences(done: Reparsed, steps: list[Step], *, dry_run: bool) -> Iterator[str]:
    """The outcome for people."""
    from hotledger.cli.screen import inert
    from hotledger.collect.reparsing import Fate

    if not steps:
        yield "There is no such reading with a body."
        return
    told = ", ".join(f"{count:,} {fate.replace('_', ' ')}" for fate in Fate if (count := done.fates[fate]) and fate is not Fate.MISSING)
    yield f"{done.read_again:,} of {len(steps):,} readings were read again{f': {told}' if told else ''}."
    if done.items or done.fates[Fate.RECOVERED]:
        yield f"{done.items:,} items {'would come' if dry_run else 'came'} back." if done.items >= 0 else f"{-done.items:,} items fewer."
    if missing := done.fates[Fate.MISSING]:
        yield f"{missing:,} bodies are not on this machine (any more): only the machine that collected them can have them."
    for reason, count in Counter(step.repair.reason for step in steps if step.repair and step.repair.reason).items():
        yield f"{count:,} were left as they are: {_REASONS.get(reason, reason)}. --force does it all the same."
    failing = Counter(step.repair.verdict for step in steps if step.fate is Fate.FAILING and step.repair)
    if failing:
        yield f"Still failing: {inert(', '.join(f'{count:,} {verdict}' for verdict, count in failing.items()))}."
    if dry_run:
        yield "Nothing was changed: this was a dry run."

"""`hotledger spool`: what waits on this machine because the database was away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotledger.cli.options import AsJson

if TYPE_CHECKING:
    from hotledger.ledger.draining import Drained
    from hotledger.ledger.spool import Kept, Spool, SpoolStatus

app = typer.Typer(help="See and bring in what waits on this machine because the database was away.", no_args_is_help=True)

_MIB = 1024 * 1024


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show what is in the spool: what waits for which database since when, and what was set aside and why."""
    from hotledger.cli.screen import print_json

    found = _spool().status()
    if as_json:
        print_json(_summary(found))
    else:
        _show(found)


@app.command()
def drain(
    again: Annotated[bool, typer.Option("--again", help="Try the calls once more that were set aside.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring what waits into the database, in order.

    The exit code is 0 when nothing is left, 3 when a call was set aside, 4 when the database is (still) away.
    """
    from hotledger.app import database_target
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, inert, print_json
    from hotledger.config import load

    done = run(_drained(again=again))
    if as_json:
        print_json(
            {
                "landed": done.landed,
                "set_aside": done.set_aside,
                "waiting": done.waiting,
                "recovered": dict(done.recovered),
                "stopped": done.stopped,
            }
        )
    else:
        screen = console()
        screen.print(f"{done.landed:,} calls brought in, {done.set_aside:,} set aside, {done.waiting:,} still waiting.")
        for lost, batch in done.recovered.items():
            screen.print(f"Batch {lost} had been taken for lost: what it could no longer take is in batch {batch}.")
        if done.set_aside:
            screen.print("`hotledger spool status` says why they were set aside.", style="yellow")
        if any(each.target != database_target(load()) for each in _spool().status().waiting):
            screen.print("Calls for another database than the configured one stay; `hotledger spool status` names it.", style="yellow")
        if done.stopped:
            screen.print(f"It stopped there: {inert(done.stopped)}", style="red")
    if done.stopped or done.set_aside:
        raise typer.Exit(4 if done.stopped else 3)


@app.command()
def export(
    remove: Annotated[bool, typer.Option("--remove", help="Then remove those that were set aside; the waiting ones stay.")] = False,
) -> None:
    """Print every call in the spool as a line of JSON, those that were set aside too."""
    import asyncio

    import msgspec

    spool = _spool()
    set_aside = []
    for kept in spool.calls():
        sys.stdout.write(msgspec.json.encode(kept._asdict()).decode() + "\n")
        if kept.set_aside_at is not None:
            set_aside.append(kept.number)
    sys.stdout.flush()
    if remove:
        asyncio.run(spool.remove(set_aside))


def _spool() -> Spool:
    from hotledger.app import spool
    from hotledger.config import load

    return spool(load())


async def _drained(*, again: bool) -> Drained:
    from hotledger.app import opened_spool
    from hotledger.cli.screen import say
    from hotledger.config import load

    async with opened_spool(load(), say) as store:
        return await store.drain(again=again)


def _summary(found: SpoolStatus) -> dict[str, Any]:
    """The status for programs."""
    return {
        "folder": str(found.folder),
        "bytes": found.bytes,
        "limit_bytes": found.limit_bytes,
        "waiting": [each._asdict() for each in found.waiting],
        "set_aside": [_without_arguments(kept) for kept in found.set_aside],
        "damaged": [str(path) for path in found.damaged],
    }


def _without_arguments(kept: Kept) -> dict[str, Any]:
    return {name: value for name, value in kept._asdict().items() if name not in ("arguments", "opening")}


def _show(found: SpoolStatus) -> None:
    from hotledger.cli.screen import console, inert, table

    screen = console()
    rows = [(each.target, each.calls, each.batches, each.oldest_at) for each in found.waiting]
    if rows:
        screen.print(table(["waiting for", "calls", "batches", "oldest"], rows, right=["calls", "batches"], wide=["waiting for"]))
    if found.set_aside:
        aside = [(kept.number, kept.function, kept.batch_id, kept.reason) for kept in found.set_aside]
        screen.print(table(["set aside", "call", "batch", "why"], aside, right=["set aside"], wide=["why"]))
        screen.print("`hotledger spool drain --again` tries them again, `hotledger spool export --remove` hands them to you.")
    for path in found.damaged:
        screen.print(
            f"A spool that the disk had spoilt is kept in {inert(str(path))}: `sqlite3 FILE .recover` reads what is left.", style="red"
        )
    if not rows and not found.set_aside:
        screen.print("Nothing waits.")
    screen.print(f"{found.bytes / _MIB:.1f} of {found.limit_bytes // _MIB} MiB in {inert(str(found.folder))}")

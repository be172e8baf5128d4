"""`hotledger verify`: does the ledger agree with what is stored?"""

from __future__ import annotations

from typing import Any

import typer

from hotledger.cli.options import AsJson


def verify(as_json: AsJson = False) -> None:
    """Reconcile the ledger with what is stored, and say each discrepancy in a sentence. The exit code is 3 when there is one.

    What waits in the spool of this machine is told, and is no discrepancy; what was set aside there is one.
    """
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, inert, print_json

    found = run(_verified())
    if as_json:
        print_json(found)
    else:
        screen, checked = console(), found["checked"]
        for trouble in found["discrepancies"]:
            screen.print(f"{trouble['kind']} of {trouble['subject']}: {inert(trouble['sentence'])}", style="red")
        screen.print(
            f"{checked['batches']:,} batches, {checked['readings']:,} readings and {checked['entries']:,} entries checked"
            + (f" ({checked['other_batches']:,} batches of other software left alone)" if checked["other_batches"] else "")
            + (": all agree." if found["sound"] else f": {len(found['discrepancies'])} discrepancies.")
        )
        if found["spool"]["waiting"]:
            screen.print(f"{found['spool']['waiting']:,} calls wait in the spool: `hotledger spool drain` brings them in.", style="yellow")
    if not found["sound"]:
        raise typer.Exit(3)


async def _verified() -> dict[str, Any]:
    from hotledger.app import opened_ledger, spool
    from hotledger.cli.screen import say
    from hotledger.config import load

    settings = load()
    async with opened_ledger(settings, say) as ledger:
        found = await ledger.verify()
    kept = spool(settings).status()
    aside = [(each.batch_id, f"a call of {each.function} was set aside: {each.reason}") for each in kept.set_aside]
    damaged = [(str(path), "this part of the spool can't be read any more") for path in kept.damaged]
    found["discrepancies"] += [{"kind": "spool", "subject": subject, "sentence": sentence} for subject, sentence in aside + damaged]
    found["sound"] = not found["discrepancies"]
    found["spool"] = {"waiting": sum(each.calls for each in kept.waiting), "set_aside": len(aside), "damaged": len(damaged)}
    return found

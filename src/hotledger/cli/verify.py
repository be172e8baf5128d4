"""`hotledger verify`: does the ledger agree with what is stored?"""

from __future__ import annotations

from typing import Any

import typer

from hotledger.cli.options import AsJson


def verify(as_json: AsJson = False) -> None:
    """Reconcile the ledger with what is stored, and say each discrepancy in a sentence. The exit code is 3 when there is one."""
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
    if not found["sound"]:
        raise typer.Exit(3)


async def _verified() -> dict[str, Any]:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load

    async with opened_ledger(load(), say) as ledger:
        return await ledger.verify()

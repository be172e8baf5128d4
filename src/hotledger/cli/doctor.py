"""`hotledger doctor`: self-tests at three levels. What they prove is in `hotledger.selftest`; here it is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import typer

from hotledger.cli.options import AsJson

app = typer.Typer(help="Test this installation, at three levels.", no_args_is_help=True)


@app.command()
def logic(as_json: AsJson = False) -> None:
    """Prove the rules of the ledger on a throw-away database; nothing needs to be set up."""
    from hotledger.selftest import check_logic

    _report(check_logic, as_json)


@app.command()
def database(as_json: AsJson = False) -> None:
    """Check the configured database: connection, schema, rights, versions."""
    from hotledger.selftest import check_database

    _report(check_database, as_json)


@app.command()
def collect(as_json: AsJson = False) -> None:
    """Run a whole collection through the simulator into a scratch batch of the configured database, and remove it again."""
    from hotledger.selftest import check_collection

    _report(check_collection, as_json)


def _report(checks: Callable[..., AsyncIterator[object]], as_json: bool) -> None:
    from hotledger.cli.running import run

    if not run(_shown(checks, as_json)):
        raise typer.Exit(3)


async def _shown(checks: Callable[..., AsyncIterator[object]], as_json: bool) -> bool:
    from rich.text import Text

    from hotledger.cli.screen import console, inert, print_json, say
    from hotledger.config import load
    from hotledger.selftest import Finding

    screen, found = console(), []
    async for finding in checks(load(), say):
        assert isinstance(finding, Finding)
        found.append(finding)
        if not as_json:
            screen.print(Text("ok  ", style="green") if finding.good else Text("FAIL", style="red"), inert(finding.what))
            if finding.evidence:
                screen.print(f"       {inert(finding.evidence)}", style="dim")
            if not finding.good and finding.cure:
                screen.print(f"       {inert(finding.cure)}", style="yellow")
    good = all(finding.good for finding in found)
    if as_json:
        print_json({"good": good, "checks": [finding._asdict() for finding in found]})
    else:
        screen.print(f"{sum(finding.good for finding in found)} of {len(found)} checks passed.")
    return good

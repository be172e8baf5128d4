"""`hotledger doctor`: what is wrong and how to cure it; and self-tests at two more levels. Here it is shown; what is found is in
`hotledger.diagnosis` and `hotledger.selftest`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from hotledger.cli.options import AsJson

if TYPE_CHECKING:
    from hotledger.diagnosis import Finding, Language


class Tongue(StrEnum):
    """The languages in which a diagnosis is told."""

    EN = "en"
    ZH = "zh"


Lang = Annotated[
    Tongue | None, typer.Option("--lang", help="Language of the diagnosis; by default that of the locale (LC_ALL, LANG), else English.")
]

app = typer.Typer(help="Find out what is wrong with the configured database, and test this installation.", invoke_without_command=True)


@app.callback()
def doctor(context: typer.Context, lang: Lang = None, as_json: AsJson = False) -> None:
    """Find out what is wrong with the configured database, and how to cure it; the commands below test more.

    The exit code is 3 when something is wrong.
    """
    if context.invoked_subcommand is None:
        database(lang, as_json)


@app.command()
def logic(as_json: AsJson = False) -> None:
    """Prove the rules of the ledger on a throw-away database; nothing needs to be set up."""
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.selftest import check_logic

    _report(check_logic(load(), say), as_json)


@app.command()
def database(lang: Lang = None, as_json: AsJson = False) -> None:
    """Examine the configured database: connection, key, schema, rights, versions, clock, size, spool. The same as no command."""
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.diagnosis import examined

    language = _language(lang)
    _report(examined(load(), say, language=language), as_json, language)


@app.command()
def collect(as_json: AsJson = False) -> None:
    """Run a whole collection through the simulator into a scratch batch of the configured database, and remove it again."""
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.selftest import check_collection

    _report(check_collection(load(), say), as_json)


def _language(lang: Tongue | None) -> Language:
    from hotledger.diagnosis import preferred_language

    return preferred_language() if lang is None else lang.value


def _report(checks: AsyncIterator[Finding], as_json: bool, language: Language = "en") -> None:
    from hotledger.cli.running import run

    if not run(_shown(checks, as_json, language)):
        raise typer.Exit(3)


async def _shown(checks: AsyncIterator[Finding], as_json: bool, language: Language) -> bool:
    from hotledger.cli.screen import console, print_json
    from hotledger.diagnosis.table import table

    found = []
    async for finding in checks:
        found.append(finding)
        if not as_json:
            _show(finding)
    good = all(finding.good for finding in found)
    if as_json:
        print_json({"good": good, "checks": [finding._asdict() for finding in found]})
    else:
        passed = table().evidence["passed"].of(language)
        console().print(passed.format(passed=sum(finding.good for finding in found), all=len(found)))
    return good


def _show(finding: Finding) -> None:
    from rich.text import Text

    from hotledger.cli.screen import console, inert

    screen = console()
    mark = Text("FAIL", style="red") if not finding.good else Text("note", style="yellow") if finding.code else Text("ok  ", style="green")
    screen.print(mark, inert(finding.what) + (f" [{finding.code}]" if finding.code else ""))
    if finding.evidence:
        screen.print(f"       {inert(finding.evidence)}", style="dim")
    if finding.cure and (not finding.good or finding.code):
        screen.print(f"       {inert(finding.cure)}", style="yellow")
        for line in [*finding.sql.splitlines(), *finding.command.splitlines()]:
            screen.print(f"         {inert(line)}", style="bold")

"""`hotledger top`: the latest list of a platform."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson


def top(
    platform: Annotated[str, typer.Argument(help="Id of a platform.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many items at most.")] = 20,
    at: Annotated[str | None, typer.Option(help="The list that stood at this time, such as 2026-11-24T08:00.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the latest list of a platform, or the one that stood at a past moment, with its age."""
    from hotledger.cli.running import run
    from hotledger.cli.screen import print_json

    found = run(_found(platform, limit, at))
    if as_json:
        print_json(found)
    else:
        show(found)


async def _found(platform: str, limit: int, at: str | None) -> dict[str, Any]:
    from hotledger.app import known_readers, opened_ledger
    from hotledger.cli.options import instant
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.errors import SettingsError
    from hotledger.platforms import reader

    moment = instant(at)
    settings = load()
    async with opened_ledger(settings, say) as ledger:
        found = await ledger.top(platform, at_most=limit, at=moment)
    if found is None:
        reader(platform, known_readers(settings))
        raise SettingsError(
            f"There is no list of “{platform}”{f' at or before {at}' if at else ''} yet. `hotledger collect {platform}` brings one."
        )
    return found


def show(found: dict[str, Any]) -> None:
    """A list for people."""
    from hotledger.cli.screen import ago, console, inert, table, when

    rows = [(item["rank"], item["heat"], item["title"]) for item in found["items"]]
    screen = console()
    screen.print(f"{inert(found['platform'])}, collected {when(found['collected_at'])} ({ago(found['collected_at'])})")
    screen.print(table(["rank", "heat", "title"], rows, right=["rank", "heat"], wide=["title"], spare=["heat"]))

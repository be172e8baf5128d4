"""`hotledger incidents`: troubles with a beginning and an end."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson


def incidents(
    everything: Annotated[bool, typer.Option("--all", help="Those that have ended, too.")] = False,
    platform: Annotated[str | None, typer.Option(help="Only those of this platform.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show open incidents: platforms that gave two bad readings in a row, or three before two good ones, and readings that are missed.

    An incident ends with the first of two good readings in a row. The exit code is 0, whether there are any or not.
    """
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json

    found = run(_found(everything, platform, limit))
    if as_json:
        print_json(found)
    elif found:
        console().print(listing(found))
    else:
        console().print("No incident is noted." if everything else "No incident is open.")


async def _found(everything: bool, platform: str | None, limit: int) -> list[dict[str, Any]]:
    from hotledger.app import known_readers, opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.platforms import reader

    settings = load()
    async with opened_ledger(settings, say) as ledger:
        found = await ledger.incidents(only_open=not everything, platform=platform, at_most=limit)
        if not found and platform is not None and platform not in {each["name"] for each in await ledger.platforms()}:
            reader(platform, known_readers(settings))
    return found


def listing(found: list[dict[str, Any]]) -> object:
    """Incidents as a table."""
    from hotledger.cli.screen import lasting, table, when, word

    rows = [
        (each["platform"], word(each["kind"]), when(each["opened_at"]), _end(each), lasting(each["seconds"]), each["bad_readings"],
         each["readings_lost"], each["evidence"])
        for each in found
    ]  # fmt: skip
    columns = ["platform", "kind", "since", "until", "lasted", "bad", "lost", "evidence"]
    return table(columns, rows, right=["lasted", "bad", "lost"], wide=["evidence"], spare=["bad", "until", "lost", "lasted"])


def _end(incident: dict[str, Any]) -> str:
    from hotledger.cli.screen import when

    if incident["closed_at"] is not None:
        return when(incident["closed_at"])
    return "open" if incident["recovering_at"] is None else "recovering"

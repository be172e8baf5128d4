"""`hotledger health`: how each platform has done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson

_BLOCKS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"
_WIDEST = 30


def health(
    days: Annotated[int, typer.Option(min=1, max=3660, help="Of how many days, today's among them.")] = 7,
    platform: Annotated[str | None, typer.Option(help="Only this platform.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how each platform has done: share of good readings, items, latency, freshness, kinds of bad readings, incident, and a graph.

    The graph has a block a day (or some days, where there are many): the higher, the more readings were good; a dot where there were none.
    """
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json

    found = run(_found(days, platform))
    if as_json:
        print_json(found)
    elif found:
        console().print(listing(found))
    else:
        console().print("Nothing was read yet. `hotledger collect` reads.")


async def _found(days: int, platform: str | None) -> list[dict[str, Any]]:
    from hotledger.app import known_readers, opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.platforms import reader

    settings = load()
    async with opened_ledger(settings, say) as ledger:
        found = await ledger.health(days=days, platform=platform)
    if not found and platform is not None:
        reader(platform, known_readers(settings))
    return found


def listing(found: Sequence[dict[str, Any]]) -> object:
    """The health of platforms as a table."""
    from hotledger.cli.screen import ago, seconds, table

    rows = [
        (each["platform"], _share(each["success_rate"]), graph(each["by_day"]), each["readings"], each["items_per_reading"],
         seconds(each["latency"]["p50_ms"]), seconds(each["latency"]["p95_ms"]), ago(each["last_good_at"]),
         ago(each["changed_at"]), _incident(each), _errors(each["errors"]))
        for each in found
    ]  # fmt: skip
    columns = ["platform", "good", "by day", "readings", "items", "p50", "p95", "last good", "last change", "incident", "bad readings"]
    spare = ["p50", "p95", "last change", "items", "readings", "bad readings"]
    return table(columns, rows, right=["good", "readings", "items", "p50", "p95"], wide=["bad readings"], spare=spare)


def graph(by_day: Sequence[dict[str, Any]], widest: int = _WIDEST) -> str:
    """The share of good readings by day as blocks, at most so many: of more days, each block has several."""
    size = -(-len(by_day) // widest) or 1
    parts = [by_day[start : start + size] for start in range(0, len(by_day), size)]
    return "".join(_block(sum(day["good"] for day in part), sum(day["readings"] for day in part)) for part in parts)


def _block(good: int, readings: int) -> str:
    return _BLOCKS[good * (len(_BLOCKS) - 1) // readings] if readings else _NOTHING


def _share(rate: float | None) -> str | None:
    # Never 100 % while anything was bad.
    return None if rate is None else f"{int(rate * 1000) / 10:g} %"


def _incident(row: dict[str, Any]) -> object:
    from hotledger.cli.screen import word

    return word(row["incident"]["kind"] if row["incident"] else None)


def _errors(errors: dict[str, int]) -> str | None:
    return ", ".join(f"{times:,} {verdict}" for verdict, times in sorted(errors.items(), key=lambda each: -each[1])) or None

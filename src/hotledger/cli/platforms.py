"""`hotledger platforms`: what can be collected."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson


def platforms(
    status: Annotated[bool, typer.Option("--status", help="Ask the database how each stands, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the platforms: what each is, what its heat means, how well it is known."""
    from hotledger.cli.screen import console, print_json, table
    from hotledger.platforms import readers

    stands = _stands() if status else {}
    rows = [_facts(reader) | ({"status": stands.get(name)} if status else {}) for name, reader in readers().items()]
    if as_json:
        print_json(rows)
        return
    columns = ["id", "title", "items", "heat", "second way", "known from"]
    shown = [
        [
            row["id"],
            row["title"],
            f"{row['expect'][0]}-{row['expect'][1]}",
            _heat(row),
            "yes" if row["endpoints"] > 1 else "no",
            row["known_from"],
        ]
        for row in rows
    ]
    if status:
        columns += ["last", "good"]
        shown = [cells + _standing(row["status"]) for cells, row in zip(shown, rows, strict=True)]
    console().print(table(columns, shown))


def _facts(reader: Any) -> dict[str, Any]:
    facts = reader.facts
    return {
        "id": facts.id, "title": facts.title, "home": facts.home, "language": facts.language, "category": facts.category,
        "expect": [facts.expect.start, facts.expect.stop - 1], "may_be_empty": facts.may_be_empty, "heat": facts.heat,
        "heat_unit": facts.heat_unit, "heat_from_rank": facts.heat_from_rank, "cookie": facts.cookie, "known_from": facts.known_from,
        "endpoints": len(reader.plans), "parser_version": reader.version,
    }  # fmt: skip


def _heat(row: dict[str, Any]) -> str:
    return f"{row['heat'] or 'none'}{', computed from the rank' if row['heat_from_rank'] else ''}"


def _standing(status: dict[str, Any] | None) -> list[Any]:
    from hotledger.cli.screen import ago, word

    if status is None or status["last_reading"] is None:
        return [word(None), "never"]
    return [word(status["last_reading"]["verdict"]), ago(status["last_good_at"])]


def _stands() -> dict[str, Any]:
    from hotledger.cli.running import run

    return {row["name"]: row for row in run(_known())}


async def _known() -> list[dict[str, Any]]:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load

    async with opened_ledger(load(), say) as ledger:
        return await ledger.platforms()

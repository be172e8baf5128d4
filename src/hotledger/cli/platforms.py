"""`hotledger platforms`: what can be collected."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson


def platforms(
    names: Annotated[list[str] | None, typer.Argument(metavar="PLATFORM…", help="Ids of platforms, to show all that is known.")] = None,
    status: Annotated[bool, typer.Option("--status", help="Ask the database how each stands, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the platforms: how long each list is, what its heat counts, in how many ways it can be read. Name one to see more."""
    from hotledger.cli.screen import print_json
    from hotledger.platforms import reader, readers

    chosen = [reader(name) for name in dict.fromkeys(names or [])] or list(readers().values())
    stands = _stands() if status else {}
    rows = [_facts(each) | ({"status": stands.get(each.facts.id)} if status else {}) for each in chosen]
    if as_json:
        print_json(rows)
    elif names:
        for row in rows:
            _show_one(row)
    else:
        _show_all(rows, status=status)


def _show_all(rows: list[dict[str, Any]], *, status: bool) -> None:
    from hotledger.cli.screen import console, table

    columns = ["id", "title", "items", "heat", "ways"]
    shown = [[row["id"], row["title"], "{}-{}".format(*row["expect"]), _heat(row), row["endpoints"]] for row in rows]
    if status:
        columns += ["last", "good"]
        shown = [cells + _standing(row["status"]) for cells, row in zip(shown, rows, strict=True)]
    console().print(table(columns, shown, right=["items", "ways"], wide=["title"], spare=["ways", "items"]))


def _show_one(row: dict[str, Any]) -> None:
    from hotledger.cli.screen import console, table

    heat = f"{row['heat'] or 'none'}{' (computed from the rank)' if row['heat_from_rank'] else ''}"
    told = {
        "title": row["title"], "home": row["home"], "language": row["language"], "category": row["category"],
        "items": "{} to {}{}".format(*row["expect"], ", may be empty" if row["may_be_empty"] else ""), "heat": heat,
        "ways to read": row["endpoints"], "cookie": row["cookie"] or "of no use", "known from": row["known_from"],
        "parser": row["parser_version"],
    }  # fmt: skip
    if "status" in row:
        last, good = _standing(row["status"])
        told |= {"last reading": last, "last good": good}
    console().print(table(["id", row["id"]], list(told.items()), wide=[row["id"]]))


def _facts(reader: Any) -> dict[str, Any]:
    facts = reader.facts
    return {
        "id": facts.id, "title": facts.title, "home": facts.home, "language": facts.language, "category": facts.category,
        "expect": [facts.expect.start, facts.expect.stop - 1], "may_be_empty": facts.may_be_empty, "heat": facts.heat,
        "heat_unit": facts.heat_unit, "heat_from_rank": facts.heat_from_rank, "cookie": facts.cookie, "known_from": facts.known_from,
        "endpoints": len(reader.plans), "parser_version": reader.version,
    }  # fmt: skip


def _heat(row: dict[str, Any]) -> str:
    """The heat in a word or two; all of it is told of one platform."""
    if row["heat_from_rank"]:
        return "from the rank"
    return row["heat_unit"] or ("own score" if row["heat"] else "none")


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

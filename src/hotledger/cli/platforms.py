"""`hotledger platforms`: what can be collected, what answers from here, and what is switched off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from hotledger.cli.options import AsJson

if TYPE_CHECKING:
    from hotledger.model import Reading


class _Named(typer.core.TyperGroup):
    """`platforms weibo` is `platforms show weibo`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["show", *args])


app = typer.Typer(cls=_Named)


@app.callback(invoke_without_command=True)
def platforms(
    context: typer.Context,
    status: Annotated[bool, typer.Option("--status", help="Ask the database how each stands, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the platforms: how long each list is, what its heat counts, in how many ways it can be read, how well it is known."""
    if context.invoked_subcommand is None:
        _listed([], status=status, as_json=as_json)


@app.command()
def show(
    names: Annotated[list[str], typer.Argument(metavar="PLATFORM…", help="Ids of platforms.")],
    status: Annotated[bool, typer.Option("--status", help="Ask the database how each stands, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show all that is known of some platforms."""
    _listed(names, status=status, as_json=as_json)


@app.command()
def disable(
    name: Annotated[str, typer.Argument(metavar="PLATFORM", help="Id of a platform.")],
    reason: Annotated[str, typer.Option(help="Why; it is shown to whoever would have collected it.")],
    as_json: AsJson = False,
) -> None:
    """Switch a platform off, for all collectors that use this database."""
    from hotledger.errors import SettingsError

    if not reason.strip():
        raise SettingsError("A platform is switched off with a reason: --reason 'why'.")
    _switched(name, reason, as_json=as_json)


@app.command()
def enable(
    name: Annotated[str, typer.Argument(metavar="PLATFORM", help="Id of a platform.")],
    as_json: AsJson = False,
) -> None:
    """Switch a platform on again."""
    _switched(name, None, as_json=as_json)


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="PLATFORM…", help="Ids of platforms; all when none is named.")] = None,
    via: Annotated[str | None, typer.Option(help="Send every request to this server instead, such as a simulator.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write what was found as Markdown, without secrets and addresses.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask each platform once, and show what works from this network today. Nothing is recorded.

    The exit code is 3 when no platform gave its list.
    """
    from hotledger.cli.canary import markdown, table_of
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json, say
    from hotledger.config import load

    settings = load(**({"via": via} if via else {}))
    readings = run(_asked(settings, names or []))
    if report is not None:
        _write(report, markdown(readings, settings))
        say(f"Wrote {report}.")
    if as_json:
        print_json([_told(reading) for reading in readings])
    else:
        console().print(table_of(readings))
        good = sum(reading.verdict.keeps_list for reading in readings)
        console().print(f"{good} of {len(readings)} platforms gave their list.")
    if not any(reading.verdict.keeps_list for reading in readings):
        raise typer.Exit(3)


async def _asked(settings: Any, names: list[str]) -> list[Reading]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from hotledger.app import checked, chosen_readers
    from hotledger.cli.screen import console

    wanted = chosen_readers(settings, names)
    screen = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("platforms"))
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("check", total=len(wanted))
        return await checked(settings, wanted, lambda reading: progress.advance(task))


def _write(file: Path, text: str) -> None:
    from hotledger.errors import SettingsError

    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise SettingsError(f"{file} can't be written ({error.strerror}). Name another file for the report.") from None


def _told(reading: Reading) -> dict[str, Any]:
    return {
        "platform": reading.platform, "verdict": reading.verdict.value, "items": len(reading.items), "evidence": reading.evidence,
        "endpoint": reading.endpoint, "http_status": reading.http_status, "duration_ms": reading.duration_ms, "attempts": reading.attempts,
        "failed_ways": list(reading.failed_ways), "error_code": reading.error_code,
    }  # fmt: skip


def _switched(name: str, reason: str | None, *, as_json: bool) -> None:
    from hotledger.app import known_readers
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, inert, print_json
    from hotledger.config import load
    from hotledger.platforms import reader

    now = run(_switching(reader(name, known_readers(load())).facts.id, reason))
    if as_json:
        print_json(now)
    elif now["enabled"]:
        console().print(f"{inert(now['platform'])} is on: the next collection reads it.")
    else:
        console().print(f"{inert(now['platform'])} is off for all collectors of this database: {inert(now['disabled_reason'])}")


async def _switching(name: str, reason: str | None) -> dict[str, Any]:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load

    async with opened_ledger(load(), say) as ledger:
        return await ledger.enable(name, reason=reason)


def _listed(names: list[str], *, status: bool, as_json: bool) -> None:
    from hotledger.app import known_readers
    from hotledger.cli.screen import print_json
    from hotledger.config import load
    from hotledger.platforms import reader

    known = known_readers(load())
    chosen = [reader(name, known) for name in dict.fromkeys(names)] or list(known.values())
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

    columns = ["id", "title", "items", "heat", "ways", "known"]
    shown = [
        [row["id"], row["title"], "{}-{}".format(*row["expect"]), _heat(row), row["endpoints"], row["recorded_on"] or "documentation"]
        for row in rows
    ]
    if status:
        columns += ["last", "good"]
        shown = [cells + _standing(row["status"]) for cells, row in zip(shown, rows, strict=True)]
    console().print(table(columns, shown, right=["items", "ways"], wide=["title"], spare=["ways", "items", "known"]))


def _show_one(row: dict[str, Any]) -> None:
    from hotledger.cli.screen import console, table

    heat = f"{row['heat'] or 'none'}{' (computed from the rank)' if row['heat_from_rank'] else ''}"
    told = {
        "title": row["title"], "home": row["home"], "language": row["language"], "category": row["category"],
        "items": "{} to {}{}".format(*row["expect"], ", may be empty" if row["may_be_empty"] else ""), "heat": heat,
        "ways to read": row["endpoints"], "cookie": row["cookie"] or "of no use", "known from": row["known_from"],
        "changes": f"about every {row['cadence_minutes']} minutes, rests at most {row['rest_hours']:g} hours",
        "terms": row["terms"] or "nothing noted", "other names": ", ".join(row["aliases"]) or "none",
        "collected": f"only when named: {row['off']}" if row["off"] else "yes",
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
        "recorded_on": facts.recorded_on.isoformat() if facts.recorded_on else None, "cadence_minutes": facts.cadence_minutes,
        "rest_hours": facts.rest_hours, "fresh_hours": facts.fresh_hours, "terms": facts.terms, "aliases": list(facts.aliases),
        "off": facts.off, "endpoints": len(reader.plans), "parser_version": reader.version,
    }  # fmt: skip


def _heat(row: dict[str, Any]) -> str:
    """The heat in a word or two; all of it is told of one platform."""
    if row["heat_from_rank"]:
        return "from the rank"
    return row["heat_unit"] or ("own score" if row["heat"] else "none")


def _standing(status: dict[str, Any] | None) -> list[Any]:
    from hotledger.cli.screen import ago, word

    if status is not None and not status["enabled"]:
        return [word("off"), ago(status["last_good_at"])]
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

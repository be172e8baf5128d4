"""`hotledger collector`: who may record with a token, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotledger.cli.options import AsJson
from hotledger.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

app = typer.Typer(
    help="Let machines record that you don't trust with a key: each by a token that can do nothing else.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A name of your choice, at most 100 characters.")]


@app.command()
def add(
    name: Name,
    calls_per_minute: Annotated[int, typer.Option("--calls-per-minute", min=1, max=1_000_000, help="How many calls it may make.")] = 600,
    bytes_per_call: Annotated[int, typer.Option("--bytes-per-call", min=1, max=100_000_000, help="How large a call may be.")] = 1_000_000,
    as_json: AsJson = False,
) -> None:
    """Make a token for a collector. It is shown once: the database keeps only its hash.

    The collector sets it as HOTLEDGER_COLLECTOR_TOKEN, beside SUPABASE_URL and the public key, or beside a DATABASE_URL.
    """
    from hotledger.cli.screen import print_json, say
    from hotledger.store.collector import hash_of, new_token

    if not 0 < len(name.strip()) <= 100:
        raise SettingsError("The name of a collector has 1 to 100 characters.")
    token = new_token()
    limits = {"calls_per_minute": calls_per_minute, "bytes_per_call": bytes_per_call}
    answer = _called("collector_add", {"name": name, "token_hash": hash_of(token), **limits})
    if not answer["added"]:
        raise SettingsError(f"There is a collector “{name}” already: choose another name, or revoke that one first.")
    if as_json:
        print_json({"name": name, "token": token, **limits})
        return
    say("Keep this line for the collector's .env: it is not shown again.")
    typer.echo(f"HOTLEDGER_COLLECTOR_TOKEN={token}")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show the collectors that were ever added, and when each was last used."""
    from hotledger.cli.screen import ago, console, print_json, table, when

    found = _called("collector_list", {})
    if as_json:
        print_json(found)
        return
    columns = ["name", "calls a minute", "bytes a call", "added", "last used", "revoked"]
    rows = [
        (
            each["name"],
            each["calls_per_minute"],
            each["bytes_per_call"],
            when(each["created_at"]),
            ago(each["last_used_at"]),
            when(each["revoked_at"]),
        )
        for each in found
    ]
    console().print(table(columns, rows, right=columns[1:3], wide=["name"], spare=["added"]))


@app.command()
def revoke(name: Name) -> None:
    """Take a collector's right away, at once. Its name can then be given to a new token."""
    from hotledger.cli.screen import console, inert

    if not _called("collector_revoke", {"name": name})["revoked"]:
        raise SettingsError(f"There is no collector “{name}”: `hotledger collector list` shows them.")
    console().print(f"The token of “{inert(name)}” is of no use any more.")


def _called(function: str, arguments: Mapping[str, Any]) -> Any:
    from hotledger.cli.running import run

    return run(_call(function, arguments))


async def _call(function: str, arguments: Mapping[str, Any]) -> Any:
    from hotledger.app import opened_store
    from hotledger.cli.screen import say
    from hotledger.config import load

    async with opened_store(load(), say) as store:
        return await store.call(function, arguments)

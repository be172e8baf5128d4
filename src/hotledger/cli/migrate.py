"""`hotledger migrate`: brings the schema up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotledger.cli.options import AsJson

if TYPE_CHECKING:
    from hotledger.store.migrate import Migrated


def migrate(as_json: AsJson = False) -> None:
    """Create or update tables, functions and views in the configured database. Nothing is ever dropped; it can be run again."""
    from hotledger.app import database_place
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json
    from hotledger.config import load

    done = run(_migrated())
    if as_json:
        print_json({"before": done.before, "after": done.after})
    else:
        change = (
            "was up to date; functions and views are renewed" if done.before == done.after else f"went from {done.before} to {done.after}"
        )
        console().print(f"The schema of {database_place(load())} {change}.")


async def _migrated() -> Migrated:
    from hotledger.app import opened_store
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.store.migrate import migrate as bring_up

    async with opened_store(load(), say) as store:
        return await bring_up(store)

"""`hotledger migrate`: brings the schema up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotledger.cli.options import AsJson, PublicRead

if TYPE_CHECKING:
    from hotledger.store.migrate import Migrated


def migrate(public_read: PublicRead = False, as_json: AsJson = False) -> None:
    """Create or update tables, functions, views and rights in the configured database. It can be run again, and drops no data.

    Of Supabase, this needs the connection string (DATABASE_URL); `hotledger sql` prints the same for its SQL editor.
    """
    from hotledger.app import database_place
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, print_json
    from hotledger.config import load

    done = run(_migrated(public_read))
    if as_json:
        print_json({"before": done.before, "after": done.after})
    else:
        change = (
            "was up to date; functions, views and rights are renewed"
            if done.before == done.after
            else f"went from {done.before} to {done.after}"
        )
        console().print(f"The schema of {database_place(load())} {change}.")


async def _migrated(public_read: bool) -> Migrated:
    from hotledger.app import opened_database
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.store.migrate import migrate as bring_up

    async with opened_database(load(), say) as store:
        return await bring_up(store, public_read=public_read)

"""How the database is made: whole or not at all, and with the promised settings."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from tests.embedded.drill import Visit, imitated, query

from hotledger.embedded.binaries import Installation
from hotledger.embedded.server import EmbeddedServer

HALF_INITDB = """#!/bin/sh
test "$1" = --version && exit 0
while test "$1" != -D; do shift; done
echo 18 > "$2/PG_VERSION"
echo $$ > "{pipe}"
exec sleep 600
"""


async def test_killed_while_making_the_database(open_home: Path, visit: Visit, programs: Installation) -> None:
    """A user killed in the middle of `initdb` leaves no data directory; the next one makes it, and clears the rest away."""
    pipe = open_home / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    tree = imitated(programs.tree, open_home / "half", initdb=HALF_INITDB.replace("{pipe}", str(pipe)))

    visitor = await visit(open_home, tree=tree, wait=False)
    initdb = int(await asyncio.to_thread(pipe.read_text))
    await visitor.is_killed()
    folder = open_home / "postgres"
    left = [path.name for path in folder.glob("data*")]
    os.kill(initdb, signal.SIGKILL)
    assert len(left) == 1
    assert left[0].startswith("data.new-")
    async with EmbeddedServer(open_home) as server:
        assert await query(server, "SELECT 1") == "1"
    assert [path.name for path in folder.glob("data*")] == ["data"]


async def test_promised_settings(home: Path) -> None:
    """Durable, checksummed, UTF-8, ordered by bytes, in UTC."""
    promised = {
        "fsync": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "lc_collate": "C",
        "lc_messages": "C",
        "TimeZone": "UTC",
        "synchronous_commit": "on",
    }
    async with EmbeddedServer(home) as server:
        names = ", ".join(f"'{name}'" for name in promised)
        rows = await query(server, f"SELECT name, setting FROM pg_settings WHERE name IN ({names})")
        collation = await query(server, "SELECT datcollate, datlocprovider FROM pg_database WHERE datname = current_database()")
        order = await query(server, "SELECT string_agg(x, '' ORDER BY x), lower('ÀÉ热A') FROM unnest(ARRAY['b', 'B', 'a', '热', 'É']) AS x")
    found = dict(row.split("|") for row in rows.splitlines())
    assert found == {name: setting for name, setting in promised.items() if name in found}
    assert set(promised) - set(found) <= {"lc_collate"}
    assert collation == "C|b"
    assert order == "BabÉ热|àé热a"


async def test_people_can_change_modest_settings(home: Path) -> None:
    """What we only chose modestly can be changed in postgresql.conf, and stays changed."""
    async with EmbeddedServer(home) as server:
        await query(server, "ALTER SYSTEM SET max_connections = 70")
    async with EmbeddedServer(home) as server:
        assert await query(server, "SHOW max_connections") == "70"

"""A database of the bench's own, in an embedded server of its own: durable as always, and gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hotledger.embedded.server import EmbeddedServer
from hotledger.store.migrate import migrate
from hotledger.store.postgres import PostgresStore


@asynccontextmanager
async def fresh_home() -> AsyncIterator[Path]:
    """A folder for one measurement; the account of the server can enter it, also when we are root."""
    home = Path(tempfile.mkdtemp(prefix="hotledger-bench-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def fresh_store(connections: int = 4) -> AsyncIterator[PostgresStore]:
    """A store on an empty, migrated database."""
    async with fresh_home() as home, EmbeddedServer(home) as server:
        store = PostgresStore(server.url, connections=connections)
        try:
            await migrate(store)
            yield store
        finally:
            await store.close()

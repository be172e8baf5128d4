"""A spool in a folder of its own, and a database behind a proxy that can be taken away."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from drill.proxy import Mode, Proxy
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.database import Database

from hotledger.ledger.spool import Spool
from hotledger.store.postgres import PostgresStore


class Outage:
    """A database behind a proxy: `url` leads through it."""

    def __init__(self, database: Database, proxy: Proxy, url: str) -> None:
        self.database = database
        self.proxy = proxy
        self.url = url

    async def begin(self) -> None:
        await self.proxy.turn(Mode.REFUSED)

    async def end(self) -> None:
        await self.proxy.turn(Mode.PASSING)

    def store(self, **options: Any) -> PostgresStore:
        """A store that goes through the proxy; closed by the caller."""
        return PostgresStore(self.url, **options)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool")
    yield made
    made.close()


@pytest.fixture(params=["unix", "tcp"])
async def outage(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Outage]:
    """The database over both transports of PostgreSQL's own protocol."""
    parts = {name: str(value) for name, value in conninfo_to_dict(database.url).items()}
    behind = Path(parts["host"]) / f".s.PGSQL.{parts.get('port', '5432')}"
    folder = Path(tempfile.mkdtemp(prefix="hl-"))
    place: Path | int = folder / ".s.PGSQL.5432" if request.param == "unix" else 0
    try:
        async with Proxy(place, lambda: asyncio.open_unix_connection(behind), slow_seconds=0.5) as proxy:
            host, port = (str(folder), 5432) if request.param == "unix" else ("127.0.0.1", proxy.place)
            url = make_conninfo(database.url, host=host, port=port)
            yield Outage(database, proxy, url)
    finally:
        shutil.rmtree(folder)

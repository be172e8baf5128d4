"""The application over a ledger in a fresh database, asked as a browser would ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from tests.database import Database

from hotledger.ledger.ledger import Ledger
from hotledger.store.postgres import PostgresStore
from hotledger.web.application import application
from hotledger.web.security import Security


@pytest.fixture
async def ledger(database: Database) -> AsyncIterator[Ledger]:
    """A ledger in a fresh database."""
    store = PostgresStore(database.url)
    yield Ledger(store)
    await store.close()


@pytest.fixture
async def site(ledger: Ledger) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the application."""
    transport = httpx2.ASGITransport(app=application(ledger, Security()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client

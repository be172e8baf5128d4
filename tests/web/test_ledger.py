"""The page of the ledger's health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from pydantic import SecretStr
from tests.database import Database
from tests.made import NOON, collected, opened, reading

from hotledger.config import load
from hotledger.errors import StoreError
from hotledger.ledger.ledger import Ledger
from hotledger.store.postgres import PostgresStore
from hotledger.web.application import application
from hotledger.web.here import Here, here
from hotledger.web.security import Security

SECRET = "s3cret-w0rd"


def client(ledger: Ledger, told: Here | None) -> httpx2.AsyncClient:
    """A client of an application that knows this of its machine."""
    transport = httpx2.ASGITransport(app=application(ledger, Security(), here=told))
    return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1")


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Here]:
    """What a machine knows whose database has a password, and a limit."""
    address = SecretStr(f"postgresql://me:{SECRET}@db.example:5432/lists")
    told = here(load(home=tmp_path, DATABASE_URL=address, size_limit_mb=1))
    yield told
    assert told.spool is not None
    told.spool.close()


async def test_sizes_versions_and_growth_are_told(site: httpx2.AsyncClient, database: Database) -> None:
    """Every table has its rows and bytes; schema and edition are ours; nothing is open, refused or old; in both languages."""
    await collected(database, "weibo", "one", "two")
    told = (await site.get("/ledger")).text
    assert "<code>hot_readings</code>" in told
    assert "that of this program" in told
    for sentence in ("No batch is open.", "No write was ever refused.", "there is nothing to purge", "No spool is known here"):
        assert sentence in told
    assert "账本状况" in (await site.get("/ledger?lang=zh")).text


async def test_an_empty_ledger_has_a_page(site: httpx2.AsyncClient) -> None:
    """Before anything was recorded, growth is unknown."""
    answer = await site.get("/ledger")
    assert answer.status_code == 200
    assert "never" in answer.text


async def test_open_leases_and_refusals_are_told_inert(site: httpx2.AsyncClient, database: Database) -> None:
    """Who writes and who was refused, as text; no token is shown."""
    batch = await opened(database, "weibo", owner="<b>laptop</b>")
    await database.call("batch_record", batch_id=batch.id, token=uuid4(), platform="weibo", reading=reading("one"))
    told = (await site.get("/ledger")).text
    assert "&lt;b&gt;laptop&lt;/b&gt;" in told
    assert "not_the_owner" in told
    assert str(batch.token)[:8] not in told
    await batch.expire()
    assert "ran out" in (await site.get("/ledger")).text
    await database.call("batch_reap")


async def test_the_spool_and_the_limit_of_this_machine_are_told(ledger: Ledger, machine: Here) -> None:
    """What waits here, how much of the limit is taken, and where the database is, without its password."""
    assert machine.spool is not None
    assert machine.target is not None
    await machine.spool.append(machine.target, str(uuid4()), "batch_record", {"token": SECRET}, None)
    await machine.spool.append("another", str(uuid4()), "batch_record", {}, None)
    async with client(ledger, machine) as site:
        told = (await site.get("/ledger")).text
    assert "1 calls wait for this database" in told
    assert "1 calls wait for other databases" in told
    assert "of 1 MB" in told
    assert "db.example:5432" in told
    assert SECRET not in told


@pytest.mark.parametrize(("days", "is_foreseen"), [(1, False), (10, True)])
async def test_the_end_of_the_room_is_foreseen_after_some_days(ledger: Ledger, tmp_path: Path, days: int, is_foreseen: bool) -> None:
    """A ledger that is a day old tells no pace yet; one of ten days says when the limit will be reached."""
    began_minutes = (datetime.now(UTC) - timedelta(days=days) - NOON).total_seconds() / 60
    past = {"platform": "weibo", **reading("one", minutes=began_minutes)}
    await ledger.import_batches([{"batch_id": str(uuid4()), "job_type": "import", "source": "a file", "readings": [past]}])
    told = here(load(home=tmp_path, size_limit_mb=500))
    async with client(ledger, told) as site:
        assert ("Full about" in (await site.get("/ledger?lang=en")).text) == is_foreseen
    if told.spool is not None:
        told.spool.close()


async def test_the_spool_is_told_while_the_database_is_away(machine: Here) -> None:
    """Without the database, the page says so, and still shows the spool."""
    store = PostgresStore(f"postgresql://me:{SECRET}@127.0.0.1:1/none?connect_timeout=1")
    async with client(Ledger(store), machine) as site:
        answer = await site.get("/ledger")
    await store.close()
    assert answer.status_code == 503
    assert "nothing waits for this database" in answer.text
    assert SECRET not in answer.text


async def test_other_pages_say_that_the_database_is_away(machine: Here) -> None:
    """The pages of platforms answer 503 with a sentence then."""
    store = PostgresStore("postgresql://me@127.0.0.1:1/none?connect_timeout=1")
    with pytest.raises(StoreError):
        await Ledger(store).sizes()
    async with client(Ledger(store), machine) as site:
        for path in ("/platforms", "/platforms/weibo"):
            assert (await site.get(path)).status_code == 503
    await store.close()

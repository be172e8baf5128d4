"""The wiring: the doors for programs, and what the settings mean."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.database import Database

import hotledger
from hotledger.app import DataCollector, address, batched, chosen_readers, database_place
from hotledger.config import Settings, environment_name
from hotledger.errors import SettingsError
from hotledger.model import Status, Verdict
from hotledger.platforms import reader, readers
from hotledger.simulator import Fault, Simulator
from hotledger.simulator.faults import Kind


def settings(**given: Any) -> Settings:
    """Settings from these alone."""
    return Settings(_env_file=None, **given)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """The sites, played in this process."""
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def configured(database: Database, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment of a script: a database, a way to the sites, and nothing else of ours."""
    for name in Settings.model_fields:
        monkeypatch.delenv(environment_name(name), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("HOTLEDGER_HOME", str(tmp_path))
    monkeypatch.setenv("HOTLEDGER_VIA", simulator.url)
    monkeypatch.setenv("HOTLEDGER_HOST_INTERVAL_SECONDS", "0")


@pytest.mark.usefixtures("configured")
async def test_collect_all(database: Database) -> None:
    """`collect_all` gives the id of the batch's row, its status, what landed, and a reading of every platform."""
    result = await hotledger.DataCollector().collect_all()
    assert (result.status, result.full) == (Status.COMPLETED, True)
    assert {reading.platform for reading in result.readings} == {name for name, each in readers().items() if not each.facts.off}
    assert await database.rows("SELECT id::TEXT, total_items FROM batch_jobs") == [(result.batch_job_id, result.total_items)]


@pytest.mark.usefixtures("configured")
async def test_collect_some(simulator: Simulator) -> None:
    """`collect` takes ids in the caller's order; a failure among them is a reading, not an exception."""
    simulator.faults.set("weibo", Fault(kind=Kind.BLOCK))
    result = await DataCollector().collect(["weibo", "baidu", "weibo"])
    assert [(reading.platform, reading.verdict) for reading in result.readings] == [("weibo", Verdict.BLOCKED), ("baidu", Verdict.OK)]
    assert (result.status, result.full, result.total_items) == (Status.COMPLETED, False, 50)
    with pytest.raises(SettingsError, match="There is no platform “nosuch”"):
        await DataCollector().collect(["nosuch"])


@pytest.mark.usefixtures("configured")
async def test_collect_from_a_script(database: Database) -> None:
    """`hotledger.collect()` needs no `async` around it, and is there before and after the package of that name was used."""
    result = await asyncio.to_thread(hotledger.collect, ["v2ex"])
    assert await database.value("SELECT platforms_processed FROM batch_jobs") == ["v2ex"]
    assert result.batch_job_id == await database.value("SELECT id::TEXT FROM batch_jobs")


def test_named_platforms_win_over_configured_ones() -> None:
    """What is named is collected, else what the settings name, else all but those that want to be named; each once."""
    some = settings(platforms=" weibo, v2ex ,,weibo")
    assert [reader.facts.id for reader in chosen_readers(some)] == ["weibo", "v2ex"]
    assert [reader.facts.id for reader in chosen_readers(some, ["github", "github"])] == ["github"]
    assert [reader for reader in readers().values() if reader not in chosen_readers(settings())] == [reader("coolapk"), reader("jin10")]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://me:sekret@db.example:6543/app?sslmode=require", "PostgreSQL database “app” at db.example:6543 (DATABASE_URL)"),
        ("postgresql:///app?host=/run/pg&user=me&password=sekret", "PostgreSQL database “app” at /run/pg (DATABASE_URL)"),
        ("host=db user=me password=sekret", "PostgreSQL database “me” at db (DATABASE_URL)"),
    ],
)
def test_place_is_told_without_the_password(url: str, place: str) -> None:
    """Where the database is can be shown: no form of address tells its password."""
    assert database_place(settings(database_url=SecretStr(url))) == place


@pytest.mark.parametrize("url", ["nonsense", "postgresql://me:sek%ret@h/x", "postgresql://me:sekret@[::1/x", "postgresql://h/x?sekret=1"])
def test_malformed_address_is_not_repeated(url: str) -> None:
    """What is wrong with an address is told without any part of it."""
    with pytest.raises(SettingsError) as caught:
        address(url)
    assert "sek" not in str(caught.value)


def test_groups_are_whole() -> None:
    """Groups keep the order, and the last one may be smaller."""
    assert list(batched(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batched([], 2)) == []

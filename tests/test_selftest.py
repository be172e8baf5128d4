"""The self-tests can fail: what they find on a database that is broken, and what they leave there."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr
from tests.database import Database

from hotledger.app import silent
from hotledger.config import Settings
from hotledger.diagnosis import Finding, examined
from hotledger.selftest import check_collection

BROKEN = """
CREATE OR REPLACE FUNCTION public.hot_list_store(platform_number SMALLINT, list JSONB, seen_at TIMESTAMPTZ,
  OUT entry_ids INTEGER[], OUT entry_heats DOUBLE PRECISION[], OUT new_items INTEGER)
LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$
"""


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Settings that mean the database of the test and nothing else."""
    return Settings(_env_file=None, database_url=SecretStr(database.url), home=tmp_path)  # type: ignore[call-arg]


def failed(found: list[Finding]) -> list[str]:
    return [finding.what for finding in found if not finding.good]


async def test_role_without_rights_is_found(settings: Settings, database: Database) -> None:
    """A role that may read but not write fails the check of rights, with the reason."""
    name = f"reader_{await database.value('SELECT pg_backend_pid()')}"
    await database.rows(f"CREATE ROLE {name} LOGIN")
    await database.rows(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    try:
        reader = SecretStr(make_conninfo(database.url, user=name))
        found = [finding async for finding in examined(settings.model_copy(update={"database_url": reader}), silent)]
    finally:
        await database.rows(f"DROP OWNED BY {name}")
        await database.rows(f"DROP ROLE {name}")
    assert failed(found) == ["The database role lacks rights, or row level security stops it"]
    assert f"GRANT DELETE, INSERT, UPDATE ON TABLE public.batch_jobs TO {name};" in found[-1].sql


async def test_broken_function_is_found_and_nothing_left(settings: Settings, database: Database) -> None:
    """A collection that the database refuses in its middle is a failed check, and its scratch batch is removed."""
    await database.rows(BROKEN)
    found = [finding async for finding in check_collection(settings, silent)]
    assert failed(found) == ["A collection is recorded"]
    assert "broken on purpose" in found[0].evidence
    for table in ("batch_jobs", "hot_readings", "hot_platforms", "hot_leases"):
        assert await database.value(f"SELECT count(*) FROM {table}") == 0, table

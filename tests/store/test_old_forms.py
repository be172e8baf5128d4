"""Functions of an earlier version, whose arguments were others, do not stay beside the new ones."""

from __future__ import annotations

from tests.database import Database

from hotledger.store.migrate import is_current, migrate


async def test_an_old_form_of_a_function_goes(database: Database) -> None:
    """After a migration there is one function of each of our names, and calls by name are not ambiguous."""
    await database.rows(
        "CREATE FUNCTION batch_trend(job_type TEXT DEFAULT NULL) RETURNS JSONB LANGUAGE sql AS $$ SELECT '[\"old\"]'::JSONB $$"
    )
    await migrate(database.store())
    assert await database.value("SELECT count(*) FROM pg_proc WHERE proname = 'batch_trend'") == 1
    assert await database.call("batch_trend") == []


async def test_a_foreign_function_of_another_name_stays(database: Database) -> None:
    """A migration removes nothing of anybody else's."""
    await database.rows("CREATE FUNCTION batch_of_theirs() RETURNS INTEGER LANGUAGE sql AS $$ SELECT 1 $$")
    await migrate(database.store())
    assert await database.value("SELECT batch_of_theirs()") == 1


async def test_another_edition_of_the_functions_is_seen(database: Database) -> None:
    """A database whose functions came from another edition is not current until it is migrated, though its tables are."""
    assert await is_current(database.store())
    await database.rows("COMMENT ON TABLE hot_migrations IS 'hotledger 0123456789abcdef'")
    assert not await is_current(database.store())
    await migrate(database.store())
    assert await is_current(database.store())

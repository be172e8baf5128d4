"""The schema: made, replayed, adopted and refused, on databases that were there before us."""

from __future__ import annotations

import asyncio
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.database import Database, Row

from hotledger import sql
from hotledger.embedded.binaries import find_installation
from hotledger.errors import SchemaMissing, SchemaOutdated, StoreRejected
from hotledger.ledger.ledger import Ledger
from hotledger.store.migrate import Migrated, migrate, schema_version

FOREIGN_TABLE = """
CREATE TABLE IF NOT EXISTS public.batch_jobs (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  job_type VARCHAR(50) NOT NULL,
  status VARCHAR(50) NULL DEFAULT 'pending'::VARCHAR,
  platforms_processed TEXT[] NULL,
  total_items INTEGER NULL DEFAULT 0,
  metadata JSONB NULL,
  started_at TIMESTAMP WITH TIME ZONE NULL DEFAULT now(),
  completed_at TIMESTAMP WITH TIME ZONE NULL,
  created_at TIMESTAMP WITH TIME ZONE NULL DEFAULT now(),
  CONSTRAINT batch_jobs_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS idx_batch_jobs_job_type ON public.batch_jobs USING btree (job_type, created_at DESC);
"""

# Each status with what other software may have left: nothing at all, nothing in the arrays, metadata of every JSON type.
FOREIGN_ROWS = """
INSERT INTO public.batch_jobs (id, job_type, status, platforms_processed, total_items, metadata, started_at, completed_at, created_at)
SELECT md5(concat(status, shape))::UUID, 'data_collection', status, platforms::TEXT[], items, metadata::JSONB,
       CASE WHEN shape <> 'bare' THEN TIMESTAMPTZ '2025-01-01 00:00:00.123456Z' END,
       CASE WHEN shape = 'ended' THEN TIMESTAMPTZ '2025-01-01 00:01:00Z' END,
       CASE WHEN shape <> 'bare' THEN TIMESTAMPTZ '2025-01-01 00:00:00Z' END
  FROM unnest(ARRAY['pending', 'in_progress', 'completed', 'failed', NULL]) AS status
 CROSS JOIN (VALUES ('bare', NULL, NULL, NULL),
                    ('ended', '{baidu,weibo}', 60, '{"baidu_items": 30, "weibo_items": "30", "schema": "theirs", "errors": null}'),
                    ('holes', '{NULL,baidu}', 0, 'null'), ('array', '{}', 1, '[1, "two"]'), ('scalar', '{baidu}', 2, '"text"'),
                    ('number', '{weibo}', 2147483647, '12.50')) AS shapes (shape, platforms, items, metadata)
"""

CATALOG = {
    "columns": """
        SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
               pg_get_expr(d.adbin, d.adrelid)
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND c.relname <> 'hot_migrations'
         ORDER BY 1, 2""",
    "constraints": """
        SELECT conrelid::regclass::TEXT, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conrelid <> COALESCE(to_regclass('public.hot_migrations')::OID, 0)
         ORDER BY 1, 2""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'hot_migrations'
         ORDER BY 1, 2""",
    "options": """
        SELECT relname, reloptions FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'hot_migrations'
         ORDER BY 1""",
    "functions": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1",
}
TABLES = ("columns", "constraints", "indexes", "options")


async def catalog(database: Database, *names: str) -> dict[str, list[Row]]:
    """What the server says of our schema."""
    return {name: await database.rows(CATALOG[name]) for name in names or tuple(CATALOG)}


async def test_replayed_migrations_equal_the_schema(database: Database, bare_database: Database) -> None:
    """All migrations, one after another, make the very tables that `schema.sql` shows."""
    await bare_database.rows(sql.schema())
    replayed, shown = await catalog(database, *TABLES), await catalog(bare_database, *TABLES)
    assert replayed == shown
    assert len(replayed["columns"]) > 40


async def test_each_function_and_view_has_the_name_of_its_file(database: Database) -> None:
    """A file of `functions` makes one function of its name, and nothing else makes one."""
    made = await database.rows("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY proname COLLATE \"C\"")
    assert tuple(name for (name,) in made) == sql.functions()
    views = await database.rows("SELECT viewname FROM pg_views WHERE schemaname = 'public'")
    assert {name for (name,) in views} == {file.stem for file in Path(sql.__file__).parent.glob("views/*.sql")}


def test_the_rights_are_told_for_every_function() -> None:
    """No function is left with the rights that new functions have by default."""
    told = re.search(r"proname = ANY \(ARRAY\[(.*?)\]", Path(sql.__file__).with_name("rights.sql").read_text(), re.DOTALL)
    assert told
    assert tuple(sorted(re.findall(r"'(\w+)'", told.group(1)))) == sql.functions()


async def test_every_function_of_ours_pins_its_search_path(database: Database) -> None:
    """No function that reads a table can be led to another's table by the caller's search path."""
    loose = await database.rows(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT (COALESCE(proconfig, '{}')::TEXT ~ 'search_path')"
        r" AND prosrc ~* '\m(FROM|JOIN|INTO|UPDATE)\s+(public\.)?(batch_jobs|hot_(entries|readings|platforms|leases|collectors))'"
    )
    assert loose == []


async def test_migrating_again_changes_nothing(bare_database: Database) -> None:
    """The first migration says from where to where; the second one finds nothing to do."""
    store = bare_database.store()
    assert await schema_version(store) == 0
    assert await migrate(store) == Migrated(0, sql.schema_version())
    before = await catalog(bare_database)
    noted = await bare_database.rows("SELECT * FROM hot_migrations")
    assert await migrate(store) == Migrated(sql.schema_version(), sql.schema_version())
    assert await catalog(bare_database) == before
    assert await bare_database.rows("SELECT * FROM hot_migrations") == noted


async def test_migrations_at_once_wait_for_each_other(bare_database: Database) -> None:
    """Of four migrations at once, one does it all, and the others find it done."""
    stores = [bare_database.store(connections=1) for _ in range(4)]
    done = await asyncio.gather(*(migrate(store) for store in stores))
    assert sorted(each.before for each in done) == [0, *[sql.schema_version()] * 3]


@pytest.mark.parametrize("version", range(sql.schema_version()))
async def test_an_older_database_gets_what_it_lacks(bare_database: Database, database: Database, version: int) -> None:
    """From any version before, the missing steps lead to the same schema."""
    await bare_database.rows(
        "CREATE TABLE hot_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TIMESTAMPTZ DEFAULT now())"
    )
    for step in sql.migrations()[:version]:
        await bare_database.rows(step.statements)
        await bare_database.rows("INSERT INTO hot_migrations VALUES (%(number)s, 'step')", {"number": step.number})
    assert await migrate(bare_database.store()) == Migrated(version, sql.schema_version())
    assert await catalog(bare_database) == await catalog(database)


async def test_a_newer_database_is_left_alone(bare_database: Database) -> None:
    """Code that is older than the database refuses to touch it, and says what to do."""
    store = bare_database.store()
    await migrate(store)
    await bare_database.rows("INSERT INTO hot_migrations (number, name) VALUES (9999, 'of the future')")
    before = await catalog(bare_database)
    with pytest.raises(SchemaOutdated, match=r"9999.*upgrade hotledger"):
        await migrate(store)
    assert await catalog(bare_database) == before


@pytest.mark.parametrize("options", [["-1"], []], ids=["in one transaction", "statement by statement"])
async def test_the_script_for_an_sql_editor_can_run_twice(bare_database: Database, database: Database, options: list[str]) -> None:
    """psql runs the printed script twice without an error, and comes to the same schema as `migrate`."""
    for _ in range(2):
        await psql(bare_database, sql.script(), *options)
    assert await catalog(bare_database) == await catalog(database)
    assert await schema_version(bare_database.store()) == sql.schema_version()


async def test_an_empty_database_lacks_the_schema(bare_database: Database) -> None:
    """A call before the migration is named, with the command that helps."""
    with pytest.raises(SchemaMissing, match="hotledger migrate"):
        await bare_database.call("ledger_verify")


async def test_an_existing_table_is_adopted_with_its_rows(bare_database: Database) -> None:
    """Rows of other software, in every status and with NULLs everywhere, are the same bytes after the migration, twice over."""
    await bare_database.rows(FOREIGN_TABLE)
    await bare_database.rows(FOREIGN_ROWS)
    before = await bare_database.rows("SELECT batch_jobs::TEXT, xmin, ctid FROM batch_jobs ORDER BY ctid")
    assert len(before) == 30
    for _ in range(2):
        await migrate(bare_database.store())
        assert await bare_database.rows("SELECT batch_jobs::TEXT, xmin, ctid FROM batch_jobs ORDER BY ctid") == before


@pytest.fixture
async def adopted(bare_database: Database) -> Ledger:
    """A ledger in a database with rows of other software."""
    await bare_database.rows(FOREIGN_TABLE)
    await bare_database.rows(FOREIGN_ROWS)
    await migrate(bare_database.store())
    return bare_database.ledger()


async def test_adopted_rows_are_listed(adopted: Ledger) -> None:
    """Every adopted row is listed, whatever it lacks; the filters and the order by size work on them."""
    assert len(await adopted.jobs(at_most=100)) == 30
    assert len(await adopted.jobs(status="completed", at_most=100)) == 6
    assert len(await adopted.jobs(platform="weibo", at_most=100)) == 10
    sizes = [job.total_items for job in await adopted.jobs(by_size=True, at_most=100)]
    assert sizes[0] == 2147483647
    assert sizes[-5:] == [None] * 5


async def test_adopted_rows_are_in_the_trend(adopted: Ledger) -> None:
    """Adopted rows count by day; those that say no day come last, without one."""
    days = await adopted.trend(job_type="data_collection")
    assert [day["date"] for day in days] == ["2025-01-01", None]
    assert [(day["total_jobs"], day["successful"], day["failed"]) for day in days] == [(25, 5, 5), (5, 1, 1)]
    assert days[1]["avg_items"] is None


async def test_adopted_rows_are_shown_one_by_one(adopted: Ledger) -> None:
    """Each adopted row can be looked at whole: without readings, and without a lease."""
    for job in await adopted.jobs(at_most=100):
        shown = await adopted.job(job.id)
        assert shown is not None
        assert (shown["readings"], shown["lease"], shown["status"]) == ([], None, job.status)


async def test_adopted_rows_are_none_of_our_accounts(adopted: Ledger) -> None:
    """What other software wrote is counted apart, and never reported as unsound."""
    found = await adopted.verify()
    assert found["sound"], found["discrepancies"]
    assert (found["checked"]["batches"], found["checked"]["other_batches"]) == (0, 30)


async def test_adopted_rows_are_purged(adopted: Ledger, bare_database: Database) -> None:
    """Old adopted rows go, those without a date stay, and take no place among those that are to be kept."""
    assert await adopted.purge(timedelta(days=30), keep_last=3, dry_run=True) == {"older": 25, "purged": 22}
    assert await adopted.purge(timedelta(days=30), keep_last=3, dry_run=False) == {"older": 25, "purged": 22}
    assert await bare_database.value("SELECT count(*) FROM batch_jobs") == 8


async def test_adopted_rows_that_are_open_can_be_ended_by_their_software(adopted: Ledger, bare_database: Database) -> None:
    """The software that wrote a row goes on writing it, and a forgotten `completed_at` is filled in."""
    changed = await bare_database.changed(
        "UPDATE batch_jobs SET status = 'completed' WHERE status IS NULL OR status IN ('pending', 'in_progress')"
    )
    assert changed == 18
    assert await bare_database.value("SELECT count(*) FROM batch_jobs WHERE status = 'completed' AND completed_at IS NULL") == 5
    assert (await adopted.verify())["sound"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER TABLE batch_jobs DROP COLUMN metadata", "metadata must be jsonb but is missing"),
        ("ALTER TABLE batch_jobs ALTER total_items TYPE BIGINT", "total_items must be integer but is bigint"),
        ("ALTER TABLE batch_jobs ALTER platforms_processed TYPE JSONB USING NULL", "platforms_processed must be text[] but is jsonb"),
        ("ALTER TABLE batch_jobs ALTER created_at TYPE TIMESTAMP", "created_at must be timestamp with time zone"),
    ],
)
async def test_a_table_of_another_shape_is_refused(bare_database: Database, change: str, said: str) -> None:
    """A `batch_jobs` that is not the known one is refused in one sentence that says which column, and nothing is changed."""
    await bare_database.rows(FOREIGN_TABLE)
    await bare_database.rows(FOREIGN_ROWS)
    await bare_database.rows(change)
    before = await catalog(bare_database), await bare_database.rows("SELECT batch_jobs::TEXT FROM batch_jobs ORDER BY id")
    with pytest.raises(StoreRejected) as refused:
        await migrate(bare_database.store())
    assert said in str(refused.value)
    assert "Rename that table" in str(refused.value)
    assert (await catalog(bare_database), await bare_database.rows("SELECT batch_jobs::TEXT FROM batch_jobs ORDER BY id")) == before
    assert await schema_version(bare_database.store()) == 0


async def test_columns_of_its_own_do_no_harm(bare_database: Database) -> None:
    """A table that has further columns is adopted, and our batches are written beside them."""
    await bare_database.rows(FOREIGN_TABLE)
    await bare_database.rows("ALTER TABLE batch_jobs ADD COLUMN note TEXT DEFAULT 'theirs'")
    await migrate(bare_database.store())
    async with bare_database.ledger().batch("nightly_report", ["sales"]) as batch, batch.unit("sales") as unit:
        unit.items = 3
    assert await bare_database.rows("SELECT note, total_items, status FROM batch_jobs") == [("theirs", 3, "completed")]


async def psql(database: Database, script: str, *options: str) -> None:
    """Run a script by the wheel's psql."""
    address = conninfo_to_dict(database.url)
    words = " ".join(f"{name}={value}" for name, value in address.items())
    command = [str(find_installation().program("psql")), "-Xq", "-v", "ON_ERROR_STOP=1", *options, words]
    done = await asyncio.to_thread(subprocess.run, command, input=script.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()

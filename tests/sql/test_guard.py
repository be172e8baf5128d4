"""What the database itself forbids to every writer of `batch_jobs`, by raw SQL."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest
from tests.database import Database

STATUSES = ("pending", "in_progress", "completed", "failed")
ORDER = {"pending": 0, "in_progress": 1, "completed": 2, "failed": 2}
REFUSED = psycopg.errors.CheckViolation


def allowed(before: str, after: str) -> bool:
    return before == after or (ORDER[before] < ORDER[after])


async def made(database: Database, status: str | None, **columns: object) -> UUID:
    """Insert a row as other software does."""
    row = {"id": uuid4(), "job_type": "theirs", "status": status, **columns}
    names = ", ".join(row)
    values = ", ".join(f"%({name})s" for name in row)
    await database.rows(f"INSERT INTO batch_jobs ({names}) VALUES ({values})", row)
    return row["id"]  # type: ignore[return-value]


async def update(database: Database, row: UUID, assignment: str) -> int:
    return await database.changed(f"UPDATE batch_jobs SET {assignment} WHERE id = %(id)s", {"id": row})


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
async def test_a_status_moves_forward_only(database: Database, before: str, after: str) -> None:
    """Of all pairs of statuses, the database allows those that go forward, and refuses the others."""
    row = await made(database, before)
    if allowed(before, after):
        assert await update(database, row, f"status = '{after}'") == 1
    else:
        with pytest.raises(REFUSED):
            await update(database, row, f"status = '{after}'")
    kept = await database.value("SELECT status FROM batch_jobs")
    assert kept == (after if allowed(before, after) else before)


@pytest.mark.parametrize("status", ["running", "", "Completed", "completed "])
async def test_an_unknown_status_is_refused(database: Database, status: str) -> None:
    """No fifth status comes in, neither with a new row nor into an old one."""
    with pytest.raises(REFUSED, match="pending, in_progress, completed or failed"):
        await made(database, status)
    row = await made(database, "pending")
    with pytest.raises(REFUSED, match="pending, in_progress, completed or failed"):
        await update(database, row, f"status = '{status}'")


async def test_a_new_row_without_a_status_is_pending(database: Database) -> None:
    """NULL in place of a status means `pending` in a new row."""
    await made(database, None)
    assert await database.value("SELECT status FROM batch_jobs") == "pending"


@pytest.mark.parametrize("status", STATUSES)
async def test_a_status_is_never_forgotten(database: Database, status: str) -> None:
    """An update to NULL leaves the status as it is."""
    row = await made(database, status)
    await update(database, row, "status = NULL")
    assert await database.value("SELECT status FROM batch_jobs") == status


CHANGES = (
    "id = gen_random_uuid()",
    "job_type = 'another'",
    "platforms_processed = '{other}'",
    "platforms_processed = NULL",
    "total_items = 8",
    "total_items = NULL",
    "metadata = metadata || '{\"note\": 1}'",
    "metadata = NULL",
    "started_at = started_at - INTERVAL '1 hour'",
    "started_at = NULL",
    "completed_at = completed_at + INTERVAL '1 hour'",
    "completed_at = NULL",
    "created_at = created_at - INTERVAL '90 days'",
    "created_at = NULL",
)


@pytest.mark.parametrize("status", ["completed", "failed"])
async def test_what_has_ended_stays_as_it_is(database: Database, status: str) -> None:
    """No column of an ended row can be changed; writing the same again is no change."""
    row = await made(database, status, platforms_processed=["a"], total_items=7, metadata="{}")
    before = await database.value("SELECT batch_jobs::TEXT FROM batch_jobs")
    for change in CHANGES:
        with pytest.raises(REFUSED, match="has ended"):
            await update(database, row, change)
    assert await update(database, row, f"status = '{status}', total_items = 7, completed_at = completed_at") == 1
    assert await database.value("SELECT batch_jobs::TEXT FROM batch_jobs") == before


async def test_every_column_is_among_the_changes(database: Database) -> None:
    """The test above leaves no column out but the status, which has its own."""
    columns = await database.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'batch_jobs'::regclass AND attnum > 0 AND NOT attisdropped"
    )
    assert {name for (name,) in columns} == {change.split(" ")[0] for change in CHANGES} | {"status"}


@pytest.mark.parametrize("status", STATUSES)
async def test_completed_at_is_set_exactly_when_ended(database: Database, status: str) -> None:
    """A forgotten `completed_at` is filled in, and one that comes too early is dropped."""
    await made(database, status)
    await made(database, status, completed_at="2026-01-01T00:00:00Z", started_at="2025-12-31T00:00:00Z")
    row = await made(database, "pending")
    await update(database, row, f"status = '{status}', completed_at = '2099-01-01Z'")
    ended = status in ("completed", "failed")
    assert await database.rows("SELECT completed_at IS NOT NULL FROM batch_jobs") == [(ended,)] * 3


async def test_completed_at_is_never_before_started_at(database: Database) -> None:
    """An end before the beginning is moved to the beginning."""
    await made(database, "completed", started_at="2026-01-02T00:00:00Z", completed_at="2026-01-01T00:00:00Z")
    row = await made(database, "in_progress", started_at="2099-01-02T00:00:00Z")
    await update(database, row, "status = 'failed'")
    assert await database.rows("SELECT completed_at = started_at FROM batch_jobs") == [(True,)] * 2


async def test_an_end_without_a_beginning_is_kept(database: Database) -> None:
    """`started_at` may be unknown, and stays so."""
    await made(database, "completed", started_at=None, completed_at="2026-01-01T00:00:00Z")
    assert await database.rows("SELECT started_at, completed_at = '2026-01-01Z' FROM batch_jobs") == [(None, True)]


async def test_items_are_never_negative(database: Database) -> None:
    """A negative `total_items` is refused in new rows and old ones."""
    with pytest.raises(REFUSED, match="negative"):
        await made(database, "pending", total_items=-1)
    row = await made(database, "pending", total_items=0)
    with pytest.raises(REFUSED, match="negative"):
        await update(database, row, "total_items = -1")


async def test_an_adopted_row_with_holes_can_be_ended_once(database: Database) -> None:
    """A row that ended without `completed_at` before we came may get it once, and nothing else."""
    row = uuid4()
    await database.rows("ALTER TABLE batch_jobs DISABLE TRIGGER batch_jobs_guard")
    await database.rows("INSERT INTO batch_jobs (id, job_type, status) VALUES (%(id)s, 'theirs', 'completed')", {"id": row})
    await database.rows("ALTER TABLE batch_jobs ENABLE TRIGGER batch_jobs_guard")
    with pytest.raises(REFUSED):
        await update(database, row, "completed_at = now(), total_items = 3")
    assert await update(database, row, "completed_at = '2099-01-01Z'") == 1
    with pytest.raises(REFUSED):
        await update(database, row, "completed_at = '2099-01-02Z'")


async def test_an_upsert_is_guarded_too(database: Database) -> None:
    """Software that writes with ON CONFLICT DO UPDATE can't reopen a batch."""
    row = await made(database, "completed")
    with pytest.raises(REFUSED):
        await database.rows(
            "INSERT INTO batch_jobs (id, job_type, status) VALUES (%(id)s, 'theirs', 'in_progress')"
            " ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status",
            {"id": row},
        )

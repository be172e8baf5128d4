"""An import writes each title once a call; how many batches a call brings must not change what is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.database import Database, Row

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
# Rows of consecutive lists: titles that stay, return, stand twice in one list, and change heat, address or extras.
HOURS: tuple[list[dict[str, Any]], ...] = (
    [{"title": "a", "heat": 5}, {"title": "b", "heat": 4, "url": "https://b/1"}, {"title": "a", "heat": 3}],
    [{"title": "b", "heat": 9, "extras": {"label": "hot"}}, {"title": "c"}],
    [{"title": "a", "heat": 1}, {"title": "b", "heat": 2, "url": "https://b/2"}, {"title": "d", "id": "4", "heat": 8}],
    [{"title": "c", "heat": 7}, {"title": "d", "id": "5"}, {"title": "b"}],
)


def batch(hour: int) -> dict[str, Any]:
    """One batch of two platforms, whose lists have titles in common."""
    at = (NOON + timedelta(hours=hour)).isoformat()
    readings = [
        {
            "platform": platform,
            "verdict": "ok",
            "evidence": "made",
            "collected_at": at,
            "items": HOURS[hour if platform == "weibo" else -hour - 1],
        }
        for platform in ("weibo", "baidu")
    ]
    return {"batch_id": str(UUID(int=hour + 1)), "job_type": "data_collection", "source": "import", "readings": readings}


async def stored(database: Database) -> tuple[list[Row], list[Row]]:
    """What is known of each title, and each list with its new titles, all without numbers that the database gave out."""
    entries = await database.rows(
        """SELECT platform.name, entry.title, source_id, url, extras, first_seen_at, last_seen_at, best_rank, peak_heat, times_seen
             FROM hot_entries AS entry JOIN hot_platforms AS platform ON platform.id = platform_id ORDER BY 1, 2, 3"""
    )
    lists = await database.rows(
        """SELECT item.platform, item.collected_at, item.rank, item.title, item.heat, reading.new_items
             FROM hot_items AS item JOIN hot_platforms AS platform ON platform.name = item.platform
             JOIN hot_readings AS reading ON reading.batch_id = item.batch_id AND reading.platform_id = platform.id ORDER BY 1, 2, 3"""
    )
    return entries, lists


async def test_portions_do_not_change_what_an_import_stores(database: Database) -> None:
    """All batches in one call, or each in its own, or two and two: the same entries, lists and numbers of new titles."""
    outcomes = []
    for portion in (4, 2, 1):
        for start in range(0, len(HOURS), portion):
            await database.call("batch_import", batches=[batch(hour) for hour in range(start, start + portion)])
        outcomes.append(await stored(database))
        await database.rows("TRUNCATE batch_jobs, hot_leases, hot_readings, hot_entries")
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert [row[1:] for row in outcomes[0][0] if row[0] == "weibo" and row[1] == "b"] == [
        ("b", None, "https://b/2", {"label": "hot"}, NOON, NOON + timedelta(hours=3), 1, 9.0, 4)
    ]


async def test_lists_recorded_one_by_one_equal_imported_ones(database: Database) -> None:
    """A collection that records lists as they come leaves the entries that an import of the same lists leaves."""
    await database.call("batch_import", batches=[batch(hour) for hour in range(4)])
    imported = await stored(database)
    await database.rows("TRUNCATE batch_jobs, hot_leases, hot_readings, hot_entries")
    token = str(UUID(int=99))
    for hour in range(4):
        past = batch(hour)
        await database.call(
            "batch_open", batch_id=UUID(past["batch_id"]), job_type="data_collection", planned=["weibo", "baidu"], token=UUID(token)
        )
        for reading in past["readings"]:
            await database.call(
                "batch_record", batch_id=UUID(past["batch_id"]), token=UUID(token), platform=reading["platform"], reading=reading
            )
    assert await stored(database) == imported

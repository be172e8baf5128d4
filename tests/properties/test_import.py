"""An import whose lists contradict each other: what it enters is what it stores."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.database import Database
from tests.made import reading


def past(*readings: dict[str, Any]) -> dict[str, Any]:
    return {"batch_id": str(uuid4()), "job_type": "data_collection", "readings": [{"platform": "weibo", **each} for each in readings]}


async def test_no_title_is_entered_of_a_list_that_is_not_stored(database: Database) -> None:
    """Of two readings of a platform at the same moment the first one stands, also when only the second one has a list."""
    answer = await database.call("batch_import", batches=[past(reading(verdict="blocked")), past(reading("a", "b"))])
    assert (answer["readings"], answer["known_readings"], answer["items"]) == (1, 1, 0)
    assert await database.value("SELECT count(*) FROM hot_entries") == 0

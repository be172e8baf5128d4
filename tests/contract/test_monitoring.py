"""What the ledger tells a monitor, and that incidents can be acknowledged, over psycopg and over PostgREST."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.contract.conftest import Calls, is_recent
from tests.made import NOON, reading

from hotledger.errors import StoreRejected
from hotledger.sql.rights import SERVICE, VIEWS


@pytest.mark.covers("incident_acknowledge", "incident_list")
async def test_the_first_acknowledgement_counts(call: Calls) -> None:
    """An incident says who has seen it first; it stays so while its readings go on; another one knows nothing of it."""
    for name, minutes in (("weibo", 0), ("zhihu", 0), ("weibo", 5), ("zhihu", 5)):
        batch = await call.opened(name, started_at=NOON)
        await batch.record(name, reading(verdict="blocked", minutes=minutes))
    weibo, zhihu = sorted(await call("incident_list"), key=lambda each: str(each["platform"]))
    assert (weibo["acknowledged_at"], weibo["acknowledged_by"]) == (None, None)
    seen = await call("incident_acknowledge", id=weibo["id"], by="  Ann ")
    assert seen["acknowledged_by"] == "Ann"
    assert is_recent(seen["acknowledged_at"])
    assert await call("incident_acknowledge", id=weibo["id"], by="Bob") == seen
    batch = await call.opened("weibo", started_at=NOON)
    await batch.record("weibo", reading(verdict="blocked", minutes=10))
    (still,) = await call("incident_list", platform="weibo")
    assert (still["acknowledged_by"], still["bad_readings"]) == ("Ann", 3)
    assert (await call("incident_acknowledge", id=zhihu["id"], by=""))["acknowledged_by"] is None


@pytest.mark.covers("incident_acknowledge")
async def test_nothing_that_is_not_there_is_acknowledged(call: Calls) -> None:
    """An id that no incident has is refused."""
    with pytest.raises(StoreRejected, match="There is no incident"):
        await call("incident_acknowledge", id=uuid4())


@pytest.mark.covers("ledger_metrics")
async def test_an_empty_ledger_has_metrics(call: Calls) -> None:
    """With nothing in it, there are zeros, and what is not known is NULL."""
    found = await call("ledger_metrics")
    assert found["batches"] == {
        "by_status": {"pending": 0, "in_progress": 0, "completed": 0, "failed": 0},
        "oldest_open_at": None,
        "last": [],
    }
    assert found["leases"] == {"open": 0, "expired": 0, "oldest_beat_at": None, "refused": 0}
    assert (found["platforms"], found["incidents"]) == ([], {})
    assert set(found["table_bytes"]) == set(SERVICE) - set(VIEWS)


@pytest.mark.covers("ledger_metrics")
async def test_metrics_tell_of_batches_platforms_and_troubles(call: Calls) -> None:
    """Batches of a day by status, the oldest open one, each platform's day and last reading, incidents by kind."""
    await call.recorded("weibo", "one", "two")
    for minutes in (10, 20):
        batch = await call.opened("weibo", "zhihu", started_at=NOON)
        await batch.record("weibo", reading(verdict="blocked", minutes=minutes))
    found = await call("ledger_metrics", at=NOON + timedelta(hours=1))
    assert found["batches"]["oldest_open_at"] is not None
    assert found["batches"]["by_status"]["completed"] == 1
    (last,) = found["batches"]["last"]
    assert (last["job_type"], last["status"], last["total_items"]) == ("data_collection", "completed", 2)
    assert found["leases"]["open"] == 2
    weibo, _ = found["platforms"]
    assert (weibo["platform"], weibo["enabled"], weibo["kept"], weibo["items"]) == ("weibo", True, False, 2)
    assert weibo["verdicts"] == {"ok": 1, "blocked": 2}
    assert found["incidents"] == {"blocked": 1}
    later = await call("ledger_metrics", at=NOON + timedelta(days=2))
    assert (later["platforms"][0]["verdicts"], later["platforms"][0]["items"]) == ({}, 0)

"""What the reports of platforms and of the ledger's own size promise, over psycopg and over PostgREST."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.contract.conftest import Calls, instant, is_recent
from tests.made import NOON, reading

from hotledger import sql
from hotledger.sql.rights import SERVICE, VIEWS


@pytest.mark.covers("platform_calendar")
async def test_a_calendar_has_the_days_of_each_platform(call: Calls) -> None:
    """Days that were read, with their good share and worst verdict; who is off says why; days without a reading are left out."""
    await call.recorded("weibo", "one")
    batch = await call.opened("weibo", "zhihu", started_at=NOON)
    await batch.record("weibo", reading(verdict="blocked", minutes=10))
    await batch.record("zhihu", reading("two", verdict="short"))
    await call("platform_enable", platform="zhihu", enabled=False, reason="too slow")
    found = await call("platform_calendar", days=3, at=NOON + timedelta(days=1))
    assert (found["first"], found["last"], found["next"]) == ("2026-03-03", "2026-03-05", None)
    weibo, zhihu = found["platforms"]
    assert weibo["days"] == [{"day": "2026-03-04", "readings": 2, "good": 1, "worst": "blocked"}]
    assert (zhihu["days"][0]["worst"], zhihu["enabled"], zhihu["disabled_reason"]) == ("short", False, "too slow")
    assert [each["days"] for each in (await call("platform_calendar", days=2))["platforms"]] == [[], []]


@pytest.mark.covers("platform_calendar")
async def test_a_calendar_has_pages(call: Calls) -> None:
    """Platforms come by name, so many at a time, each once."""
    for name in ("c", "a", "b"):
        await call.recorded(name, "one")
    first = await call("platform_calendar", at_most=2)
    rest = await call("platform_calendar", at_most=2, after=first["next"])
    assert [[each["platform"] for each in page["platforms"]] for page in (first, rest)] == [["a", "b"], ["c"]]
    assert rest["next"] is None


@pytest.mark.covers("platform_story")
async def test_a_story_has_a_point_for_each_reading(call: Calls) -> None:
    """Items, turnover, duration and the middle heat of each reading; changes of the parser and kept bodies beside; unknown is unknown."""
    batches = [await call.opened("weibo", started_at=NOON) for _ in range(3)]
    heats = reading("one", "two", "three", heats=(30, 10, 20), parser_version="a", body_hash="ab", bytes=7)
    await batches[0].record("weibo", heats)
    await batches[1].record("weibo", reading("one", "four", minutes=10, parser_version="b"))
    await batches[2].record("weibo", reading(verdict="blocked", minutes=20, parser_version="b", error_code="blocked", body_hash="cd"))
    story = await call("platform_story", platform="weibo", since=NOON, until=NOON + timedelta(hours=1))
    assert (story["by"], story["step_days"]) == ("reading", 1)
    assert [(each["items"], each["turnover"], each["heat"], each["verdict"]) for each in story["points"]] == [
        (3, 1, 20, "ok"),
        (2, 0.5, None, "ok"),
        (None, None, None, "blocked"),
    ]
    (day,) = story["days"]
    assert (day["readings"], day["good"], day["verdicts"]) == (3, 2, {"ok": 2, "blocked": 1})
    (change,) = story["parsers"]
    assert (change["before"], change["version"], instant(change["at"])) == ("a", "b", NOON + timedelta(minutes=10))
    assert [(each["body_hash"], each["bytes"]) for each in story["bodies"]] == [("cd", None), ("ab", 7)]
    assert await call("platform_story", platform="nobody") is None


@pytest.mark.covers("platform_story")
async def test_a_long_story_is_thinned_by_days(call: Calls) -> None:
    """Where there are more readings than points are wanted, days are told, and of many days several together; nothing is counted twice."""
    for day in range(6):
        await call.recorded("weibo", "one", f"of day {day}", minutes=day * 1440)
    since, until = NOON, NOON + timedelta(days=5)
    by_day = await call("platform_story", platform="weibo", since=since, until=until, at_most=5)
    assert (by_day["by"], by_day["step_days"]) == ("day", 2)
    assert [each["readings"] for each in by_day["points"]] == [2, 2, 2]
    assert [each["items"] for each in by_day["points"]] == [2, 2, 2]
    assert by_day["points"][0]["turnover"] == 0.75


@pytest.mark.covers("ledger_sizes")
async def test_the_ledger_tells_its_size(call: Calls) -> None:
    """Bytes and rows by table, growth, versions, and no lease while nothing is open."""
    await call.recorded("weibo", "one", "two")
    sizes = await call("ledger_sizes")
    tables = {each["table"]: each for each in sizes["tables"]}
    assert set(tables) == set(SERVICE) - set(VIEWS)
    assert (tables["hot_readings"]["rows"], tables["hot_entries"]["rows"]) == (1, 2)
    assert all(0 <= each["index_bytes"] <= each["bytes"] for each in sizes["tables"])
    assert (sizes["schema_version"], sizes["edition"]) == (sql.schema_version(), f"hotledger {sql.mark()}")
    assert is_recent(sizes["now"])
    assert instant(sizes["oldest_reading_at"]) == instant(sizes["newest_reading_at"]) == NOON
    assert (sizes["open_leases"], sizes["refused"], sizes["refused_writes"], sizes["old_batches"]) == ([], [], 0, 0)


@pytest.mark.covers("ledger_sizes", "batch_import")
async def test_imported_batches_let_no_leases_grow(call: Calls) -> None:
    """Batches of the past have no lease, so that the leases of the ledger grow by those of the batches that ran here alone."""
    await call.recorded("weibo", "one")
    alone = {each["table"]: each["bytes_a_day"] for each in (await call("ledger_sizes"))["tables"]}
    past = [{"batch_id": str(uuid4()), "readings": [{"platform": "weibo", **reading("one", minutes=-60 * hours)}]} for hours in range(1, 9)]
    await call("batch_import", batches=[{"job_type": "import", "source": "a file", **each} for each in past])
    grown = {each["table"]: each["bytes_a_day"] for each in (await call("ledger_sizes"))["tables"]}
    assert grown["hot_leases"] == alone["hot_leases"]


@pytest.mark.covers("ledger_sizes")
async def test_the_ledger_tells_who_writes_and_who_was_refused(call: Calls) -> None:
    """An open lease with its owner, and a refused write with its reason, but no word of a token."""
    batch = await call.opened("weibo", owner="laptop:1")
    stranger = uuid4()
    await call("batch_record", batch_id=batch.id, token=stranger, platform="weibo", reading=reading("one"))
    sizes = await call("ledger_sizes")
    (lease,), (refused,) = sizes["open_leases"], sizes["refused"]
    assert (lease["batch_id"], lease["owner"], lease["expired"]) == (str(batch.id), "laptop:1", False)
    assert (refused["batch_id"], refused["refused"], refused["last"]["reason"], sizes["refused_writes"]) == (
        str(batch.id),
        1,
        "not_the_owner",
        1,
    )
    assert str(stranger)[:8] not in str(sizes)
    assert str(batch.token) not in str(sizes)

"""What opens an incident and what closes it, which readings were missed, and what outlives the readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.database import Database
from tests.made import NOON, collected, opened, reading

from hotledger.store.migrate import migrate

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def read(database: Database, verdicts: str, *, platform: str = "weibo", since: int = 0) -> None:
    """One reading an hour: `.` is ok, `f` frozen, `s` short, `b` blocked, `u` unreachable, a space none at all."""
    names = {".": "ok", "f": "frozen", "s": "short", "b": "blocked", "u": "unreachable"}
    for hour, letter in enumerate(verdicts, since):
        if letter != " ":
            titles = ["a", "b"] if letter in ".fs" else []
            await collected(database, platform, *titles, verdict=names[letter], minutes=hour * 60, evidence=f"{names[letter]} at {hour}")


async def imported(database: Database, moments: Iterable[datetime], platform: str = "weibo") -> None:
    """Good readings of the past, at these moments."""
    lists = [{"platform": platform, **reading("a"), "collected_at": at} for at in moments]
    batches = [{"batch_id": str(uuid4()), "job_type": "data_collection", "readings": [each]} for each in lists]
    await database.call("batch_import", batches=batches)


async def incidents(database: Database, **arguments: Any) -> list[dict[str, Any]]:
    """Incidents as they are listed at noon."""
    found: list[dict[str, Any]] = await database.call("incident_list", **{"only_open": False, "at": NOON, **arguments})
    return found


async def told(database: Database) -> list[tuple[str, int, int | None]]:
    """Kind, first hour and hour of the end, oldest first."""
    found = sorted(await incidents(database), key=lambda each: str(each["opened_at"]))
    return [(each["kind"], _hour(each["opened_at"]) or 0, _hour(each["closed_at"])) for each in found]


def _hour(written: str | None) -> int | None:
    return None if written is None else round((datetime.fromisoformat(written) - NOON) / HOUR)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("....", []),
        ("..b..", []),
        (".b.b..b..", []),
        ("..b", []),
        ("b..", []),
        ("..bb", [("blocked", 2, None)]),
        ("..bb.", [("blocked", 2, None)]),
        ("..bb..", [("blocked", 2, 4)]),
        ("bb..bb..", [("blocked", 0, 2), ("blocked", 4, 6)]),
        ("..bb.bb.b..", [("blocked", 2, 9)]),
        (".b.b.b.b.b.b.b..", [("blocked", 1, 14)]),
        (".b.b.b", [("blocked", 1, None)]),
        ("..fu..", [("unreachable", 2, 4)]),
        ("..uf..", [("unreachable", 2, 4)]),
        ("..bu..", [("blocked", 2, 4)]),
        ("..sf..", [("short", 2, 4)]),
        ("..ffffb..", [("blocked", 2, 7)]),
    ],
)
async def test_two_bad_readings_in_a_row_open_and_two_good_ones_close(
    database: Database, verdicts: str, expected: Sequence[tuple[str, int, int | None]]
) -> None:
    """It lasts from the first bad reading to the first good one; a single failure is none, what comes and goes is one."""
    await read(database, verdicts)
    assert await told(database) == expected


async def test_an_incident_tells_what_happened(database: Database) -> None:
    """How many readings were bad, how many gave no list, when it was last good, in whose words, and what ended it."""
    await read(database, "..fbb.b..")
    (found,) = await incidents(database)
    assert {name: found[name] for name in ("platform", "kind", "bad_readings", "readings_lost", "relapses", "evidence")} == {
        "platform": "weibo", "kind": "blocked", "bad_readings": 4, "readings_lost": 3, "relapses": 1, "evidence": "blocked at 3",
    }  # fmt: skip
    assert (found["last_evidence"], found["closing_evidence"], found["seconds"]) == ("blocked at 6", "ok at 7", 5 * 3600)
    assert [_hour(found[name]) for name in ("last_good_at", "opened_at", "last_bad_at", "closed_at")] == [1, 2, 6, 7]


async def test_a_recovery_that_is_not_yet_sure_is_shown(database: Database) -> None:
    """After one good reading the incident is open still, and says since when it may be over."""
    await read(database, ".bb.")
    (found,) = await incidents(database, only_open=True)
    assert (_hour(found["recovering_at"]), found["closed_at"], found["closing_evidence"]) == (3, None, "ok at 3")


async def test_a_missed_reading_is_told_when_the_next_one_comes(database: Database) -> None:
    """Each missing reading counts, from the moment when the first was due; a trouble of the platform is an incident beside it."""
    await read(database, "." * 12 + "   bb..")
    missed, blocked = sorted(await incidents(database), key=lambda each: str(each["opened_at"]))
    assert (missed["kind"], _hour(missed["opened_at"]), _hour(missed["closed_at"]), missed["readings_lost"]) == ("missed", 12, 15, 3)
    assert missed["evidence"] == "no reading for 4 h 0 min, while one comes every 1 h 0 min"
    assert (blocked["kind"], _hour(blocked["opened_at"]), _hour(blocked["closed_at"])) == ("blocked", 15, 17)


@pytest.mark.parametrize(
    ("gaps", "missed"),
    [
        ([60] * 8 + [104], 0),
        ([60] * 8 + [106], 1),
        ([60] * 7 + [600], 0),
        ([60] * 20 + [600] + [60] * 20 + [600], 2),
        ([60, 90] * 10 + [180], 0),
        ([60, 90] * 10 + [195], 1),
        ([60, 90] * 5 + [195], 0),
        ([3, 200, 45, 1000, 12, 90, 5, 300, 30, 700] * 3 + [5000], 0),
        ([60] * 20 + [1440] * 30, 2),
        (([60] * 11 + [720]) * 9, 2),
        ([5, 60, 60, 60, 60, 60, 60, 60, 60, 60, 4000], 1),
        ([0.5] * 20 + [60], 0),
    ],
    ids=[
        "usual", "late", "too early to know", "again", "loose", "loose, late", "loose, too early", "by hand", "now daily", "not at night",
        "twice", "in a loop",
    ],
)  # fmt: skip
async def test_what_is_missed_is_told_by_the_rhythm(database: Database, gaps: Sequence[float], missed: int) -> None:
    """A gap counts where readings have a rhythm; by hand they have none, and one that is new or has breaks is learnt after a gap or two."""
    moments = [NOON]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(minutes=gap))
    await imported(database, moments)
    assert [each["kind"] for each in await incidents(database)] == ["missed"] * missed


async def test_missing_readings_are_open_while_nothing_comes(database: Database) -> None:
    """Asked later, the ledger tells of readings that should have come; when one does, the incident is the same one, and closed."""
    await read(database, "." * 10)
    assert await incidents(database, at=NOON + 10 * HOUR) == []
    (missing,) = await incidents(database, only_open=True, at=NOON + 14 * HOUR)
    assert (missing["kind"], _hour(missing["opened_at"]), missing["closed_at"], missing["readings_lost"]) == ("missed", 10, None, 4)
    (health,) = await database.call("platform_health", at=NOON + 14 * HOUR)
    assert health["incident"]["kind"] == "missed"
    await read(database, ".", since=14)
    (closed,) = await incidents(database, at=NOON + 14 * HOUR)
    assert (closed["id"], _hour(closed["closed_at"]), closed["readings_lost"]) == (missing["id"], 14, 4)


async def test_nobody_waits_for_what_is_off_or_was_imported(database: Database) -> None:
    """A platform that is switched off, and one whose last reading is from an import, miss nothing."""
    await read(database, "." * 10)
    await imported(database, [NOON + hour * HOUR for hour in range(10)], "zhihu")
    assert [each["platform"] for each in await incidents(database, at=NOON + DAY)] == ["weibo"]
    await database.call("platform_enable", platform="weibo", enabled=False, reason="a test")
    assert await incidents(database, at=NOON + DAY) == []


async def test_nothing_was_missed_while_it_was_off(database: Database) -> None:
    """The time for which a platform was switched off is no gap, neither when the next reading comes nor when it is told anew."""
    now = datetime.now(UTC)
    for hours in range(40, 20, -1):
        await collected(database, "weibo", "a", minutes=(now - NOON - hours * HOUR) / timedelta(minutes=1))
    for enabled in (False, True, True):
        await database.call("platform_enable", platform="weibo", enabled=enabled, reason=None if enabled else "a test")
    assert await database.value("SELECT cardinality(switched_on_at) FROM hot_platforms") == 1
    await collected(database, "weibo", "a", minutes=(datetime.now(UTC) - NOON) / timedelta(minutes=1))
    assert await incidents(database, at=now) == []
    await database.call("incidents_rebuild", platform="weibo")
    assert await incidents(database, at=now) == []


async def test_incidents_are_listed_newest_first_and_the_open_ones_before(database: Database) -> None:
    """All or the open ones, of all platforms or of one, and no more than asked for."""
    await read(database, "..bb...bb")
    await read(database, "uu", platform="baidu")
    await read(database, "sss..", platform="zhihu")
    found = [(each["platform"], _hour(each["opened_at"])) for each in await incidents(database)]
    assert found == [("weibo", 7), ("baidu", 0), ("weibo", 2), ("zhihu", 0)]
    assert [each["platform"] for each in await incidents(database, only_open=True)] == ["weibo", "baidu"]
    assert [_hour(each["opened_at"]) for each in await incidents(database, platform="weibo")] == [7, 2]
    assert len(await incidents(database, at_most=1)) == 1


async def test_a_late_reading_joins_and_parts_incidents(database: Database) -> None:
    """Two good readings that come late end an incident where they belong, and a bad one between two makes them one."""
    await read(database, "..bb  bb..")
    assert await told(database) == [("blocked", 2, 8)]
    await read(database, "..", since=4)
    assert await told(database) == [("blocked", 2, 4), ("blocked", 6, 8)]
    await collected(database, "weibo", verdict="blocked", minutes=4 * 60 + 30)
    assert await told(database) == [("blocked", 2, 8)]


async def test_days_and_incidents_outlive_batches_and_readings(database: Database) -> None:
    """When batches are purged and old readings are gone, the days count them still, and the incidents stand; the next are told as ever."""
    await read(database, "..bb" + "." * 60)
    days, known = await database.rows("SELECT * FROM hot_days ORDER BY day"), await told(database)
    await database.call("batch_purge", older_than="0 seconds", keep_last=0, dry_run=False)
    await database.rows("DELETE FROM hot_readings WHERE collected_at < %(at)s", {"at": NOON + 10 * HOUR})
    await database.rows("DELETE FROM batch_jobs")
    await database.call("incidents_rebuild", platform="weibo")
    assert await database.rows("SELECT * FROM hot_days ORDER BY day") == days
    assert await told(database) == known == [("blocked", 2, 4)]
    await read(database, "bb.b", since=64)
    await collected(database, "weibo", "a", minutes=5)
    assert await told(database) == [("blocked", 2, 4), ("blocked", 64, None)]
    assert await database.value("SELECT readings FROM hot_days WHERE day = '2026-03-04'") == 13


async def test_a_day_counts_what_was_read_on_it(database: Database) -> None:
    """Readings, good ones, items, new items, times and verdicts, by the day in UTC."""
    await read(database, "." * 12 + "fbbb.")
    counts = "readings, good, items, new_items, timed, duration_ms, slowest_ms, verdicts"
    found = await database.rows(f"SELECT day, {counts} FROM hot_days ORDER BY day")
    assert found == [
        (date(2026, 3, 4), 12, 12, 24, 2, 12, 12_000, 1000, {"ok": 12}),
        (date(2026, 3, 5), 5, 1, 4, 0, 5, 5000, 1000, {"ok": 1, "frozen": 1, "blocked": 3}),
    ]


@pytest.mark.breaks_ledger
@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ("DELETE FROM hot_incidents", "incident"),
        ("UPDATE hot_incidents SET readings_lost = 9", "incident"),
        (
            "INSERT INTO hot_incidents (id, platform_id, kind, opened_at, first_batch_id) "
            "SELECT gen_random_uuid(), platform_id, kind, opened_at, first_batch_id FROM hot_incidents",
            "incident",
        ),
        ("UPDATE hot_days SET readings = readings - 1", "day"),
        ("UPDATE hot_days SET good = good + 1", "day"),
        ("DELETE FROM hot_days", "day"),
    ],
)
async def test_the_ledger_finds_what_disagrees(database: Database, damage: str, kind: str) -> None:
    """An incident or a day that is not what the readings show is a discrepancy."""
    await read(database, "..bb..")
    await database.rows(damage)
    found = await database.call("ledger_verify")
    assert [(each["kind"], each["subject"]) for each in found["discrepancies"]] == [(kind, "weibo")]
    await database.call("incidents_rebuild", platform="weibo")
    assert (await database.call("ledger_verify"))["sound"]


async def test_what_was_read_before_there_were_incidents_is_told_at_the_upgrade(database: Database) -> None:
    """A migration tells the incidents and the days of readings that are there already, and does so once."""
    await read(database, "..bb..")
    known = [await database.rows(f"SELECT * FROM {table}") for table in ("hot_incidents", "hot_days")]
    await database.rows("DELETE FROM hot_incidents; DELETE FROM hot_days; DELETE FROM hot_states")
    await migrate(database.store())
    assert [await database.rows(f"SELECT * FROM {table}") for table in ("hot_incidents", "hot_days")] == known


async def test_the_health_of_a_platform(database: Database) -> None:
    """Rates, yield, latency, freshness, classes of errors and days, over the days that were asked for; what is unknown is null."""
    await read(database, "." * 12 + "..fb")
    await opened(database, "never")
    (health,) = await database.call("platform_health", days=2, at=NOON + 16 * HOUR)
    assert [health[name] for name in ("readings", "good", "success_rate", "items_per_reading", "usual_items")] == [16, 14, 0.875, 2, 2]
    assert health["errors"] == {"frozen": 1, "blocked": 1}
    assert health["latency"] == {"p50_ms": 1000, "p95_ms": 1000, "mean_ms": 1000, "longest_ms": 1000}
    assert (health["last_good_seconds"], health["changed_seconds"], health["last_verdict"]) == (3 * 3600, 16 * 3600, "blocked")
    assert (health["incident"]["kind"], _hour(health["incident"]["opened_at"])) == ("blocked", 14)
    assert health["by_day"] == [{"day": "2026-03-04", "readings": 12, "good": 12}, {"day": "2026-03-05", "readings": 4, "good": 2}]
    (later,) = await database.call("platform_health", days=1, platform="weibo", at=NOON + 9 * DAY)
    assert (later["readings"], later["success_rate"], later["latency"]["p50_ms"], later["errors"]) == (0, None, None, {})

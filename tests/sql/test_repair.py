"""A reading is repaired: it holds what another parser made of its body, and all that follows from it agrees."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.database import Database
from tests.made import NOON, Handle, opened, reading
from tests.properties.pairs import Call, answered, held_up, sessions

LATER = NOON + timedelta(days=2)
HASH = "ab" * 32
BROKEN = {"verdict": "broken", "evidence": "the JSON is not in a known shape", "error_code": "body_broken", "error_message": "not known"}
# What the readings show of each entry, and what the entries say.
SHOWN = """
SELECT entry_id, count(DISTINCT batch_id)::INTEGER, min(rank)::SMALLINT, max(heat), min(collected_at), max(collected_at)
  FROM hot_readings CROSS JOIN LATERAL unnest(entries, heats) WITH ORDINALITY AS item (entry_id, heat, rank)
 GROUP BY entry_id ORDER BY entry_id
"""
SAID = "SELECT id, times_seen, best_rank, peak_heat, first_seen_at, last_seen_at FROM hot_entries ORDER BY id"
TITLES = "SELECT array_agg(title ORDER BY title) FROM hot_entries"
SUMMARY = "SELECT metadata -> 'summary' FROM batch_jobs"
ALL = """
SELECT (SELECT jsonb_agg(reading) FROM hot_readings AS reading), (SELECT jsonb_agg(entry) FROM hot_entries AS entry),
       (SELECT jsonb_agg(job) FROM batch_jobs AS job)
"""


def failed(minutes: float = 0, **more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"body_hash": HASH, "parser_version": "v1", "endpoint": "site.example/hot", "bytes": 9}
    return reading(minutes=minutes, **facts | BROKEN | more)


def good(*titles: str, minutes: float = 0, **more: Any) -> dict[str, Any]:
    return reading(*titles, minutes=minutes, **{"body_hash": HASH, "parser_version": "v1", **more})


async def repair(batch: Handle, what: dict[str, Any], platform: str = "weibo", parser: str = "v2", **more: Any) -> dict[str, Any]:
    arguments = {"batch_id": batch.id, "platform": platform, "reading": what | {"parser_version": parser}, "read_at": LATER, **more}
    answer: dict[str, Any] = await batch.database.call("reading_repair", **arguments)
    return answer


async def agrees(database: Database) -> None:
    """The entries say exactly what the readings show."""
    assert await database.rows(SAID) == await database.rows(SHOWN)
    assert (await database.value("SELECT ledger_verify()"))["discrepancies"] == []


async def broken(database: Database, minutes: float = 0, **more: Any) -> Handle:
    """A batch whose only reading was broken."""
    batch = await opened(database, "weibo", started_at=NOON)
    await batch.record("weibo", failed(minutes, **more))
    return batch


async def test_a_failed_reading_gets_its_list_at_its_own_time(database: Database) -> None:
    """Titles are first seen when they stood on the site, not when they were read at last; what was seen meanwhile is older now."""
    batch = await broken(database)
    later = await opened(database, "weibo", started_at=NOON)
    await later.record("weibo", good("one", minutes=30, heats=[5]))
    answer = await repair(batch, good("one", "two", heats=[9, 8]))
    assert answer == {
        "outcome": "repaired", "verdict_before": "broken", "verdict": "ok", "items_before": 0, "items": 2, "new_items": 1,
    }  # fmt: skip
    top = await database.call("list_top", platform="weibo", at=NOON)
    assert [(row["title"], row["heat"]) for row in top["items"]] == [("one", 9), ("two", 8)]
    assert await database.rows("SELECT title, times_seen, first_seen_at FROM hot_entries ORDER BY 1") == [
        ("one", 2, NOON),
        ("two", 1, NOON),
    ]
    await agrees(database)


async def test_the_batch_keeps_its_verdict_and_follows_in_numbers(database: Database) -> None:
    """A failed run stays a failed run: status, outcome, failure, end and order are as they were. Items, counts and the reading are new."""
    batch = await broken(database)
    before = await batch.whole()
    await repair(batch, good("one", "two"))
    after = await batch.whole()
    kept = ("id", "job_type", "status", "platforms_processed", "started_at", "completed_at", "created_at", "lease")
    assert {name: before[name] for name in kept} == {name: after[name] for name in kept}
    assert (after["status"], after["total_items"], after["metadata"]["weibo_items"]) == ("failed", 2, 2)
    old, new = before["metadata"]["summary"], after["metadata"]["summary"]
    repaired = {"weibo": {"verdict_before": "broken", "items_before": 0, "verdict": "ok", "items": 2, "at": LATER.isoformat()}}
    assert new == old | {"items": 2, "new_items": 2, "succeeded": 1, "failed": 0, "repaired": repaired}
    assert (new["outcome"], new["failure"]) == ("failed", "no_list")
    assert after["metadata"]["timing"] == before["metadata"]["timing"]
    noted = after["metadata"]["platforms"]["weibo"]
    assert noted.items() >= {"status": "completed", "verdict": "ok", "items": 2, "new_items": 2, "parser_version": "v2"}.items()
    assert not {"error_code", "error_message", "readings"} & set(noted)
    assert after["metadata"]["errors"] == [before["metadata"]["errors"][0] | {"repaired_at": LATER.isoformat()}]


async def test_the_other_platforms_of_the_batch_stay(database: Database) -> None:
    """Their readings, items and errors are untouched, and their items count in the total."""
    batch = await opened(database, "weibo", "baidu", "zhihu")
    for platform, what in (("baidu", good("a", "b", "c")), ("weibo", failed()), ("zhihu", failed())):
        await batch.record(platform, what)
    before = await batch.whole()
    await repair(batch, good("one"))
    after = await batch.whole()
    assert (after["total_items"], after["metadata"]["baidu_items"]) == (4, 3)
    assert [after["metadata"]["platforms"][name] for name in ("baidu", "zhihu")] == [
        before["metadata"]["platforms"][name] for name in ("baidu", "zhihu")
    ]
    assert after["metadata"]["errors"][1] == before["metadata"]["errors"][1]
    summary = after["metadata"]["summary"]
    assert (summary["outcome"], summary["succeeded"], summary["failed"], summary["processed"]) == ("partial", 2, 1, 3)


async def test_where_a_reading_came_from_stays_beside_it(database: Database) -> None:
    """What was fetched stays; each parser that read it is listed with its time and verdict, at most ten of them, the first one always."""
    batch = await broken(database, attempts=2, http_status=200)
    await repair(batch, good("one", pinned=[{"title": "pin"}], ads=3))
    details = await database.value("SELECT details FROM hot_readings")
    fetched = {"attempts": 2, "http_status": 200, "endpoint": "site.example/hot", "bytes": 9, "body_hash": HASH}
    assert details.items() >= fetched.items()
    assert (details["pinned"], details["ads"], details["parser_version"]) == ([{"title": "pin"}], 3, "v2")
    assert details["readings"] == [
        {"parser_version": "v1", "verdict": "broken", "items": 0, "read_at": NOON.isoformat()},
        {"parser_version": "v2", "verdict": "ok", "items": 1, "read_at": LATER.isoformat()},
    ]
    for number in range(3, 15):
        await repair(batch, good("one"), parser=f"v{number}")
    readings = await database.value("SELECT details -> 'readings' FROM hot_readings")
    assert [each["parser_version"] for each in readings] == ["v1", *(f"v{number}" for number in range(6, 15))]


@pytest.mark.parametrize("what", [good("one", "two"), failed(), failed(verdict="empty")], ids=["good", "broken", "empty"])
async def test_the_same_again_changes_nothing(database: Database, what: dict[str, Any]) -> None:
    """Not a byte of any row; and the answer says so."""
    batch = await broken(database)
    await repair(batch, what)
    before = await database.rows(ALL)
    answer = await repair(batch, what, read_at=LATER + timedelta(days=1))
    assert (answer["outcome"], answer["verdict"], answer["items"]) == ("unchanged", what["verdict"], len(what["items"]))
    assert await database.rows(ALL) == before


async def test_another_parser_with_the_same_outcome_is_noted(database: Database) -> None:
    """Beside the reading alone: the batch is not written."""
    batch = await broken(database)
    before = await batch.whole()
    assert (await repair(batch, failed(evidence="other words")))["outcome"] == "unchanged"
    after = await batch.whole()
    assert {**after, "readings": None} == {**before, "readings": None}
    (now,) = after["readings"]
    assert (now["evidence"], now["details"]["parser_version"]) == (BROKEN["evidence"], "v1")
    assert [each["parser_version"] for each in now["details"]["readings"]] == ["v1", "v2"]


async def test_a_list_that_was_read_wrongly_is_replaced(database: Database) -> None:
    """What only the wrong list had given to the entries goes; what others gave stays; and what stands nowhere now is gone."""
    batch = await opened(database, "weibo", started_at=NOON)
    await batch.record("weibo", good("one (广告)", "two", "three", heats=[99, 5, 4]))
    other = await opened(database, "weibo")
    await other.record("weibo", good("two", "four", minutes=30, heats=[3, 2]))
    answer = await repair(batch, good("one", "three", "two", heats=[9, 8, 7]))
    assert (answer["items_before"], answer["items"], answer["new_items"]) == (3, 3, 3)
    assert await database.value(TITLES) == ["four", "one", "three", "two"]
    assert (await database.rows("SELECT best_rank, peak_heat FROM hot_entries WHERE title = 'two'")) == [(1, 7)]
    await agrees(database)


async def test_a_worse_outcome_is_refused_unless_forced(database: Database) -> None:
    """Today's parser may have forgotten an old shape: a list that was read is not given up for that."""
    batch = await opened(database, "weibo")
    await batch.record("weibo", good("one"))
    before = await database.rows(ALL)
    for worse in (failed(), failed(verdict="blocked"), good()):
        answer = await repair(batch, worse)
        assert (answer["outcome"], answer["reason"]) == ("refused", "worse")
    assert await database.rows(ALL) == before
    assert (await repair(batch, failed(), forced=True))["outcome"] == "repaired"
    found = await batch.whole()
    assert (found["status"], found["total_items"], found["metadata"]["summary"]["failed"]) == ("completed", 0, 1)
    assert await database.value("SELECT count(*) FROM hot_entries") == 0
    assert (await repair(batch, good("one")))["outcome"] == "repaired"
    await agrees(database)


@pytest.mark.parametrize("verdict", ["short", "frozen", "stale", "drifted"])
async def test_a_warning_of_the_past_stays_with_its_list(database: Database, verdict: str) -> None:
    """Who reads again does not know the past: while the list is the same, the verdict that knew it stays."""
    batch = await opened(database, "weibo")
    await batch.record("weibo", good("one", verdict=verdict, evidence="the past told"))
    assert (await repair(batch, good("one")))["outcome"] == "unchanged"
    assert await database.rows("SELECT verdict, evidence FROM hot_readings") == [(verdict, "the past told")]
    assert (await repair(batch, good("one", "two")))["verdict"] == "ok"


async def test_what_only_the_past_showed_to_be_wrong_is_not_believed(database: Database) -> None:
    """A list that was another one than usual is no recovery, unless somebody who has looked says so."""
    batch = await broken(database, verdict="wrong_list")
    answer = await repair(batch, good("one"))
    assert (answer["outcome"], answer["reason"]) == ("refused", "needs_the_past")
    assert (await repair(batch, good("one"), forced=True))["outcome"] == "repaired"


async def test_a_reading_takes_its_own_body_only(database: Database) -> None:
    """A list of another body is refused, even when forced; and a reading that is not there is unknown."""
    batch = await broken(database)
    answer = await repair(batch, good("one", body_hash="cd" * 32), forced=True)
    assert (answer["outcome"], answer["reason"]) == ("refused", "another_body")
    assert await repair(batch, good("one"), platform="baidu") == {"outcome": "unknown"}
    assert await repair(batch._replace(id=uuid4()), good("one")) == {"outcome": "unknown"}


async def test_a_list_may_come_from_the_body_of_another_way(database: Database) -> None:
    """Where no way gave a list, each body is the reading's own, and it is said which one gave it; the batch is not told of them all."""
    others = [{"body_hash": "cd" * 32, "endpoint": "site.example/second", "http_status": 200}]
    for first in (failed(other_bodies=others), failed(verdict="unreachable", other_bodies=others, body_hash=None)):
        batch = await opened(database, "weibo")
        await batch.record("weibo", {name: value for name, value in first.items() if value is not None})
        assert (await repair(batch, good("one", body_hash="cd" * 32)))["outcome"] == "repaired"
        found = await batch.whole()
        (held,) = found["readings"]
        assert held["details"]["readings"][-1]["body_hash"] == "cd" * 32
        assert held["details"]["other_bodies"] == others
        assert "other_bodies" not in found["metadata"]["platforms"]["weibo"]
        assert (await repair(batch, good("one", body_hash="cd" * 32)))["outcome"] == "unchanged"


async def test_a_reading_outlives_its_batch_and_can_be_repaired(database: Database) -> None:
    """The row of the batch may be gone; it does not come back."""
    batch = await broken(database)
    await database.rows("DELETE FROM batch_jobs")
    assert (await repair(batch, good("one", "two")))["outcome"] == "repaired"
    assert await database.rows("SELECT status, items FROM hot_readings") == [("completed", 2)]
    assert await database.value("SELECT count(*) FROM batch_jobs") == 0
    await agrees(database)


async def test_a_reading_of_an_open_batch_can_be_repaired(database: Database) -> None:
    """The batch goes on, and ends with what its readings hold then."""
    batch = await opened(database, "weibo", "baidu")
    await batch.record("weibo", failed())
    await repair(batch, good("one", "two"))
    found = await batch.whole()
    assert (found["status"], found["total_items"], found["metadata"]["summary"]) == ("in_progress", 2, {})
    await batch.record("baidu", good("a"))
    found = await batch.whole()
    assert (found["status"], found["total_items"], found["metadata"]["summary"]["outcome"]) == ("completed", 3, "full")


async def test_incidents_and_days_follow(database: Database) -> None:
    """An outage of the parser that was mended afterwards is no incident any more, and its days count what was recovered."""
    first = await opened(database, "weibo", started_at=NOON)
    await first.record("weibo", good("one"))
    batches = [await broken(database, minutes) for minutes in (30, 60, 90)]
    incidents = "SELECT kind, bad_readings, readings_lost FROM hot_incidents"
    days = "SELECT readings, good, items, new_items FROM hot_days"
    assert await database.rows(incidents) == [("broken", 3, 3)]
    assert await database.rows(days) == [(4, 1, 1, 1)]
    await repair(batches[0], good("one", "two", minutes=30))
    assert await database.rows(incidents) == [("broken", 2, 2)]
    assert await database.rows(days) == [(4, 2, 3, 2)]
    for batch, minutes in zip(batches[1:], (60, 90), strict=True):
        await repair(batch, good("one", minutes=minutes))
    assert await database.rows(incidents) == []


async def test_what_comes_late_may_not_undo_a_repair(database: Database) -> None:
    """The same record that is replayed from a spool changes nothing any more."""
    batch = await broken(database)
    await repair(batch, good("one"))
    before = await database.rows(ALL)
    assert (await batch.record("weibo", failed()))["replayed"]
    assert await database.rows(ALL) == before


FORGED = (
    "total_items = 99",
    "total_items = 2",
    "metadata = jsonb_set(metadata, '{summary,items}', '99')",
    "metadata = jsonb_set(metadata, '{summary,outcome}', '\"full\"')",
    "metadata = jsonb_set(metadata, '{summary,repaired}', '{}')",
    "metadata = jsonb_set(metadata, '{weibo_items}', '99')",
    "metadata = jsonb_set(metadata, '{platforms,weibo,verdict}', '\"short\"')",
    "metadata = metadata #- '{summary,repaired}' #- '{summary,items}'",
    "metadata = metadata || '{\"note\": 1}'",
    "status = 'completed'",
    "platforms_processed = '{}'",
    "completed_at = completed_at + INTERVAL '1 s'",
    "(total_items, metadata) = (SELECT 99, metadata FROM batch_repaired(batch_jobs))",
)


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("repaired", [False, True], ids=["as it ended", "repaired"])
async def test_an_ended_batch_changes_by_a_repair_alone(database: Database, forged: str, repaired: bool) -> None:
    """Whoever writes anything else than what the repaired readings say is refused, before a repair and after it."""
    batch = await broken(database)
    if repaired:
        await repair(batch, good("one"))
    before = await database.rows(ALL)
    with pytest.raises(psycopg.errors.CheckViolation, match="cannot be changed"):
        await database.rows(f"UPDATE batch_jobs SET {forged}")
    assert await database.rows(ALL) == before


async def test_the_guard_asks_nothing_of_software_that_knows_only_batches(database: Database) -> None:
    """A role with a right to batch_jobs alone is refused as ever, and not for lack of a right to ours; what changes nothing passes."""
    batch = await broken(database)
    await database.rows(
        "CREATE ROLE theirs; GRANT USAGE ON SCHEMA public TO theirs; GRANT SELECT, UPDATE ON batch_jobs TO theirs; SET ROLE theirs"
    )
    try:
        with pytest.raises(psycopg.errors.CheckViolation, match="cannot be changed"):
            await database.rows("UPDATE batch_jobs SET total_items = 5")
        await database.rows("RESET ROLE")
        await repair(batch, good("one"))
        await database.rows("SET ROLE theirs")
        assert await database.changed("UPDATE batch_jobs SET status = 'failed'") == 1
    finally:
        await database.rows("RESET ROLE; DROP OWNED BY theirs; DROP ROLE theirs")


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_repaired_the_entries_agree(database: Database, seed: int) -> None:
    """Readings that overlap in time and titles, repaired in any order, for better or worse: the entries say exactly what readings show."""
    chance = Random(seed)

    def listed(minutes: int) -> dict[str, Any]:
        titles = chance.sample("abcdefgh", chance.randint(0, 5))
        if not titles:
            return failed(minutes)
        heats = [chance.choice([None, 1, 5, 9]) for _ in titles]
        doubled = [*titles, titles[0]] if chance.random() < 0.2 else titles
        return good(*doubled, minutes=minutes, heats=heats)

    batches = [await opened(database, "weibo") for _ in range(6)]
    for minutes, batch in enumerate(batches):
        await batch.record("weibo", listed(minutes // 2))
    for number in range(30):
        minutes = chance.randrange(6)
        await repair(batches[minutes], listed(minutes // 2), parser=f"v{number}", forced=True)
        await agrees(database)


async def test_two_that_repair_the_same_reading_wait_for_each_other(database: Database) -> None:
    """One repairs it, the other finds it so; and a collection that goes on meanwhile is neither hurt nor held up for good."""
    batches = [await broken(database, minutes) for minutes in range(6)]
    going_on = [await opened(database, "weibo") for _ in range(6)]
    store = database.store(connections=8)

    async def again(batch: Handle, minutes: int) -> str:
        what = good("one", "two", f"own {minutes}", minutes=minutes, parser_version="v2")
        arguments = {"batch_id": batch.id, "platform": "weibo", "reading": what, "read_at": LATER}
        return str((await store.call("reading_repair", arguments))["outcome"])

    async def record(batch: Handle, minutes: int) -> str:
        what = good("two", "one", f"new {minutes}", minutes=60 + minutes)
        arguments = {"batch_id": batch.id, "token": batch.token, "platform": "weibo", "reading": what}
        return str((await store.call("batch_record", arguments))["outcome"])

    repairs = [again(batch, minutes) for minutes, batch in enumerate(batches)]
    outcomes = await asyncio.gather(*repairs, *map(record, going_on, range(6)), *(again(batch, at) for at, batch in enumerate(batches)))
    assert sorted(outcomes) == sorted(["repaired"] * 6 + ["recorded"] * 6 + ["unchanged"] * 6)
    await agrees(database)


HELD = {
    "the reading": "LOCK TABLE hot_readings IN SHARE MODE",
    "the entries": "LOCK TABLE hot_entries IN SHARE MODE",
    "the batch": "LOCK TABLE batch_jobs IN SHARE MODE",
    "the incidents": "LOCK TABLE hot_states IN SHARE MODE",
}


@pytest.mark.parametrize("place", HELD)
async def test_a_repair_that_is_killed_leaves_nothing(database: Database, place: str) -> None:
    """Killed before its first write to any table, it has changed nothing; made again, it does what it would have done."""
    batch = await broken(database)
    before = await database.rows(ALL)
    async with sessions(database) as (keeper, victim):
        await keeper.execute("BEGIN")
        await keeper.execute(HELD[place].encode())
        call = Call(
            "reading_repair", {"batch_id": batch.id, "platform": "weibo", "reading": good("one", parser_version="v2"), "read_at": LATER}
        )
        task = asyncio.create_task(answered(victim, call))
        assert await held_up(database, victim, task)
        assert await database.value("SELECT pg_terminate_backend(%(pid)s, 30000)", {"pid": victim.info.backend_pid})
        with pytest.raises(psycopg.OperationalError):
            await task
    assert await database.rows(ALL) == before
    assert (await repair(batch, good("one")))["outcome"] == "repaired"
    await agrees(database)

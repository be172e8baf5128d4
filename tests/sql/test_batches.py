"""The life of a batch by its SQL functions: opened, recorded, ended, replayed, refused, lost, reaped, purged."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.database import Database
from tests.made import NOON, Handle, collected, opened, reading

from hotledger.errors import StoreRejected

PLANNED = ("weibo", "baidu", "zhihu")


async def state(database: Database) -> list[Any]:
    """Every row of the ledger but the evidence of refusals."""
    tables = ("batch_jobs", "hot_readings", "hot_entries", "hot_platforms")
    return [await database.rows(f"SELECT each::TEXT FROM {table} AS each ORDER BY 1") for table in tables]


async def test_an_opened_batch_is_there_before_anything_is_fetched(database: Database) -> None:
    """Its row says what is planned, in the order of the plan; its first beat and its lease come in the same transaction."""
    batch = await opened(database, *PLANNED, owner="a machine", lease_seconds=90)
    job = await batch.whole()
    assert (job["status"], job["completed_at"], job["total_items"], job["platforms_processed"]) == ("in_progress", None, 0, [])
    assert job["metadata"]["planned"] == list(PLANNED)
    lease = job["lease"]
    assert (lease["owner"], lease["attempt"], lease["closed_at"], lease["refused"]) == ("a machine", 1, None, 0)
    assert await database.value("SELECT expires_at - beat_at BETWEEN '89 s' AND '91 s' FROM hot_leases")


async def test_the_opening_brings_the_past_of_each_platform(database: Database) -> None:
    """Counts of the last good readings come newest first, without the failed ones; nothing is known of a new platform."""
    await collected(database, "weibo", "a", minutes=0)
    await collected(database, "weibo", "a", "b", minutes=1)
    await collected(database, "weibo", verdict="blocked", minutes=2)
    answer = await database.call("batch_open", batch_id=uuid4(), job_type="x", planned=["weibo", "baidu"], token=uuid4())
    past = answer["platforms"]
    assert past["weibo"]["recent_items"] == [2, 1]
    assert past["weibo"]["last_good_at"] == (NOON + timedelta(minutes=1)).isoformat()
    assert past["baidu"] == {"recent_items": [], "last_good_at": None, "baseline": None}


async def test_the_last_planned_reading_ends_the_batch(database: Database) -> None:
    """Platforms are noted in the order in which they ended; after the last one the batch is completed in full, its lease closed."""
    batch = await opened(database, *PLANNED)
    for number, platform in enumerate(("zhihu", "weibo", "baidu"), 1):
        answer = await batch.record(platform, reading(*"abc"[:number]))
        assert (answer["outcome"], answer["replayed"], answer["items"], answer["new_items"]) == ("recorded", False, number, number)
        assert answer["batch_status"] == ("completed" if number == 3 else "in_progress")
    job = await batch.whole()
    metadata = job["metadata"]
    assert (job["status"], job["total_items"], job["platforms_processed"]) == ("completed", 6, ["zhihu", "weibo", "baidu"])
    assert {name: metadata[f"{name}_items"] for name in PLANNED} == {"zhihu": 1, "weibo": 2, "baidu": 3}
    summary = metadata["summary"]
    assert (summary["outcome"], summary["succeeded"], summary["failed"], summary["items"], summary["new_items"]) == ("full", 3, 0, 6, 6)
    assert summary["explanation"] == "every planned platform gave its list; 3 of 3 gave a list, 6 items"
    assert (metadata["errors"], job["lease"]["closed_at"] is not None) == ([], True)
    assert metadata["timing"]["slowest_ms"] == 1000


async def test_the_metadata_says_how_each_platform_went(database: Database) -> None:
    """Status, verdict, evidence and all the facts of a reading stand under the name of its platform."""
    facts = {"attempts": 2, "endpoint": "weibo.com/ajax", "http_status": 200, "bytes": 900, "body_hash": "ab" * 32, "parser_version": "v1"}
    batch = await opened(database, "weibo", "baidu")
    await batch.record("weibo", reading("a", ads=3, pinned=[{"title": "p"}], **facts))
    await batch.record("baidu", reading(verdict="refused", error_code="http_status", error_message="HTTP 403", http_status=403))
    metadata = (await batch.whole())["metadata"]
    told = metadata["platforms"]["weibo"]
    assert (
        told.items()
        >= ({"status": "completed", "verdict": "ok", "evidence": "made up", "items": 1, "new_items": 1, "ads": 3} | facts).items()
    )
    failed = metadata["platforms"]["baidu"]
    assert (failed["status"], failed["verdict"], failed["items"], failed["http_status"]) == ("failed", "refused", 0, 403)
    assert metadata["errors"] == [{"platform": "baidu", "verdict": "refused", "code": "http_status", "message": "HTTP 403"}]


async def test_a_batch_in_which_some_failed_is_partial(database: Database) -> None:
    """One list is enough for `completed`; the summary says that it is partial, and names who gave none."""
    batch = await opened(database, *PLANNED)
    await batch.record("weibo", reading("a", verdict="short"))
    await batch.record("baidu", reading(verdict="blocked"))
    await batch.record("zhihu", reading(verdict="timeout"))
    job = await batch.whole()
    summary = job["metadata"]["summary"]
    assert (job["status"], summary["outcome"], summary["succeeded"], summary["failed"], job["total_items"]) == (
        "completed",
        "partial",
        1,
        2,
        1,
    )
    assert "without a list: baidu (blocked), zhihu (timeout)" in summary["explanation"]
    assert "failure" not in summary


@pytest.mark.parametrize("verdict", ["empty", "blocked", "wrong_list", "unreachable", "refused", "timeout", "broken"])
async def test_a_batch_without_a_list_is_failed(database: Database, verdict: str) -> None:
    """When no planned platform gave a list the batch is failed, and a failed reading lands nothing, whatever it brought."""
    batch = await collected(database, "weibo", "a", "b", verdict=verdict)
    job = await batch.whole()
    assert (job["status"], job["total_items"], job["metadata"]["weibo_items"]) == ("failed", 0, 0)
    assert (job["metadata"]["summary"]["failure"], job["metadata"]["summary"]["outcome"]) == ("no_list", "failed")


@pytest.mark.parametrize("verdict", ["ok", "short", "frozen", "stale", "drifted"])
async def test_a_warning_keeps_the_list(database: Database, verdict: str) -> None:
    """The five verdicts that keep the list make a completed reading with its items."""
    job = await (await collected(database, "weibo", "a", "b", verdict=verdict)).whole()
    assert (job["status"], job["total_items"], job["readings"][0]["status"]) == ("completed", 2, "completed")


async def test_an_unknown_verdict_is_rejected_whole(database: Database) -> None:
    """What the ledger does not know is refused, and the batch is as before."""
    batch = await opened(database, "weibo")
    before = await state(database)
    with pytest.raises(StoreRejected):
        await batch.record("weibo", reading("a", verdict="splendid"))
    assert await state(database) == before


async def test_an_ok_list_that_is_empty_counts_as_read(database: Database) -> None:
    """A platform that may be empty is not a failure."""
    job = await (await collected(database, "weibo")).whole()
    assert (job["status"], job["total_items"], job["metadata"]["summary"]["outcome"]) == ("completed", 0, "full")


async def test_a_unit_that_was_not_planned_is_recorded_too(database: Database) -> None:
    """It counts, and does not end a batch whose plan is still open."""
    batch = await opened(database, "weibo")
    assert (await batch.record("extra", reading("x")))["batch_status"] == "in_progress"
    assert (await batch.record("weibo", reading("a")))["batch_status"] == "completed"
    job = await batch.whole()
    assert (job["platforms_processed"], job["total_items"], job["metadata"]["extra_items"]) == (["extra", "weibo"], 2, 1)


async def test_a_batch_without_a_plan_ends_by_its_closing(database: Database) -> None:
    """Nothing is known of what should come, so that only `batch_close` ends it."""
    batch = await opened(database, job_type="nightly_report")
    assert (await batch.record("sales", reading(item_count=1200)))["batch_status"] == "in_progress"
    assert (await batch.close())["batch_status"] == "completed"
    job = await batch.whole()
    assert (job["total_items"], job["metadata"]["summary"]["outcome"], job["metadata"]["sales_items"]) == (1200, "full", 1200)


async def test_a_plan_of_which_nothing_was_done_is_a_failure(database: Database) -> None:
    """A batch that is closed well before any planned unit ended is not green."""
    batch = await opened(database, *PLANNED)
    await batch.close()
    job = await batch.whole()
    assert (job["status"], job["metadata"]["summary"]["failure"]) == ("failed", "no_list")
    assert {name: job["metadata"][f"{name}_items"] for name in PLANNED} == dict.fromkeys(PLANNED, 0)


async def test_closing_early_is_partial(database: Database) -> None:
    """What is missing is named, and has zero items rather than none."""
    batch = await opened(database, *PLANNED)
    await batch.record("weibo", reading("a"))
    await batch.close()
    job = await batch.whole()
    summary = job["metadata"]["summary"]
    assert (job["status"], summary["outcome"], summary["missing"], job["metadata"]["zhihu_items"]) == (
        "completed",
        "partial",
        ["baidu", "zhihu"],
        0,
    )
    assert summary["explanation"].endswith("not read: baidu, zhihu")


@pytest.mark.parametrize(("reason", "said"), [("interrupted", "interrupted before its end"), ("error", "ended by an error: disk full")])
@pytest.mark.parametrize("lists", [0, 1])
async def test_an_end_before_its_time_is_told_as_such(database: Database, reason: str, said: str, lists: int) -> None:
    """An interrupted batch is partial when it has a list and failed when it has none, and says what stopped it."""
    batch = await opened(database, "weibo", "baidu")
    if lists:
        await batch.record("weibo", reading("a"))
    await batch.close(reason=reason, message="disk full")
    job = await batch.whole()
    summary = job["metadata"]["summary"]
    assert (job["status"], summary["outcome"]) == (("completed", "partial") if lists else ("failed", "failed"))
    assert (summary["failure"], summary["explanation"].split("; ")[0]) == (reason, said)
    assert job["metadata"]["errors"] == [{"code": reason, "message": "disk full"}]


async def test_no_other_reason_is_accepted(database: Database) -> None:
    """Nobody can call a batch lost but the ledger itself."""
    batch = await opened(database, "weibo")
    with pytest.raises(StoreRejected, match="lost"):
        await batch.close(reason="lost")
    assert (await batch.whole())["status"] == "in_progress"


async def test_the_client_says_when_it_ended_within_reason(database: Database) -> None:
    """The end is the client's, but never before the beginning."""
    early = await opened(database, "weibo", started_at=NOON)
    await early.record("weibo", reading("a"), recorded_at=NOON - timedelta(days=1))
    assert (await early.whole())["completed_at"] == NOON.isoformat()
    late = await opened(database, "weibo", started_at=NOON)
    await late.close(completed_at=NOON + timedelta(seconds=2.5))
    assert (await late.whole())["metadata"]["timing"]["duration_ms"] == 2500


# Replays


async def test_opening_again_changes_nothing(database: Database) -> None:
    """The same opening by the same owner answers the same while the batch is open."""
    batch = await opened(database, *PLANNED)
    await batch.record("weibo", reading("a"))
    before = await state(database)
    assert (await batch.reopen(PLANNED))["outcome"] == "opened"
    assert await state(database) == before
    assert (await batch.whole())["lease"]["refused"] == 0


async def test_recording_again_changes_nothing(database: Database) -> None:
    """A record that comes twice, before or after the end of the batch, or with another list, answers what landed the first time."""
    batch = await opened(database, "weibo", "baidu")
    first = await batch.record("weibo", reading("a", "b"))
    before = await state(database)
    assert await batch.record("weibo", reading("a", "b")) == first | {"replayed": True}
    assert await batch.record("weibo", reading("c", minutes=5)) == first | {"replayed": True}
    assert await state(database) == before
    await batch.record("baidu", reading("d"))
    before = await state(database)
    assert await batch.record("weibo", reading("a", "b")) == first | {"replayed": True, "batch_status": "completed"}
    assert await state(database) == before
    assert (await batch.whole())["lease"]["refused"] == 0


@pytest.mark.parametrize("by_record", [True, False])
async def test_closing_again_changes_nothing(database: Database, by_record: bool) -> None:
    """A close that comes after the end, of its own or by the last record, is no error and no second verdict."""
    batch = await opened(database, "weibo")
    await (batch.record("weibo", reading("a")) if by_record else batch.close(reason="interrupted"))
    before = await state(database)
    again = await batch.close(reason="error", message="later")
    assert again == {"outcome": "closed", "replayed": True, "batch_status": "completed" if by_record else "failed"}
    assert await state(database) == before


async def test_a_whole_batch_that_is_replayed_changes_nothing(database: Database) -> None:
    """All calls of an ended batch, in their order, a second time: nothing is changed."""
    batch = await opened(database, "weibo", "baidu")
    for _ in range(2):
        await batch.record("weibo", reading("a"))
        await batch.record("baidu", reading(verdict="blocked"))
        await batch.close()
        ended = await state(database)
        await batch.reopen(["weibo", "baidu"])
    assert await state(database) == ended


# Refusals


async def refusals(batch: Handle) -> list[tuple[str, str, str]]:
    lease = (await batch.whole())["lease"]
    return [(each["attempted"], each["reason"], each["token"]) for each in lease["refusals"]]


async def test_a_stranger_is_refused(database: Database) -> None:
    """Without the token nothing is written, and each attempt is kept as evidence beside the lease."""
    batch = await opened(database, "weibo")
    stranger = batch.stranger()
    before = await state(database)
    answers = [
        await stranger.record("weibo", reading("a")),
        await stranger.beat(),
        await stranger.close(),
        await stranger.reopen(["weibo"]),
    ]
    refused = {"outcome": "refused", "reason": "not_the_owner", "batch_status": "in_progress"}
    assert answers == [refused] * 4
    assert await state(database) == before
    token = str(stranger.token)[:8]
    assert await refusals(batch) == [(each, "not_the_owner", token) for each in ("record weibo", "beat", "close", "open")]


async def test_the_evidence_is_bounded(database: Database) -> None:
    """The last ten refusals are kept, and all are counted."""
    batch = await opened(database, "weibo")
    for number in range(12):
        await batch.stranger().record(f"unit {number}", reading("a"))
    lease = (await batch.whole())["lease"]
    assert (lease["refused"], [each["attempted"] for each in lease["refusals"]]) == (
        12,
        [f"record unit {number}" for number in range(2, 12)],
    )


async def test_what_has_ended_takes_no_further_unit(database: Database) -> None:
    """The owner itself can't add to an ended batch, nor keep it alive."""
    batch = await collected(database, "weibo", "a")
    before = await state(database)
    for answer in (await batch.record("late", reading("b")), await batch.beat()):
        assert (answer["outcome"], answer["reason"], answer["batch_status"]) == ("refused", "batch_has_ended", "completed")
    assert await state(database) == before
    assert [each[:2] for each in await refusals(batch)] == [("record late", "batch_has_ended"), ("beat", "batch_has_ended")]


async def test_a_purged_batch_is_unknown(database: Database) -> None:
    """A batch that was deleted meanwhile takes no writes, and does not come back."""
    batch = await opened(database, "weibo")
    await database.rows("DELETE FROM batch_jobs")
    for answer in (await batch.record("weibo", reading("a")), await batch.beat(), await batch.close()):
        assert answer == {"outcome": "refused", "reason": "unknown_batch", "batch_status": None}
    assert await database.value("SELECT count(*) FROM hot_readings") == 0


async def test_a_batch_of_other_software_is_nobodys(database: Database) -> None:
    """Our functions don't write to a row that was not opened by them."""
    row = uuid4()
    await database.rows("INSERT INTO batch_jobs (id, job_type, status) VALUES (%(id)s, 'theirs', 'in_progress')", {"id": row})
    foreign = Handle(database, row, uuid4())
    for answer in (await foreign.record("weibo", reading("a")), await foreign.beat(), await foreign.close(), await foreign.reopen()):
        assert (answer["outcome"], answer["reason"]) == ("refused", "not_the_owner")


# Leases


async def test_a_beat_renews_the_lease(database: Database) -> None:
    """By the database's clock, from now on."""
    batch = await opened(database, "weibo", lease_seconds=1)
    assert (await batch.beat(3600))["outcome"] == "beaten"
    assert await database.value("SELECT expires_at - clock_timestamp() > '59 min' AND expires_at - beat_at = '1 h' FROM hot_leases")


async def test_a_batch_without_a_sign_of_life_is_lost(database: Database) -> None:
    """It is closed as failed with its own verdict, who was last seen when; what it had recorded stays."""
    batch = await opened(database, "weibo", "baidu", owner="laptop:17")
    await batch.record("weibo", reading("a", "b"))
    await batch.expire()
    assert await database.call("batch_reap") == {"reaped": [str(batch.id)]}
    job = await batch.whole()
    summary = job["metadata"]["summary"]
    assert (job["status"], job["total_items"], job["completed_at"] is not None) == ("failed", 2, True)
    assert (summary["failure"], summary["outcome"], summary["missing"], summary["succeeded"]) == ("lost", "failed", ["baidu"], 1)
    assert summary["explanation"].startswith("lost: no sign of life of laptop:17 since ")
    assert (await database.call("list_top", platform="weibo"))["items"][0]["title"] == "a"


async def test_the_late_success_of_a_lost_batch_is_kept_as_evidence(database: Database) -> None:
    """Its owner is refused with the reason, the verdict stays; a replay of what had landed before is no refusal."""
    batch = await opened(database, "weibo", "baidu")
    landed = await batch.record("weibo", reading("a"))
    await batch.expire()
    await database.call("batch_reap")
    before = await state(database)
    assert (await batch.record("weibo", reading("a"))) == landed | {"replayed": True, "batch_status": "failed"}
    for answer in (await batch.record("baidu", reading("b")), await batch.close(), await batch.beat(), await batch.reopen(["weibo"])):
        assert (answer["outcome"], answer["reason"]) == ("refused", "batch_was_lost")
    assert await state(database) == before
    assert [each[:2] for each in await refusals(batch)] == [(what, "batch_was_lost") for what in ("record baidu", "close", "beat", "open")]


async def test_the_next_opening_reaps_the_lost(database: Database) -> None:
    """No cleaner is needed: whoever opens a batch closes those that were lost."""
    lost = await opened(database, "weibo")
    await lost.expire()
    await opened(database, "weibo")
    assert (await lost.whole())["metadata"]["summary"]["failure"] == "lost"


async def test_the_living_are_not_reaped(database: Database) -> None:
    """Neither a batch within its lease, nor one that has beaten since, nor one of other software."""
    living = await opened(database, "weibo")
    revived = await opened(database, "weibo")
    await revived.expire()
    await revived.beat()
    await database.rows("INSERT INTO batch_jobs (job_type, status, created_at) VALUES ('theirs', 'in_progress', '2020-01-01Z')")
    assert await database.call("batch_reap") == {"reaped": []}
    assert [(await each.whole())["status"] for each in (living, revived)] == ["in_progress"] * 2


async def test_reaping_goes_by_portions(database: Database) -> None:
    """At most as many as asked, the longest dead first."""
    lost = [await opened(database, "weibo") for _ in range(3)]
    for number, batch in enumerate(lost):
        await database.rows(
            "UPDATE hot_leases SET expires_at = now() - make_interval(mins => %(age)s) WHERE batch_id = %(id)s",
            {"age": 3 - number, "id": batch.id},
        )
    assert await database.call("batch_reap", at_most=2) == {"reaped": [str(lost[0].id), str(lost[1].id)]}
    assert await database.call("batch_reap", at_most=2) == {"reaped": [str(lost[2].id)]}


async def test_leases_of_batches_that_were_ended_by_raw_sql_are_closed(database: Database) -> None:
    """They don't stand in the way of the lost, however many there are."""
    ended = [await opened(database, "weibo") for _ in range(3)]
    await database.rows("UPDATE batch_jobs SET status = 'failed'")
    await database.rows("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 hour'")
    lost = await opened(database, "weibo")
    await lost.expire()
    assert await database.call("batch_reap", at_most=2) == {"reaped": [str(lost.id)]}
    assert [(await each.whole())["lease"]["closed_at"] is not None for each in ended] == [True] * 3


async def test_two_reapers_share_the_work(database: Database) -> None:
    """A row that one reaper holds is skipped by the other: both end, and each batch is reaped once."""
    lost = [await opened(database, "weibo") for _ in range(6)]
    await database.rows("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 second'")
    async with await database.connect() as other, other.transaction():
        held = (await (await other.execute("SELECT batch_reap(2)")).fetchone() or ())[0]["reaped"]
        rest = (await database.call("batch_reap"))["reaped"]
    assert len(held) == 2
    assert sorted(held + rest) == sorted(str(batch.id) for batch in lost)


async def test_a_beat_that_comes_while_it_is_reaped_is_refused(database: Database) -> None:
    """Of reaper and owner one wins; the owner that came second learns that the batch was lost."""
    batch = await opened(database, "weibo")
    await batch.expire()
    async with await database.connect() as reaper:
        async with reaper.transaction():
            await reaper.execute("SELECT batch_reap()")
            beat = asyncio.create_task(batch.beat())
            await waiting(database, 1)
        answer = await beat
    assert (answer["outcome"], answer["reason"]) == ("refused", "batch_was_lost")


async def test_a_reaper_that_comes_while_it_is_recorded_leaves_it(database: Database) -> None:
    """A batch whose last record is being written is not taken for lost, though its lease has run out."""
    batch = await opened(database, "weibo")
    await batch.expire()
    async with await database.connect() as writer, writer.transaction():
        await writer.execute("SELECT id FROM batch_jobs FOR UPDATE")
        assert await database.call("batch_reap") == {"reaped": []}
    assert (await batch.record("weibo", reading("a")))["batch_status"] == "completed"


async def waiting(database: Database, sessions: int) -> None:
    """Wait until so many sessions wait for a lock, as the server itself says."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(30):
        while await database.value(query) < sessions:
            await asyncio.sleep(0)


# Overlap


async def open_exclusive(database: Database, overlap: str) -> tuple[Handle, Any]:
    handle = Handle(database, uuid4(), uuid4())
    answer = await database.call(
        "batch_open", batch_id=handle.id, job_type="report", planned=["a"], token=handle.token, owner="cron", overlap=overlap
    )
    return handle, answer


async def test_a_batch_that_may_not_overlap_is_skipped(database: Database) -> None:
    """The second one leaves no row, and is told who runs, since when, and until when."""
    first, _ = await open_exclusive(database, "skip")
    second, answer = await open_exclusive(database, "skip")
    assert (answer["outcome"], answer["running"]["batch_id"], answer["running"]["owner"]) == ("skipped", str(first.id), "cron")
    assert await database.call("batch_get", batch_id=second.id) is None
    await first.close()
    assert (await open_exclusive(database, "skip"))[1]["outcome"] == "opened"


async def test_a_batch_can_take_the_place_of_another(database: Database) -> None:
    """The older one ends as replaced, and its owner is refused with that reason."""
    first, _ = await open_exclusive(database, "replace")
    second, answer = await open_exclusive(database, "replace")
    assert answer["outcome"] == "opened"
    assert (await first.whole())["metadata"]["summary"]["failure"] == "replaced"
    assert (await first.record("a", reading("x")))["reason"] == "batch_was_replaced"
    assert (await second.record("a", reading("x")))["batch_status"] == "completed"


async def test_a_lost_batch_does_not_keep_others_away(database: Database) -> None:
    """A batch that was killed is reaped by the one that would overlap it."""
    first, _ = await open_exclusive(database, "skip")
    await first.expire()
    assert (await open_exclusive(database, "skip"))[1]["outcome"] == "opened"


@pytest.mark.parametrize("overlap", ["skip", "replace"])
async def test_openings_at_once_leave_one(database: Database, overlap: str) -> None:
    """Of many openings at once over a lost batch one stands in the end, and none meets a deadlock."""
    for _ in range(4):
        lost, _ = await open_exclusive(database, "replace")
        await lost.expire()
        answers = await asyncio.gather(*(open_exclusive(database, overlap) for _ in range(4)))
        assert {answer["outcome"] for _, answer in answers} <= {"opened", "skipped"}
        assert await database.value("SELECT count(*) FROM hot_leases WHERE closed_at IS NULL") == 1


# Many at once


async def test_many_collectors_at_once_lose_nothing(database: Database) -> None:
    """Twenty collectors with five platforms each, all sharing titles: no deadlock, and every total is exact."""
    platforms = [f"platform {number}" for number in range(5)]
    gate = asyncio.Semaphore(8)
    store = database.store(connections=8)

    async def collect(number: int) -> None:
        batch, token = uuid4(), uuid4()
        turned = platforms[number % 5 :] + platforms[: number % 5]
        async with gate:
            await store.call("batch_open", {"batch_id": batch, "job_type": "data_collection", "planned": turned, "token": token})

        async def record(platform: str) -> None:
            titles = [f"title {place % (number + 10)}" for place in range(number + 10)]
            arguments = {"batch_id": batch, "token": token, "platform": platform, "reading": reading(*titles, minutes=number)}
            async with gate:
                assert (await store.call("batch_record", arguments))["items"] == number + 10

        await asyncio.gather(*(record(platform) for platform in turned))

    await asyncio.gather(*(collect(number) for number in range(20)))
    total = 5 * sum(number + 10 for number in range(20))
    assert await database.rows("SELECT count(*), sum(total_items) FROM batch_jobs WHERE status = 'completed'") == [(20, total)]
    assert await database.rows("SELECT count(*), sum(times_seen), sum(new_items) FROM hot_entries, (SELECT sum(new_items) AS new_items FROM"
                               " hot_readings) AS n GROUP BY n.new_items") == [(5 * 29, total, 5 * 29 * 145)]  # fmt: skip


# Purge


async def old_batch(database: Database, days: int, platform: str = "weibo", **more: Any) -> Handle:
    """A whole batch of some days ago: made by an import, which may be of the past."""
    batch = uuid4()
    at = NOON - timedelta(days=days)
    facts = reading("a", **more) | {"platform": platform, "started_at": at, "collected_at": at}
    await database.call("batch_import", batches=[{"batch_id": str(batch), "job_type": "data_collection", "readings": [facts]}])
    return Handle(database, batch, uuid4())


async def kept(database: Database) -> list[Any]:
    return [row[0] for row in await database.rows("SELECT id FROM batch_jobs ORDER BY created_at DESC")]


async def test_a_dry_run_only_counts(database: Database) -> None:
    """It says how many would go, and deletes nothing; it is what happens unless asked otherwise."""
    await old_batch(database, 1000)
    await old_batch(database, 1001)
    assert await database.call("batch_purge", older_than="30 days", keep_last=0) == {"dry_run": True, "older": 2, "purged": 1}
    assert len(await kept(database)) == 2


async def test_the_newest_of_each_job_type_are_kept(database: Database) -> None:
    """However old they are."""
    batches = [await old_batch(database, 1000 + number) for number in range(5)]
    answer = await database.call("batch_purge", older_than="30 days", keep_last=2, dry_run=False)
    assert answer == {"dry_run": False, "older": 5, "purged": 3}
    assert await kept(database) == [batch.id for batch in batches[:2]]
    assert await database.value("SELECT count(*) FROM hot_readings") == 5


async def test_the_last_success_of_each_platform_is_kept(database: Database) -> None:
    """A platform that has failed ever since keeps the batch in which it last was well."""
    good = await old_batch(database, 1003)
    await old_batch(database, 1002, verdict="blocked")
    other = await old_batch(database, 1001, platform="baidu")
    await database.call("batch_purge", older_than="30 days", keep_last=0, dry_run=False)
    assert await kept(database) == [other.id, good.id]


async def test_open_batches_are_kept(database: Database) -> None:
    """What somebody still works on is not purged."""
    batch = await opened(database, "weibo")
    await database.rows("UPDATE batch_jobs SET created_at = '2020-01-01Z'")
    await database.call("batch_purge", older_than="30 days", keep_last=0, dry_run=False)
    assert await kept(database) == [batch.id]


async def test_a_purge_goes_by_portions(database: Database) -> None:
    """The oldest go first, no more than asked in one call."""
    batches = [await old_batch(database, 1000 + number) for number in range(4)]
    await database.call("batch_purge", older_than="30 days", keep_last=0, dry_run=False, at_most=2)
    assert await kept(database) == [batch.id for batch in batches[:2]]


async def test_a_negative_age_is_refused(database: Database) -> None:
    """A slip of the pen does not delete everything."""
    with pytest.raises(StoreRejected, match="negative"):
        await database.call("batch_purge", older_than="-30 days", dry_run=False)


# Self-tests


async def test_a_self_test_leaves_no_trace(database: Database) -> None:
    """A scratch batch goes with its readings, titles and units, also those that were planned only; all else stays."""
    await collected(database, "weibo", "a", "b")
    before = await state(database)
    batch = await opened(database, "self_test/one", "self_test/two", job_type="self_test")
    await batch.record("self_test/one", reading("a", "c"))
    await batch.close()
    assert await database.call("scratch_remove", batch_id=batch.id) == {"removed": 1}
    assert await state(database) == before


async def test_self_tests_at_once_do_not_hurt_each_other(database: Database) -> None:
    """The removal of one leaves the other whole; the last one takes what they share."""
    before = await state(database)
    first, second = [await opened(database, "self_test/one", job_type="self_test") for _ in range(2)]
    for batch in (first, second):
        await batch.record("self_test/one", reading("a"))
    await database.call("scratch_remove", batch_id=first.id)
    assert (await second.whole())["readings"][0]["items"] == 1
    assert (await database.call("ledger_verify"))["sound"]
    await database.call("scratch_remove", batch_id=second.id)
    assert await state(database) == before


async def test_only_a_self_test_can_be_removed(database: Database) -> None:
    """A batch of another type stays, even when its units have the name of a self-test's."""
    batch = await collected(database, "weibo", "a")
    named = await collected(database, "self_test/one", "a")
    before = await state(database)
    for handle in (batch, named):
        assert await database.call("scratch_remove", batch_id=handle.id) == {"removed": 0}
    assert await state(database) == before


# Reconciling


async def test_reconciling_tells_what_is_wrong(database: Database) -> None:
    """A reading that vanished and a lease that ran out are each told in a sentence, and a sound ledger has none."""
    batch = await collected(database, "weibo", "a", "b")
    lost = await opened(database, "baidu")
    await lost.expire()
    found = await database.call("ledger_verify")
    assert [each["kind"] for each in found["discrepancies"]] == ["lease"]
    await database.call("batch_reap")
    assert (await database.call("ledger_verify"))["sound"]
    await database.rows("CREATE TABLE put_by AS SELECT * FROM hot_readings")
    await database.rows("DELETE FROM hot_readings")
    found = await database.call("ledger_verify")
    assert {each["kind"] for each in found["discrepancies"]} == {"total_items", "platforms_processed"}
    assert all(each["subject"] == str(batch.id) for each in found["discrepancies"])
    await database.rows("INSERT INTO hot_readings SELECT * FROM put_by")


@pytest.mark.breaks_ledger
@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ("UPDATE hot_readings SET items = 3", "reading"),
        ("UPDATE hot_readings SET entries = entries || 99, items = items + 1", "entry"),
        ("UPDATE hot_readings SET heats = '{1}'", "reading"),
        ("UPDATE hot_readings SET collected_at = '1999-01-01Z'", "entry"),
        ("UPDATE hot_entries SET last_seen_at = '1999-01-01Z'", "entry"),
        ("DELETE FROM hot_entries WHERE title = 'a'", "entry"),
        ("UPDATE hot_entries SET times_seen = 0", "entry"),
        ("UPDATE hot_entries SET best_rank = 7", "entry"),
        ("UPDATE hot_entries SET peak_heat = NULL; UPDATE hot_readings SET heats = '{1, 2}'", "entry"),
        ("UPDATE hot_readings SET status = 'failed'", "reading"),
        ("UPDATE hot_leases SET closed_at = NULL", "lease"),
    ],
)
async def test_damage_is_found(database: Database, damage: str, kind: str) -> None:
    """Whatever is changed behind the ledger's back shows."""
    await collected(database, "weibo", "a", "b")
    await database.rows(damage)
    found = await database.call("ledger_verify")
    assert not found["sound"]
    assert kind in {each["kind"] for each in found["discrepancies"]}

"""What the functions that write and read batches promise, over psycopg and over PostgREST."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.contract.conftest import Calls, instant, is_recent
from tests.made import NOON, reading


@pytest.mark.covers("batch_open", "batch_get")
async def test_an_opening_says_what_is_known_of_the_past(call: Calls) -> None:
    """A batch is there before anything is read, with its plan, and knows how long the lists before it were."""
    await call.recorded("weibo", "one", "two")
    batch = await call.opened("weibo", "baidu", owner="host:1", source="a test")
    assert batch.answer["platforms"]["weibo"]["recent_items"] == [2]
    assert batch.answer["platforms"]["baidu"] == {"recent_items": [], "last_good_at": None, "baseline": None}
    assert is_recent(batch.answer["expires_at"])
    whole = await batch.whole()
    assert (whole["status"], whole["total_items"], whole["platforms_processed"]) == ("in_progress", 0, [])
    assert whole["metadata"]["planned"] == ["weibo", "baidu"]
    assert whole["metadata"]["source"] == "a test"
    assert whole["lease"]["owner"] == "host:1"
    assert "token" not in whole["lease"]


@pytest.mark.covers("batch_open")
async def test_an_opening_brings_the_baseline_of_the_latest_reading(call: Calls) -> None:
    """What the judge left with a reading comes with the next opening; that of an earlier one, replayed late, does not take its place."""
    first = await call.opened("weibo")
    await first.record("weibo", reading("one", minutes=10, baseline={"usual": 50}))
    late = await call.opened("weibo")
    await late.record("weibo", reading("one", minutes=5, baseline={"usual": 3}))
    assert (await call.opened("weibo")).answer["platforms"]["weibo"]["baseline"] == {"usual": 50}


@pytest.mark.covers("baseline_get")
async def test_baselines_are_got_by_name_or_all(call: Calls) -> None:
    """What the judge knows of the platforms that are asked for, or of all; a platform without a baseline is left out."""
    batch = await call.opened("weibo", "baidu", "zhihu")
    for platform, baseline in [("weibo", {"version": 1}), ("baidu", {"version": 2}), ("zhihu", None)]:
        await batch.record(platform, reading("one", minutes=10, baseline=baseline) if baseline else reading("one"))
    assert await call("baseline_get", platforms=["weibo", "zhihu", "nowhere"]) == {"weibo": {"version": 1}}
    assert {"weibo": {"version": 1}, "baidu": {"version": 2}}.items() <= (await call("baseline_get")).items()
    assert await call("baseline_get", platforms=[]) == {}


@pytest.mark.covers("batch_open")
async def test_an_opening_can_be_repeated_by_its_owner_alone(call: Calls) -> None:
    """The same opening again is the same batch; with another token it is refused, with the reason."""
    batch = await call.opened("weibo")
    assert (await call.opened("weibo", batch_id=batch.id, token=batch.token)).id == batch.id
    other = await call("batch_open", batch_id=batch.id, job_type="data_collection", planned=["weibo"], token=uuid4())
    assert (other["outcome"], other["reason"]) == ("refused", "not_the_owner")
    assert (await batch.whole())["lease"]["refused"] == 1
    await batch.record("weibo", reading("one"))


@pytest.mark.covers("batch_open")
async def test_a_batch_that_may_not_overlap_is_skipped_or_replaces(call: Calls) -> None:
    """`skip` says who runs, since when and until when; `replace` ends the other batch, and says so in it."""
    first = await call.opened("weibo", overlap="skip", owner="first")
    second = await call("batch_open", batch_id=uuid4(), job_type="data_collection", planned=["weibo"], token=uuid4(), overlap="skip")
    assert second["outcome"] == "skipped"
    assert (second["running"]["batch_id"], second["running"]["owner"]) == (str(first.id), "first")
    assert instant(second["running"]["since"]) < instant(second["running"]["until"])
    third = await call.opened("weibo", overlap="replace")
    assert (await first.whole())["metadata"]["summary"]["failure"] == "replaced"
    late = await first.record("weibo", reading("one"))
    assert (late["outcome"], late["reason"]) == ("refused", "batch_was_replaced")
    await third.record("weibo", reading("one"))


@pytest.mark.covers("batch_record")
async def test_a_record_stores_list_progress_and_metadata_at_once(call: Calls) -> None:
    """A reading lands with its items; the last planned one ends the batch with its totals; instants stay to the microsecond."""
    batch = await call.opened("weibo", "baidu", started_at=NOON)
    first = await batch.record("weibo", reading("一", "二", heats=[3.5, None], minutes=1))
    assert first == {"outcome": "recorded", "replayed": False, "items": 2, "new_items": 2, "batch_status": "in_progress"}
    last = await batch.record("baidu", reading(verdict="blocked", error_code="http_status"), recorded_at=NOON.replace(hour=13))
    assert (last["items"], last["batch_status"]) == (0, "completed")
    whole = await batch.whole()
    assert (whole["total_items"], whole["platforms_processed"]) == (2, ["weibo", "baidu"])
    assert whole["metadata"]["weibo_items"] == 2
    assert whole["metadata"]["summary"]["outcome"] == "partial"
    assert instant(whole["started_at"]) == NOON
    assert instant(whole["completed_at"]) == NOON.replace(hour=13)
    assert [each["platform"] for each in whole["readings"]] == ["weibo", "baidu"]


@pytest.mark.covers("batch_record")
async def test_a_record_can_be_repeated(call: Calls) -> None:
    """The same record again, in the middle or after the end, changes nothing and is told as a replay."""
    batch = await call.opened("weibo")
    for replayed in (False, True, True):
        answer = await batch.record("weibo", reading("one"))
        assert (answer["outcome"], answer["replayed"], answer["items"]) == ("recorded", replayed, 1)
    assert (await batch.whole())["total_items"] == 1


@pytest.mark.covers("batch_close")
async def test_a_batch_is_closed_for_a_reason(call: Calls) -> None:
    """An interrupted batch is told as such, keeps what it has, and can be closed twice."""
    batch = await call.opened("weibo", "baidu")
    await batch.record("weibo", reading("one"))
    for replayed in (False, True):
        answer = await call("batch_close", batch_id=batch.id, token=batch.token, reason="interrupted", message="told to stop")
        assert (answer["outcome"], answer["replayed"], answer["batch_status"]) == ("closed", replayed, "completed")
    summary = (await batch.whole())["metadata"]["summary"]
    assert (summary["outcome"], summary["failure"], summary["missing"]) == ("partial", "interrupted", ["baidu"])


@pytest.mark.covers("batch_beat")
async def test_a_beat_renews_the_lease_of_its_owner(call: Calls) -> None:
    """A beat moves the end of the lease on; that of another is refused."""
    batch = await call.opened("weibo", lease_seconds=60)
    beaten = await call("batch_beat", batch_id=batch.id, token=batch.token, lease_seconds=600)
    assert beaten["outcome"] == "beaten"
    assert instant(beaten["expires_at"]) > instant(batch.answer["expires_at"])
    assert (await call("batch_beat", batch_id=batch.id, token=uuid4()))["reason"] == "not_the_owner"
    await batch.record("weibo", reading("one"))


@pytest.mark.covers("batch_reap")
async def test_a_batch_without_a_sign_of_life_is_lost(call: Calls) -> None:
    """Anyone closes a batch whose lease has run out; its late writer is refused."""
    batch = await call.opened("weibo", lease_seconds=-1)
    assert (await call("batch_reap"))["reaped"] == [str(batch.id)]
    assert (await call("batch_reap", at_most=5))["reaped"] == []
    assert (await batch.record("weibo", reading("one")))["reason"] == "batch_was_lost"
    assert (await batch.whole())["metadata"]["summary"]["failure"] == "lost"


@pytest.mark.covers("batch_list", "batch_find", "batch_get")
async def test_batches_are_listed_and_found(call: Calls) -> None:
    """Filters and order work, NULL means any, ids are found by their beginning, and an unknown batch is NULL."""
    small, large = await call.recorded("weibo", "one"), await call.recorded("baidu", "one", "two")
    assert [each["id"] for each in await call("batch_list")] == [str(large.id), str(small.id)]
    assert [each["id"] for each in await call("batch_list", platform="weibo", status=None)] == [str(small.id)]
    assert await call("batch_list", job_type="another") == []
    assert [each["total_items"] for each in await call("batch_list", by_size=True, at_most=1)] == [2]
    assert await call("batch_find", beginning=str(small.id)[:13]) == [str(small.id)]
    assert await call("batch_get", batch_id=uuid4()) is None


@pytest.mark.covers("batch_trend")
async def test_days_are_counted(call: Calls) -> None:
    """A day has its batches, how they ended, and their average."""
    await call.recorded("weibo", "one", "two")
    batch = await call.opened("weibo")
    await batch.record("weibo", reading(verdict="empty"))
    (day,) = await call("batch_trend", job_type="data_collection", at_most=7)
    assert (day["total_jobs"], day["successful"], day["failed"], day["avg_items"]) == (2, 1, 1, 1)


@pytest.mark.covers("batch_purge")
async def test_a_purge_counts_first_and_keeps_what_it_must(call: Calls) -> None:
    """A dry run deletes nothing; the real one deletes as many, and leaves the newest."""
    for number in range(3):
        await call.recorded("weibo", "one", minutes=number)
    counted = await call("batch_purge", older_than="0 seconds", keep_last=1)
    assert (counted["dry_run"], counted["purged"]) == (True, 2)
    assert len(await call("batch_list")) == 3
    assert (await call("batch_purge", older_than="0 seconds", keep_last=1, dry_run=False, at_most=1000))["purged"] == 2
    assert len(await call("batch_list")) == 1


@pytest.mark.covers("batch_import")
async def test_past_lists_are_imported_once(call: Calls) -> None:
    """An import makes whole batches of the past, and makes them once."""
    lists = [{"platform": "weibo", **reading("one", "two")}, {"platform": "baidu", **reading("three")}]
    batches = [{"batch_id": str(uuid4()), "job_type": "import", "source": "a file", "readings": lists}]
    assert await call("batch_import", batches=batches) == {"batches": 1, "readings": 2, "known_readings": 0, "items": 3}
    assert await call("batch_import", batches=batches) == {"batches": 0, "readings": 0, "known_readings": 2, "items": 0}
    (job,) = await call("batch_list", job_type="import")
    assert (job["status"], job["total_items"], instant(job["completed_at"])) == ("completed", 3, NOON)


@pytest.mark.covers("scratch_remove")
async def test_a_scratch_batch_is_removed_and_no_other(call: Calls) -> None:
    """What a self-test stored goes without a trace; a batch of another type stays."""
    kept = await call.recorded("weibo", "one")
    scratch = await call.opened("self_test/weibo", job_type="self_test")
    await scratch.record("self_test/weibo", reading("one"))
    assert (await call("scratch_remove", batch_id=scratch.id))["removed"] == 1
    assert (await call("scratch_remove", batch_id=kept.id))["removed"] == 0
    assert [each["name"] for each in await call("platform_list")] == ["weibo"]
    assert await scratch.whole() is None

"""What the functions behind the pages of batches promise, over psycopg and over PostgREST."""

from __future__ import annotations

import pytest
from tests.contract.conftest import Calls, instant
from tests.made import NOON, reading


@pytest.mark.covers("batch_page")
async def test_batches_come_in_pages(call: Calls) -> None:
    """Each page goes on where the one before ended; filters choose, and NULL means any."""
    made = [str((await call.recorded("weibo", f"title {number}")).id) for number in range(3)]
    blocked = await call.opened("baidu")
    await blocked.record("baidu", reading(verdict="blocked"))
    first = await call("batch_page", at_most=2, job_type=None)
    assert [each["id"] for each in first["batches"]] == [str(blocked.id), made[2]]
    second = await call("batch_page", at_most=2, before_at=first["next"]["created_at"], before_id=first["next"]["id"])
    assert ([each["id"] for each in second["batches"]], second["next"]) == ([made[1], made[0]], None)
    for chosen in ({"status": "failed"}, {"platform": "baidu"}, {"outcome": "failed"}):
        (found,) = (await call("batch_page", **chosen))["batches"]
        assert (found["id"], found["status"], found["outcome"], found["succeeded"]) == (str(blocked.id), "failed", "failed", 0)
    assert (await call("batch_page", job_type="another"))["batches"] == []


@pytest.mark.covers("batch_change")
async def test_a_batch_is_compared_with_the_one_before(call: Calls) -> None:
    """Verdicts and items of both stand side by side, and what has changed is named; the first batch has nothing before it."""
    first = await call.opened("baidu", "weibo", "zhihu")
    for platform, what in [("baidu", reading("one", "two")), ("weibo", reading(verdict="empty")), ("zhihu", reading("a"))]:
        await first.record(platform, what)
    second = await call.opened("baidu", "weibo", "douyin")
    for platform, what in [("baidu", reading("one", verdict="short")), ("weibo", reading("w")), ("douyin", reading("d"))]:
        await second.record(platform, what)
    assert await call("batch_change", batch_id=first.id) is None
    found = await call("batch_change", batch_id=second.id)
    assert (found["before"]["id"], found["items_more"]) == (str(first.id), 0)
    changes = {
        each["platform"]: (each["change"], each["verdict_before"], each["verdict"], each["items_more"]) for each in found["platforms"]
    }
    assert changes == {
        "baidu": ("worse", "ok", "short", -1),
        "douyin": ("new", None, "ok", None),
        "weibo": ("better", "empty", "ok", 1),
        "zhihu": ("gone", "ok", None, None),
    }


@pytest.mark.covers("ledger_now")
async def test_the_ledger_says_how_it_stands(call: Calls) -> None:
    """Empty, then full, with the usual number of items; a running batch and a platform that is off are told."""
    assert (await call("ledger_now"))["state"] == "empty"
    batch = await call.recorded("weibo", "one", "two")
    await call.opened("weibo", "baidu", owner="host:1")
    await call("platform_enable", platform="baidu", enabled=False, reason="no longer wanted")
    found = await call("ledger_now", at=NOON.replace(hour=13))
    assert (found["state"], instant(found["at"])) == ("full", NOON.replace(hour=13))
    assert found["counts"] == {"platforms": 1, "good": 1, "warned": 0, "failed": 0, "off": 1, "incidents": 0}
    assert [(each["job_type"], each["last"]["id"], each["due_at"]) for each in found["jobs"]] == [("data_collection", str(batch.id), None)]
    assert [(each["owner"], each["planned"], each["processed"]) for each in found["running"]] == [("host:1", 2, 0)]
    baidu, weibo = found["platforms"]
    assert (baidu["enabled"], baidu["disabled_reason"], baidu["last_at"]) == (False, "no longer wanted", None)
    assert (weibo["verdict"], weibo["items"], weibo["usual_items"], instant(weibo["last_good_at"])) == ("ok", 2, 2, NOON)

"""What the functions of lists, topics, titles and times promise, over psycopg and over PostgREST."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.contract.conftest import Calls, instant
from tests.made import NOON, reading

from hotledger.errors import StoreError
from hotledger.store.port import Store


@pytest.mark.covers("lists_at")
async def test_lists_of_a_moment_come_with_their_moves(call: Calls) -> None:
    """Each platform's list as it stood, beside each row how it has moved."""
    await call.recorded("weibo", "one", "two")
    await call.recorded("baidu", "three", minutes=5)
    await call.recorded("weibo", "two", "new", minutes=10)
    found = await call("lists_at", platforms=["weibo", "baidu"], at_most=5)
    assert [each["platform"] for each in found["lists"]] == ["weibo", "baidu"]
    assert [(row["title"], row["moved"], row["is_new"]) for row in found["lists"][0]["items"]] == [("two", 1, False), ("new", None, True)]
    before = await call("lists_at", at=NOON + timedelta(minutes=7))
    assert {each["platform"]: instant(each["collected_at"]) for each in before["lists"]} == {
        "weibo": NOON,
        "baidu": NOON + timedelta(minutes=5),
    }


@pytest.mark.covers("topic_everywhere")
async def test_a_topic_is_told_wherever_it_stood(call: Calls) -> None:
    """One history for each platform, the earliest first."""
    for minutes, platform in enumerate(("weibo", "baidu", "weibo")):
        await call.recorded(platform, "热 1", minutes=minutes)
    found = await call("topic_everywhere", title="热 1", at_most=10)
    assert [(each["platform"], each["times_seen"], each["seconds_on_list"]) for each in found] == [("weibo", 2, 120), ("baidu", 1, 0)]


@pytest.mark.covers("title_search")
async def test_titles_are_found_in_pages(call: Calls) -> None:
    """By any part of them, newest first, the next page by the place where the one before ended."""
    await call.recorded("weibo", "热搜 一", "热搜 二", "other")
    page = await call("title_search", query="热搜", at_most=1)
    rest = await call("title_search", query="热搜", platforms=["weibo"], hottest=False, at_most=1, after=page["next"])
    assert [each["title"] for each in page["items"] + rest["items"]] == ["热搜 二", "热搜 一"]
    assert rest["next"] is None


@pytest.mark.covers("batch_periods", "reading_periods")
async def test_batches_and_readings_are_told_by_time(call: Calls) -> None:
    """By day, week or month, with `next` for older ones; no other period is known."""
    await call.recorded("weibo", "one", "two")
    await (await call.opened("weibo")).record("weibo", reading(verdict="blocked", minutes=60))
    (batches,) = (await call("batch_periods", every="week", job_type="data_collection", at_most=5, before=None))["periods"]
    assert (batches["batches"], batches["completed"], batches["failed"], batches["success_rate"], batches["items"]) == (2, 1, 1, 0.5, 2)
    readings = await call("reading_periods", every="month", platform="weibo", at_most=5, before="2026-04-01")
    (month,) = readings["periods"]
    assert (month["begins"], month["readings"], month["good"], month["items"], month["average_ms"]) == ("2026-03-01", 2, 1, 2, 1000)
    assert readings["next"] is None
    with pytest.raises(StoreError, match="day, week or month"):
        await call("batch_periods", every="year")


@pytest.mark.covers("titles_index")
async def test_the_index_of_titles_is_made_by_the_owner_alone(call: Calls, direct: Store) -> None:
    """Whoever owns the tables makes and removes it, as often as asked; the service role may not."""
    if call.store is direct:
        for wanted in (True, True, False, False):
            assert (await call("titles_index", wanted=wanted))["indexed"] is wanted
    else:
        with pytest.raises(StoreError, match="owner"):
            await call("titles_index")

"""What the functions that show lists, platforms and the ledger itself promise, over psycopg and over PostgREST."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.contract.conftest import Calls, instant, is_recent
from tests.made import NOON, reading

from hotledger import sql
from hotledger.errors import StoreError


@pytest.mark.covers("list_top")
async def test_a_list_comes_with_its_age_and_in_its_order(call: Calls) -> None:
    """The latest list, or the one that stood at a moment; text of any script, quotes and all, comes as it was."""
    titles = ["热搜 “一”", 'a "quoted" \\ title', "emoji 🎉 and a\ttab", "x" * 1000]
    await call.recorded("weibo", *titles)
    await call.recorded("weibo", "later", minutes=10)
    latest = await call("list_top", platform="weibo")
    assert [each["title"] for each in latest["items"]] == ["later"]
    assert latest["age_seconds"] > 0
    before = await call("list_top", platform="weibo", at_most=50, at=NOON.replace(minute=5))
    assert [(each["rank"], each["title"]) for each in before["items"]] == list(enumerate(titles, 1))
    assert instant(before["collected_at"]) == NOON
    assert await call("list_top", platform="nobody") is None


@pytest.mark.covers("entries_new")
async def test_new_titles_are_told_with_their_first_place(call: Calls) -> None:
    """The latest first, each with the rank and heat at which it was first seen; a title that only comes back is not new."""
    await call.recorded("weibo", "one", "two")
    await call.recorded("weibo", "two", minutes=5)
    last = await call.recorded("weibo", "one", "three", "two", "four", minutes=10)
    found = await call("entries_new", platform="weibo")
    assert [(each["title"], each["rank"]) for each in found["entries"]] == [("three", 2), ("four", 4), ("one", 1), ("two", 2)]
    assert (found["entries"][0]["batch_id"], instant(found["entries"][2]["first_seen_at"])) == (str(last.id), NOON)
    assert len((await call("entries_new", platform="weibo", at_most=1))["entries"]) == 1
    assert await call("entries_new", platform="nobody") is None


@pytest.mark.covers("topic_history")
async def test_a_topic_has_a_history(call: Calls) -> None:
    """Rank and heat over time, with the readings in which it did not stand."""
    for minutes, titles in enumerate((["one", "two"], ["two"], ["two", "one"])):
        await call.recorded("weibo", *titles, minutes=minutes)
    found = await call("topic_history", platform="weibo", title="one")
    assert [point["rank"] for point in found["points"]] == [1, None, 2]
    assert (found["best_rank"], found["times_seen"]) == (1, 2)
    assert await call("topic_history", platform="weibo", title="never") is None


@pytest.mark.covers("platform_register", "platform_list", "hot_link")
async def test_platforms_have_titles_and_make_addresses(call: Calls) -> None:
    """A platform is entered once with title and template, of which the addresses of its entries are made."""
    facts = [{"name": "weibo", "title": "微博", "link": "https://s.example/?q={title}"}]
    assert (await call("platform_register", platforms=facts))["changed"] == 1
    assert (await call("platform_register", platforms=facts))["changed"] == 0
    await call.recorded("weibo", "热 1")
    (platform,) = await call("platform_list")
    assert (platform["title"], platform["last_reading"]["items"]) == ("微博", 1)
    address = (await call("list_top", platform="weibo"))["items"][0]["url"]
    assert address == "https://s.example/?q=%E7%83%AD%201"
    assert await call("hot_link", template=facts[0]["link"], source_id=None, title="热 1") == address


@pytest.mark.covers("platform_past")
async def test_the_past_of_a_platform_can_be_asked(call: Calls) -> None:
    """How long the last good lists were, newest first."""
    await call.recorded("weibo", "one")
    await call.recorded("weibo", "one", "two", minutes=5)
    past = await call("platform_past", platform="weibo")
    assert past["recent_items"] == [2, 1]
    assert instant(past["last_good_at"]) == NOON.replace(minute=5)


@pytest.mark.covers("ledger_about")
async def test_the_ledger_says_what_it_is(call: Calls) -> None:
    """Versions, clock, size and counts."""
    await call.recorded("weibo", "one", "two")
    about = await call("ledger_about")
    assert about["schema_version"] == sql.schema_version()
    assert is_recent(about["now"])
    assert (about["batches"], about["readings"], about["entries"]) == (1, 1, 2)
    assert about["size_bytes"] > 0
    assert about["demo"] is False


@pytest.mark.breaks_ledger
@pytest.mark.covers("ledger_verify")
async def test_the_ledger_reconciles_itself(call: Calls) -> None:
    """A sound ledger says so; one with a batch that nobody closed says which, in a sentence."""
    await call.recorded("weibo", "one")
    assert (await call("ledger_verify"))["sound"]
    batch = await call.opened("weibo", lease_seconds=-1)
    found = await call("ledger_verify", at_most=10)
    assert not found["sound"]
    assert [(each["kind"], each["subject"]) for each in found["discrepancies"]] == [("lease", str(batch.id))]


@pytest.mark.covers("collector_add", "collector_list", "collector_revoke")
async def test_collectors_are_entered_listed_and_revoked(call: Calls) -> None:
    """A name has one token at a time; the same call again changes nothing; a revoked name can get a new token; no hash is shown."""
    first, second = "a" * 64, "b" * 64
    for token_hash, added in ((first, True), (first, True), (second, False)):
        assert (await call("collector_add", name="laptop", token_hash=token_hash, calls_per_minute=5))["added"] is added
    assert [await call("collector_revoke", name=name) for name in ("laptop", "laptop", "nobody")] == [
        {"revoked": True},
        {"revoked": True},
        {"revoked": False},
    ]
    assert (await call("collector_add", name="laptop", token_hash=first))["added"] is False
    assert (await call("collector_add", name="laptop", token_hash=second, bytes_per_call=9))["added"] is True
    (shown,) = await call("collector_list")
    assert (shown["name"], shown["calls_per_minute"], shown["bytes_per_call"], shown["revoked_at"]) == ("laptop", 600, 9, None)
    assert "token_hash" not in shown


@pytest.mark.covers("batch_record")
async def test_a_large_call_lands(call: Calls) -> None:
    """A list of megabytes is one call."""
    batch = await call.opened("weibo")
    answer = await batch.record("weibo", reading(*(f"{number} {'很' * 900}" for number in range(700))))
    assert answer["items"] == 700


@pytest.mark.covers("list_top")
async def test_more_than_a_thousand_rows_come_whole(call: Calls) -> None:
    """An answer is one JSON value, and so the API's limit of 1,000 rows cuts nothing off."""
    titles = [f"title {number}" for number in range(1200)]
    await call.recorded("weibo", *titles)
    found = await call("list_top", platform="weibo", at_most=2000)
    assert [each["title"] for each in found["items"]] == titles


@pytest.mark.covers("platform_enable", "batch_open")
async def test_a_platform_that_is_switched_off_is_left_out_of_every_plan(call: Calls) -> None:
    """Off means that no batch plans it, and that each says why; on again, it is planned as before."""
    off = await call("platform_enable", platform="weibo", enabled=False, reason="asks for a login")
    assert (off["enabled"], off["disabled_reason"]) == (False, "asks for a login")
    batch = await call.opened("weibo", "baidu")
    assert batch.answer["disabled"]["weibo"]["reason"] == "asks for a login"
    assert (await batch.whole())["metadata"]["planned"] == ["baidu"]
    assert (await call("batch_open", batch_id=uuid4(), job_type="x", planned=["weibo"], token=uuid4()))["outcome"] == "disabled"
    assert (await call("platform_enable", platform="weibo", enabled=True))["disabled_at"] is None
    assert (await (await call.opened("weibo")).whole())["metadata"]["planned"] == ["weibo"]


@pytest.mark.covers("platform_enable")
async def test_switching_off_needs_a_reason(call: Calls) -> None:
    """Nothing is switched off without a word on why."""
    with pytest.raises(StoreError, match="with a reason"):
        await call("platform_enable", platform="weibo", enabled=False, reason=" ")


@pytest.mark.covers("hot2sql_lists")
async def test_without_tables_of_hot2sql_nothing_is_told(call: Calls) -> None:
    """Where another project's tables are not, the answer is that they are not, and no failure."""
    assert await call("hot2sql_lists") is None


@pytest.mark.covers("reading_repair")
async def test_a_reading_is_repaired_once(call: Calls) -> None:
    """Its list comes in at its own time, in a batch that has ended; again changes nothing; a worse outcome is refused unless forced."""
    batch = await call.opened("weibo", started_at=NOON)
    evidence = {"body_hash": "ab" * 32, "parser_version": "v1"}
    await batch.record("weibo", reading(verdict="broken", **evidence))
    mended = reading("one", "two", heats=[7], body_hash="ab" * 32, parser_version="v2")
    asked: dict[str, Any] = {"batch_id": batch.id, "platform": "weibo", "read_at": NOON + timedelta(days=1)}
    answer = await call("reading_repair", **asked, reading=mended)
    assert (answer["outcome"], answer["verdict_before"], answer["verdict"], answer["items"]) == ("repaired", "broken", "ok", 2)
    found = await batch.whole()
    assert (found["status"], found["total_items"], found["metadata"]["summary"]["succeeded"]) == ("failed", 2, 1)
    top = await call("list_top", platform="weibo")
    assert [(each["title"], each["heat"], instant(each["first_seen_at"])) for each in top["items"]] == [
        ("one", 7, NOON),
        ("two", None, NOON),
    ]
    assert (await call("reading_repair", **asked, reading=mended))["outcome"] == "unchanged"
    assert await batch.whole() == found
    worse = reading(verdict="blocked", body_hash="ab" * 32, parser_version="v3")
    refused = await call("reading_repair", **asked, reading=worse)
    assert (refused["outcome"], refused["reason"]) == ("refused", "worse")
    assert (await call("reading_repair", **asked, reading=worse, forced=True))["outcome"] == "repaired"
    assert (await call("reading_repair", **{**asked, "platform": "nobody"}, reading=mended))["outcome"] == "unknown"


@pytest.mark.covers("readings_with_bodies")
async def test_readings_with_bodies_come_in_pages(call: Calls) -> None:
    """Oldest first, each once, of one platform or all, of a time or any, failed ones alone or all; those without a body never."""
    for minutes in range(7):
        batch = await call.opened("weibo", "baidu", "zhihu")
        for platform, verdict in (("weibo", "broken"), ("baidu", "ok")):
            evidence = {"body_hash": f"{minutes:064}", "endpoint": "site.example/hot", "http_status": 200}
            await batch.record(platform, reading("one", verdict=verdict, minutes=minutes, **evidence))
        await batch.record("zhihu", reading("no body", minutes=minutes))

    async def pages(at_most: int, **asked: Any) -> list[dict[str, Any]]:
        found, after = [], None
        while True:
            page = await call("readings_with_bodies", after=after, at_most=at_most, **asked)
            assert len(page["readings"]) <= at_most
            found += page["readings"]
            after = page["next"]
            if after is None:
                return found

    everything = await pages(100)
    assert len(everything) == 14
    assert [instant(each["collected_at"]) for each in everything] == [NOON + timedelta(minutes=number // 2) for number in range(14)]
    assert [await pages(size) for size in (1, 3, 14)] == [everything] * 3
    assert [each for each in everything if each["platform"] == "weibo"] == await pages(2, platform="weibo")
    assert [each for each in everything if each["verdict"] == "broken"] == await pages(2, only_failed=True)
    assert everything[4:8] == await pages(3, since=NOON + timedelta(minutes=2), until=NOON + timedelta(minutes=3))
    (one,) = await pages(2, platform="baidu", until=NOON)
    assert one.items() >= {"platform": "baidu", "verdict": "ok", "items": 1, "body_hash": "0" * 64, "http_status": 200}.items()
    assert await pages(2, platform="nobody") == []


@pytest.mark.covers("incident_list")
async def test_incidents_are_listed(call: Calls) -> None:
    """Two bad readings in a row are an open incident; two good ones end it, and then it is listed only when all are asked for."""
    for minutes, verdict in ((0, "ok"), (60, "blocked"), (120, "blocked")):
        await (await call.opened("weibo")).record("weibo", reading(verdict=verdict, minutes=minutes))
    (found,) = await call("incident_list", at=NOON + timedelta(hours=3))
    assert (found["platform"], found["kind"], found["readings_lost"], found["evidence"]) == ("weibo", "blocked", 2, "made up")
    assert (instant(found["opened_at"]), found["closed_at"], found["seconds"]) == (NOON + timedelta(hours=1), None, 7200)
    for minutes in (180, 240):
        await call.recorded("weibo", "one", minutes=minutes)
    assert await call("incident_list") == []
    (closed,) = await call("incident_list", only_open=False, platform="weibo", at_most=1)
    assert (closed["id"], instant(closed["closed_at"])) == (found["id"], NOON + timedelta(hours=3))


@pytest.mark.covers("incident_list")
async def test_incidents_are_listed_page_by_page(call: Calls) -> None:
    """The incidents that follow one, open or over, are the rest of the whole list, also those that began at one moment."""
    for platform, verdicts in (("weibo", "bbkkbb"), ("baidu", "kbb"), ("zhihu", "bbkk")):
        for hour, sign in enumerate(verdicts):
            verdict = "blocked" if sign == "b" else "ok"
            await (await call.opened(platform)).record(platform, reading(f"{hour}", verdict=verdict, minutes=60 * hour))
    asked = {"only_open": False, "at": NOON + timedelta(hours=6)}
    everything = [each["id"] for each in await call("incident_list", **asked)]
    seen, page = [], await call("incident_list", **asked, at_most=1)
    while page:
        seen.append(page[0]["id"])
        page = await call("incident_list", **asked, at_most=1, after={name: page[0][name] for name in ("closed_at", "opened_at", "id")})
    assert (seen, len(seen)) == (everything, 4)


@pytest.mark.covers("incidents_rebuild")
async def test_incidents_are_told_anew(call: Calls) -> None:
    """Telling them anew changes nothing where nothing has changed, and says how many there are."""
    for minutes in range(3):
        await (await call.opened("weibo")).record("weibo", reading(verdict="blocked", minutes=minutes))
    found = await call("incident_list")
    for more in ({}, {"since": NOON}, {"since": NOON, "until": NOON}):
        assert await call("incidents_rebuild", platform="weibo", **more) == {"platform": "weibo", "incidents": 1, "open": 1}
    listed = await call("incident_list")
    assert [each["id"] for each in listed] == [each["id"] for each in found]
    assert await call("incidents_rebuild", platform="nobody") == {"platform": "nobody", "incidents": 0, "open": 0}


@pytest.mark.covers("platform_health")
async def test_the_health_of_platforms_is_told(call: Calls) -> None:
    """By name, over days, each with its rates, times, bad verdicts and days."""
    await call.recorded("weibo", "one", "two")
    await (await call.opened("weibo")).record("weibo", reading(verdict="blocked", minutes=5))
    await call.recorded("baidu", "one")
    found = await call("platform_health", days=2, at=NOON + timedelta(hours=1))
    assert [(each["platform"], each["readings"], each["success_rate"]) for each in found] == [("baidu", 1, 1), ("weibo", 2, 0.5)]
    (one,) = await call("platform_health", platform="weibo", at=NOON + timedelta(hours=1))
    assert (one["errors"], one["last_good_seconds"], len(one["by_day"]), one["incident"]) == ({"blocked": 1}, 3600, 7, None)

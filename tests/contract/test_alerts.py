"""What the functions behind alerts promise, over psycopg and over PostgREST."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.contract.conftest import Calls, instant, is_recent
from tests.made import reading

KINDS = [
    "incident_opened",
    "incident_recovered",
    "batch_failed",
    "batch_lost",
    "run_missed",
    "size_near",
    "keyword_appeared",
    "keyword_climbed",
]


def event(key: str = "incident_opened:1", subject: str = "weibo") -> dict[str, Any]:
    """An event as it is noted."""
    return {"key": key, "on": "incident_opened", "at": "2026-03-04T12:00:00+00:00", "subject": subject}


async def noted(call: Calls, *keys: str, channel: str = "phone") -> None:
    """Events that wait on a channel, which is known."""
    await call("alert_begin", channels=[channel])
    await call("alert_note", events=[{"channel": channel, "event": event(key)} for key in keys])


async def read(call: Calls, verdicts: str, *, ago: int = 0, platform: str = "weibo", titles: tuple[str, ...] = ("a",)) -> None:
    """One reading a minute until now, or some minutes ago: `.` is ok, `b` blocked."""
    now = datetime.now(UTC) - timedelta(minutes=ago)
    for minutes, letter in zip(range(len(verdicts), 0, -1), verdicts, strict=True):
        batch = await call.opened(platform)
        told = reading(*(titles if letter == "." else []), verdict="ok" if letter == "." else "blocked", evidence="made up")
        await batch.record(platform, told | {"collected_at": now - timedelta(minutes=minutes)})


async def events(call: Calls, *kinds: str, **more: Any) -> list[dict[str, Any]]:
    """The events of the last hour."""
    answer = await call("alert_events", kinds=list(kinds or KINDS), since=datetime.now(UTC) - timedelta(hours=1), **more)
    found: list[dict[str, Any]] = answer["events"]
    return found


@pytest.mark.covers("alert_begin", "alert_note")
async def test_what_is_noted_waits_once(call: Calls) -> None:
    """A channel is entered once; what is noted for it waits with its event, and noting it again changes nothing."""
    first = await call("alert_begin", channels=["phone"])
    assert [(each["name"], each["failures"], each["retry_at"]) for each in first["channels"]] == [("phone", 0, None)]
    assert (first["waiting"], first["recent"]) == ([], [])
    given = [{"channel": "phone", "event": event()}, {"channel": "mail", "event": event()}, {"channel": "phone", "event": event()}]
    assert await call("alert_note", events=given) == {"noted": 2}
    assert await call("alert_note", events=given) == {"noted": 0}
    second = await call("alert_begin", channels=["phone"])
    assert second["channels"] == first["channels"]
    assert [(each["channel"], each["event"]) for each in second["waiting"]] == [("phone", event())]
    assert is_recent(second["waiting"][0]["noted_at"])
    assert (await call("alert_begin", channels=["phone"], keep_hours=0))["waiting"] == []


@pytest.mark.covers("alert_claim", "alert_done")
async def test_an_event_is_claimed_by_one_and_told_once(call: Calls) -> None:
    """Of two that claim the same, one gets it; asking again with the same token gets it again; what was delivered is nobody's."""
    await noted(call, "one", "two")
    mine, other = uuid4(), uuid4()
    assert await call("alert_claim", event_keys=["one"], channel="phone", token=mine) == {"claimed": ["one"]}
    assert await call("alert_claim", event_keys=["one", "two"], channel="phone", token=other) == {"claimed": ["two"]}
    assert await call("alert_claim", event_keys=["one", "unknown"], channel="phone", token=mine) == {"claimed": ["one"]}
    assert await call("alert_done", event_keys=["one"], channel="phone", token=other) == {"recorded": 0}
    assert await call("alert_done", event_keys=["one", "two"], channel="phone", token=mine) == {"recorded": 1}
    assert await call("alert_claim", event_keys=["one"], channel="phone", token=uuid4()) == {"claimed": []}
    begun = await call("alert_begin", channels=["phone"], recent_minutes=5)
    assert [(each["kind"], each["subject"]) for each in begun["recent"]] == [("incident_opened", "weibo")]
    assert begun["waiting"] == []


@pytest.mark.covers("alert_claim")
async def test_a_claim_that_ran_out_is_taken_up_again(call: Calls) -> None:
    """Whoever claimed and died loses the right when its time is over, and can't record any more."""
    await noted(call, "one")
    dead, heir = uuid4(), uuid4()
    await call("alert_claim", event_keys=["one"], channel="phone", token=dead, lease_seconds=-1)
    assert len((await call("alert_begin", channels=["phone"]))["waiting"]) == 1
    assert await call("alert_claim", event_keys=["one"], channel="phone", token=heir) == {"claimed": ["one"]}
    assert await call("alert_done", event_keys=["one"], channel="phone", token=dead) == {"recorded": 0}
    assert await call("alert_done", event_keys=["one"], channel="phone", token=heir) == {"recorded": 1}


@pytest.mark.covers("alert_list", "alert_done")
async def test_a_channel_that_fails_rests_and_is_shown_as_dead(call: Calls) -> None:
    """Each failure doubles the pause, in which nothing can be claimed unless forced; three make it dead; a delivery makes it well."""
    await noted(call, "one")
    pauses = []
    for _ in range(3):
        token = uuid4()
        await call("alert_claim", event_keys=["one"], channel="phone", token=token, forced=True)
        await call("alert_done", event_keys=["one"], channel="phone", token=token, error="refused")
        assert await call("alert_claim", event_keys=["one"], channel="phone", token=uuid4()) == {"claimed": []}
        (phone,) = (await call("alert_begin", channels=["phone"]))["channels"]
        pauses.append(instant(phone["retry_at"]) - instant(phone["failed_at"]))
    assert pauses == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    listed = await call("alert_list")
    assert [(each["name"], each["dead"], each["error"], each["waiting"]) for each in listed["channels"]] == [("phone", True, "refused", 1)]
    assert [(each["event_key"], each["state"], each["attempts"], each["given_up"]) for each in listed["deliveries"]] == [
        ("one", "failed", 3, False)
    ]
    token = uuid4()
    await call("alert_claim", event_keys=["one"], channel="phone", token=token, forced=True)
    await call("alert_done", event_keys=["one"], channel="phone", token=token)
    listed = await call("alert_list", at_most=1)
    assert [(each["dead"], each["failures"], each["retry_at"], each["error"]) for each in listed["channels"]] == [(False, 0, None, None)]
    assert [(each["state"], is_recent(each["delivered_at"])) for each in listed["deliveries"]] == [("delivered", True)]
    assert "token" not in listed["deliveries"][0]


@pytest.mark.covers("alert_events")
async def test_an_incident_is_two_events(call: Calls) -> None:
    """It opens and recovers, each with one key for good, with what was lost and the evidence; what is noted is told."""
    await read(call, ".bb", ago=10)
    (opened,) = await events(call, "incident_opened", "incident_recovered")
    assert (opened["on"], opened["platforms"], opened["kind"], opened["lost"], opened["evidence"]) == (
        "incident_opened",
        ["weibo"],
        "blocked",
        2,
        "made up",
    )
    assert "until" not in opened
    assert opened["told"] == {}
    await call("alert_begin", channels=["phone"])
    await call("alert_note", events=[{"channel": "phone", "event": opened}])
    await read(call, "..")
    found = await events(call, "incident_opened", "incident_recovered", channels=["phone", "mail"])
    told = {each["on"]: each for each in found}
    assert (told["incident_opened"]["key"], told["incident_opened"]["told"]) == (opened["key"], {"phone": "held"})
    assert (told["incident_recovered"]["told"], told["incident_recovered"]["closing_evidence"]) == ({}, "made up")
    assert [each["on"] for each in await events(call, "incident_recovered")] == ["incident_recovered"]


@pytest.mark.covers("alert_events")
async def test_a_batch_that_failed_is_an_event(call: Calls) -> None:
    """One without any list is told as failed, one that nobody ended as lost; one that went well is not told."""
    failed = await call.opened("weibo")
    await failed.record("weibo", reading(verdict="blocked"))
    lost = await call.opened("weibo", lease_seconds=-1)
    await call("batch_reap")
    await call.recorded("weibo", "a")
    found = {each["on"]: each for each in await events(call, "batch_failed", "batch_lost")}
    assert {name: each["batch_id"] for name, each in found.items()} == {"batch_failed": str(failed.id), "batch_lost": str(lost.id)}
    assert found["batch_failed"]["job_type"] == "data_collection"


@pytest.mark.covers("alert_events")
async def test_batches_that_fail_in_a_row_are_one_event(call: Calls) -> None:
    """However many follow each other; it keeps its name when it began before the moment, and has ended when a good one has followed."""

    async def failed(minutes: int) -> str:
        began = datetime.now(UTC) - timedelta(minutes=minutes)
        batch = await call.opened("weibo", started_at=began)
        await batch.record("weibo", reading(verdict="blocked") | {"collected_at": began})
        return str(batch.id)

    first, _, _ = [await failed(minutes) for minutes in (30, 20, 10)]
    (told,) = await events(call, "batch_failed")
    assert (told["key"], told["batch_id"], told.get("until")) == (f"batch_failed:{first}", first, None)
    later = await call("alert_events", kinds=["batch_failed"], since=datetime.now(UTC) - timedelta(minutes=25))
    assert [each["key"] for each in later["events"]] == [told["key"]]
    good = await call.opened("weibo", started_at=datetime.now(UTC) - timedelta(minutes=5))
    await good.record("weibo", reading("a") | {"collected_at": datetime.now(UTC)})
    second = await failed(0)
    assert [(each["batch_id"], "until" in each) for each in await events(call, "batch_failed")] == [(second, False), (first, True)]


@pytest.mark.covers("alert_events")
async def test_readings_missed_after_one_batch_are_one_event(call: Calls) -> None:
    """Two platforms that were read hourly, and then no more: one missed run, and one recovery when both are read again."""
    now = datetime.now(UTC)
    hours = [*range(15, 5, -1), 0]
    for ago in hours:
        batch = await call.opened("baidu", "weibo")
        for platform in ("baidu", "weibo"):
            await batch.record(platform, reading("a") | {"collected_at": now - timedelta(hours=ago)})
        if ago == 6:
            (missed,) = await events(call, "run_missed", "incident_recovered")
            assert (missed["on"], missed["platforms"]) == ("run_missed", ["baidu", "weibo"])
    found = {each["on"]: each for each in await events(call, "run_missed", "incident_recovered")}
    assert found["run_missed"]["key"] == missed["key"]
    assert found["incident_recovered"]["platforms"] == ["baidu", "weibo"]


@pytest.mark.covers("alert_events")
async def test_titles_with_a_word_are_events(call: Calls) -> None:
    """A title appears once, whatever the case of the word; it climbed when it stands so many places higher than before."""
    await read(call, ".", ago=10, titles=("one", "two", "three", "Rust 2"))
    (appeared,) = await events(call, "keyword_appeared", "keyword_climbed", keywords=["rust", "nothing"], ranks=2)
    assert (appeared["on"], appeared["keyword"], appeared["heading"], appeared["rank"]) == ("keyword_appeared", "rust", "Rust 2", 4)
    await read(call, ".", titles=("one", "Rust 2"))
    found = {each["on"]: each for each in await events(call, "keyword_appeared", "keyword_climbed", keywords=["rust"], ranks=2)}
    assert found["keyword_appeared"]["key"] == appeared["key"]
    assert (found["keyword_climbed"]["climbed"], found["keyword_climbed"]["rank"]) == (2, 2)
    assert [each["on"] for each in await events(call, keywords=["rust"], ranks=3)] == ["keyword_appeared"]


@pytest.mark.covers("alert_events")
async def test_the_size_is_an_event_of_its_step(call: Calls) -> None:
    """Against a limit the size is told with its share; each five in a hundred are a key of their own; without a limit there is none."""
    assert await events(call, "size_near") == []
    (near,) = await events(call, "size_near", size_limit_mb=1)
    assert near["key"] == f"size_near:1:{near['percent'] // 5 * 5}"
    assert near["percent"] > 100

"""What a collector's token allows, over psycopg and over PostgREST: to record batches of its own, within limits, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from tests.contract.conftest import Calls
from tests.made import reading

from hotledger.errors import StoreRejected, StoreUnavailable
from hotledger.sql.rights import BY_COLLECTORS, callable_functions
from hotledger.store.collector import CollectorStore, hash_of, new_token


async def collector(call: Calls, name: str = "laptop", **limits: int) -> Calls:
    """Calls as a collector that was just added."""
    token = new_token()
    assert (await call("collector_add", name=name, token_hash=hash_of(token), **limits))["added"]
    call.called.add("collector_call")
    return Calls(CollectorStore(call.store, token))


async def refused(call: Calls, function: str, **arguments: Any) -> str | None:
    """The code with which a call is refused."""
    with pytest.raises(StoreRejected) as error:
        await call(function, **arguments)
    return error.value.sqlstate


@pytest.mark.covers("collector_call")
async def test_a_collector_records_a_whole_batch(call: Calls) -> None:
    """Opening, beat, records and close go through, and the batch says who it was, whatever the collector calls itself."""
    by_token = await collector(call)
    batch = await by_token.opened("weibo", "baidu", owner="somebody important", lease_seconds=999_999)
    assert (await by_token("batch_beat", batch_id=batch.id, token=batch.token, lease_seconds=60))["outcome"] == "beaten"
    assert (await batch.record("weibo", reading("one", "two")))["items"] == 2
    closed = await by_token("batch_close", batch_id=batch.id, token=batch.token, reason="interrupted", message="told to stop")
    assert closed["batch_status"] == "completed"
    whole = await call("batch_get", batch_id=batch.id)
    assert (whole["total_items"], whole["lease"]["owner"]) == (2, "collector laptop")
    (shown,) = await call("collector_list")
    assert shown["last_used_at"] is not None


@pytest.mark.covers("collector_call")
async def test_a_collector_can_do_nothing_else(call: Calls) -> None:
    """Every other function is refused, reads too."""
    by_token = await collector(call)
    for function in callable_functions():
        if function not in BY_COLLECTORS:
            assert await refused(by_token, function) == "28000", function


@pytest.mark.covers("collector_call")
async def test_a_collector_cannot_touch_the_batches_of_others(call: Calls) -> None:
    """Without the token of a batch it can't be written to, ended, kept alive or replaced."""
    others = await call.opened("weibo", overlap="skip")
    by_token = await collector(call)
    mine: Mapping[str, Any] = {"batch_id": others.id, "token": uuid4()}
    for function, more in (
        ("batch_record", {"platform": "weibo", "reading": reading("false")}),
        ("batch_close", {}),
        ("batch_beat", {}),
        ("batch_open", {"job_type": "data_collection", "planned": ["weibo"]}),
    ):
        assert (await by_token(function, **mine, **more))["reason"] == "not_the_owner", function
    opening = {"batch_id": uuid4(), "token": uuid4(), "job_type": "data_collection", "planned": ["weibo"]}
    assert await refused(by_token, "batch_open", **opening, overlap="replace") == "28000"
    assert (await by_token("batch_open", **opening, overlap="skip"))["running"]["batch_id"] == str(others.id)
    assert (await others.whole())["status"] == "in_progress"
    await others.record("weibo", reading("true"))


@pytest.mark.covers("collector_call", "platform_register")
async def test_a_collector_names_platforms_but_renames_none(call: Calls) -> None:
    """Title and template of a platform that has none are taken from a collector; those that are known stay."""
    await call("platform_register", platforms=[{"name": "weibo", "title": "微博", "link": "https://s.example/{title}"}])
    by_token = await collector(call)
    facts = [{"name": name, "title": "false", "link": "https://evil.example/{title}"} for name in ("weibo", "new", "unplanned")]
    batch = await by_token.opened("weibo", "new", platforms=facts)
    await batch.record("weibo", reading("one"))
    await batch.record("new", reading("one"))
    titles = {each["name"]: each["title"] for each in await call("platform_list")}
    assert titles == {"weibo": "微博", "new": "false"}
    assert (await call("list_top", platform="weibo"))["items"][0]["url"] == "https://s.example/one"


@pytest.mark.covers("collector_call", "collector_revoke")
async def test_an_unknown_or_revoked_token_is_of_no_use(call: Calls) -> None:
    """From the moment at which it is revoked, a token opens nothing; one that was never given never does."""
    by_token = await collector(call)
    batch = await by_token.opened("weibo")
    await call("collector_revoke", name="laptop")
    assert await refused(by_token, "batch_beat", batch_id=batch.id, token=batch.token) == "28000"
    stranger = Calls(CollectorStore(call.store, new_token()))
    assert await refused(stranger, "batch_beat", batch_id=batch.id, token=batch.token) == "28000"
    again = await collector(call)
    await again("batch_record", batch_id=batch.id, token=batch.token, platform="weibo", reading=reading("one"))


@pytest.mark.covers("collector_call")
async def test_a_collector_that_calls_too_often_is_told_to_come_later(call: Calls) -> None:
    """Above its calls a minute a collector is refused for now, which the spool waits out."""
    by_token = await collector(call, calls_per_minute=1)
    beats = [by_token("batch_beat", batch_id=uuid4(), token=uuid4()) for _ in range(4)]
    refusals = [each for each in await asyncio.gather(*beats, return_exceptions=True) if isinstance(each, Exception)]
    assert len(refusals) in (2, 3)  # Two where a new minute began among them.
    assert all(isinstance(each, StoreUnavailable) and "PT429" in str(each) for each in refusals)


@pytest.mark.covers("collector_call")
async def test_a_call_that_is_too_large_is_refused(call: Calls) -> None:
    """Above its bytes a call a collector is refused for good, and nothing of the call is stored."""
    by_token = await collector(call, bytes_per_call=2000)
    batch = await by_token.opened("weibo")
    assert (
        await refused(by_token, "batch_record", batch_id=batch.id, token=batch.token, platform="weibo", reading=reading("x" * 2000))
        == "PT413"
    )
    assert (await batch.record("weibo", reading("x" * 900)))["items"] == 1


@pytest.mark.covers("collector_call")
async def test_a_collector_cannot_fill_the_numbers_of_platforms(call: Calls) -> None:
    """Names of platforms end at some thousands, long before their numbers do; those that are known go on."""
    by_token = await collector(call)
    names = [f"name {number}" for number in range(5000)]
    batch = await by_token.opened(*names)
    opening = {"batch_id": uuid4(), "token": uuid4(), "job_type": "data_collection"}
    assert await refused(by_token, "batch_open", **opening, planned=["one more"]) == "28000"
    assert await refused(by_token, "batch_record", batch_id=batch.id, token=batch.token, platform="more", reading=reading("one")) == "28000"
    assert (await batch.record("name 7", reading("one")))["items"] == 1

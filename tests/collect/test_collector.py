"""One batch of made-up platforms into a real database: whatever happens to one, the others are recorded, and the batch says so."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Generator
from typing import Any

import pytest
from tests.collect.sites import Answer, Bodies, Clock, Fetcher, address, response, site
from tests.database import Database

from hotledger import errors
from hotledger.collect.collector import Collector, Phase, Progress
from hotledger.errors import BadStatus, HotledgerError, LeaseLost, SettingsError, StoreUnavailable
from hotledger.ledger.ledger import Ledger
from hotledger.model import Item, Kind, Reader, Request, Response, Status, Verdict

GOOD = site("good")
LIST = b"a\nb\nc"


def collector(ledger: Ledger, answers: dict[str, Answer], **more: Any) -> Collector:
    made: dict[str, Any] = {"fetcher": Fetcher({address("good"): LIST, **answers}), "keep": Bodies(), "now": Clock()}
    return Collector(ledger, **made | more)


async def only(ledger: Ledger) -> dict[str, Any]:
    (job,) = await ledger.jobs()
    whole = await ledger.job(job.id)
    assert whole is not None
    return whole


async def test_a_collection_is_a_batch(ledger: Ledger) -> None:
    """Its result names the row, its status, what landed and each reading."""
    other = site("other")
    result = await collector(ledger, {address("other"): b"c\nd"}).collect([GOOD, other])
    assert (result.status, result.total_items, result.new_items, result.full) == (Status.COMPLETED, 5, 5, True)
    assert [(reading.platform, reading.verdict, len(reading.items)) for reading in result.readings] == [
        ("good", "ok", 3),
        ("other", "ok", 2),
    ]
    job = await only(ledger)
    assert (job["id"], job["job_type"], job["total_items"]) == (result.batch_job_id, "data_collection", 5)
    top = await ledger.top("good")
    assert top is not None
    assert [row["title"] for row in top["items"]] == ["a", "b", "c"]


async def test_a_second_collection_has_nothing_new(ledger: Ledger) -> None:
    """What was seen before lands again, and is not new."""
    for new in (3, 0):
        result = await collector(ledger, {}).collect([GOOD])
        assert (result.total_items, result.new_items) == (3, new)


async def test_a_reading_tells_how_it_came_about(ledger: Ledger) -> None:
    """Endpoint (without the query, which may hold secrets), status, bytes, attempts, times, body hash and parser version."""
    bodies = Bodies()
    (reading,) = (await collector(ledger, {}, keep=bodies).collect([GOOD])).readings
    told = (await only(ledger))["metadata"]["platforms"]["good"]
    digest = hashlib.sha256(LIST).hexdigest()
    assert bodies.kept == [(LIST, False)]
    assert told.items() >= {"endpoint": "good.example/way0", "http_status": 200, "bytes": 5, "attempts": 1, "body_hash": digest}.items()
    assert (told["parser_version"], told["evidence"], told["duration_ms"]) == ("v1", "3 items", 1000)
    assert (reading.duration_ms, reading.body_hash, reading.collected_at) == (1000, digest, response().received_at)
    assert "secret" not in str(await only(ledger))


async def test_pins_and_ads_are_told_apart(ledger: Ledger) -> None:
    """Ranks count ranked rows only; pinned rows and the number of ads are kept beside."""
    kinds = [Kind.AD, Kind.PINNED, Kind.RANKED, Kind.AD, Kind.RANKED]

    def parse(answer: Response) -> list[Item]:
        return [Item(title=f"{kind} {number}", kind=kind) for number, kind in enumerate(kinds)]

    result = await collector(ledger, {}).collect([site("good", parse=parse)])
    top, job = await ledger.top("good"), await only(ledger)
    assert top is not None
    assert [(row["rank"], row["title"]) for row in top["items"]] == [(1, "ranked 2"), (2, "ranked 4")]
    assert (result.total_items, job["readings"][0]["details"]["pinned"], job["metadata"]["platforms"]["good"]["ads"]) == (
        2,
        [{"title": "pinned 1"}],
        2,
    )


def broken(error: BaseException) -> Callable[[Response], list[Item]]:
    def parse(answer: Response) -> list[Item]:
        raise error

    return parse


def rows(*items: Any) -> Callable[[Response], list[Item]]:
    return lambda answer: list(items)


def plan_that_raises() -> Generator[Request | list[Request], Any, Response]:
    yield Request(url=address("bad"))
    raise KeyError("token")


def plan_without_an_answer() -> Generator[Request | list[Request], Any, Any]:
    yield Request(url=address("bad"))
    return None


def plan_of_the_wrong_kind() -> Any:
    return response()


FETCH_ERRORS = [kind("what happened") for kind in errors.FetchError.__subclasses__() if kind is not BadStatus]
FAILURES: dict[str, tuple[Reader, Answer, str, str]] = {
    **{error.code: (site("bad"), error, "", error.code) for error in FETCH_ERRORS},
    "status": (site("bad"), BadStatus("HTTP 403", response(b"no", status=403)), "refused", "http_status"),
    "down": (site("bad"), BadStatus("HTTP 502", response(status=502)), "unreachable", "http_status"),
    "block page": (site("bad"), BadStatus("HTTP 403", response(b"Just a moment...", status=403)), "blocked", "http_status"),
    **{kind.code: (site("bad", parse=broken(kind("what"))), b"x", "", kind.code) for kind in errors.ReadError.__subclasses__()},
    "parser bug": (site("bad", parse=broken(IndexError("list"))), b"x", "broken", "read"),
    "odd bug": (site("bad", parse=broken(ValueError("\x00\ud83d"))), b"x", "broken", "read"),
    "endless parser": (site("bad", parse=broken(RecursionError())), b"x", "broken", "read"),
    "parser's own timeout": (site("bad", parse=broken(TimeoutError())), b"x", "broken", "read"),
    "rows that are none": (site("bad", parse=rows({"title": "a"})), b"x", "broken", "read"),
    "no rows": (site("bad", parse=lambda answer: None), b"x", "broken", "read"),  # type: ignore[arg-type, return-value]
    "no title": (site("bad", parse=rows(Item(title="a"), Item(title=None))), b"x", "broken", "read"),  # type: ignore[arg-type]
    "heat in words": (site("bad", parse=rows(Item(title="a", heat="hot"))), b"x", "broken", "read"),  # type: ignore[arg-type]
    "an id of another type": (site("bad", parse=rows(Item(title="a", id=7))), b"x", "broken", "read"),  # type: ignore[arg-type]
    "extras that are no JSON": (site("bad", parse=rows(Item(title="a", extras={"x": object()}))), b"x", "broken", "read"),
    "plan bug": (site("bad", plans=(plan_that_raises,)), b"x", "broken", "read"),
    "plan without an answer": (site("bad", plans=(plan_without_an_answer,)), b"x", "broken", "read"),
    "no plan": (site("bad", plans=(plan_of_the_wrong_kind,)), b"x", "broken", "read"),
    "fetch bug": (site("bad"), RuntimeError("fetch"), "broken", "read"),
    "empty": (site("bad"), b"", "empty", ""),
}


@pytest.mark.parametrize("case", FAILURES)
async def test_a_platform_that_fails_hurts_no_other(ledger: Ledger, case: str) -> None:
    """Whatever goes wrong with one is its own verdict, with evidence; the others land, and the batch is partial."""
    reader, answer, verdict, code = FAILURES[case]
    result = await collector(ledger, {address("bad"): answer}).collect([reader, GOOD])
    bad, good = result.readings
    assert (good.verdict, result.total_items, result.status, result.full) == (Verdict.OK, 3, Status.COMPLETED, False)
    assert not bad.verdict.keeps_list
    assert bad.items == ()
    job = await only(ledger)
    told = job["metadata"]["platforms"]["bad"]
    assert (told["status"], told["items"], job["metadata"]["summary"]["outcome"]) == ("failed", 0, "partial")
    assert told["verdict"] == (verdict or bad.verdict)
    assert told["evidence"]
    assert told.get("error_code", "") == code
    assert sorted(job["platforms_processed"]) == ["bad", "good"]


async def test_a_platform_that_hangs_hurts_no_other(ledger: Ledger) -> None:
    """Past the limit of one platform its reading is a timeout, and the batch ends."""
    hangs = site("hangs")
    result = await collector(ledger, {}, platform_seconds=0.05).collect([hangs, GOOD])
    assert [reading.verdict for reading in result.readings] == [Verdict.TIMEOUT, Verdict.OK]
    assert "did not end within the 0.05 s" in result.readings[0].evidence
    assert (result.readings[0].attempts, result.readings[0].error_code) == (1, "timeout")


async def test_when_all_fail_the_batch_is_failed(ledger: Ledger) -> None:
    """Nothing is green about it."""
    result = await collector(ledger, {address("bad"): errors.ConnectFailed("no")}).collect([site("bad")])
    assert (result.status, result.total_items, result.failed) == (Status.FAILED, 0, True)
    assert (await only(ledger))["metadata"]["summary"]["failure"] == "no_list"


async def test_the_second_way_is_tried(ledger: Ledger) -> None:
    """Where the first way fails the second one answers, and the record says which; both count as attempts."""
    answers: dict[str, Answer] = {address("two", 0): errors.ConnectFailed("no"), address("two", 1): b"a\nb"}
    result = await collector(ledger, answers).collect([site("two", ways=2)])
    (reading,) = result.readings
    assert (reading.verdict, reading.attempts, reading.endpoint, reading.error_code) == (Verdict.OK, 2, "two.example/way1", None)
    assert (await only(ledger))["metadata"]["platforms"]["two"]["endpoint"] == "two.example/way1"


async def test_the_second_way_is_left_alone_when_the_first_answers(ledger: Ledger) -> None:
    """No request is sent for nothing."""
    fetcher = Fetcher({address("two", 0): b"a"})
    await collector(ledger, {}, fetcher=fetcher).collect([site("two", ways=2)])
    assert fetcher.asked == [("two", address("two", 0))]


async def test_when_every_way_fails_all_are_told(ledger: Ledger) -> None:
    """The verdict is the first way's, and the evidence names the others."""
    blocked = BadStatus("HTTP 403", response(b"Just a moment...", status=403))
    answers: dict[str, Answer] = {address("two", 0): blocked, address("two", 1): errors.ConnectFailed("no route")}
    (reading,) = (await collector(ledger, answers).collect([site("two", ways=2)])).readings
    assert (reading.verdict, reading.http_status, reading.attempts) == (Verdict.BLOCKED, 403, 2)
    assert "Just a moment" in reading.evidence
    assert reading.evidence.endswith("; then unreachable: no route")


async def test_a_short_list_is_kept_with_a_warning(ledger: Ledger) -> None:
    """The judge knows the platform's past from the ledger: what is always so short is no warning any more."""
    small = site("good", expect=range(10, 51))
    verdicts = [(await collector(ledger, {}).collect([small])).readings[0].verdict for _ in range(6)]
    assert verdicts == [Verdict.SHORT] * 5 + [Verdict.OK]
    jobs = await ledger.jobs()
    assert {(job.status, job.total_items) for job in jobs} == {("completed", 3)}


async def test_an_empty_list_may_be_normal(ledger: Ledger) -> None:
    """For a platform that declares it."""
    result = await collector(ledger, {address("quiet"): b""}).collect([site("quiet", may_be_empty=True)])
    assert (result.readings[0].verdict, result.status, result.full) == (Verdict.OK, Status.COMPLETED, True)


async def test_bodies_are_kept_with_how_they_went(ledger: Ledger) -> None:
    """A body that was read and one that was not are kept apart; where there was no body none is kept."""
    bodies = Bodies()
    readers = [site("good"), site("bug", parse=broken(IndexError())), site("status"), site("away")]
    answers: dict[str, Answer] = {
        address("bug"): b"odd",
        address("status"): BadStatus("HTTP 500", response(b"oops", status=500)),
        address("away"): errors.ConnectFailed("no"),
    }
    result = await collector(ledger, answers, keep=bodies).collect(readers)
    assert sorted(bodies.kept) == [(LIST, False), (b"odd", True), (b"oops", True)]
    hashes = {reading.platform: reading.body_hash for reading in result.readings}
    assert (hashes["bug"], hashes["away"]) == (hashlib.sha256(b"odd").hexdigest(), None)


async def test_a_plan_can_take_several_steps(ledger: Ledger) -> None:
    """A plan is sent each response, and the list of responses of requests that go together."""

    def plan() -> Generator[Request | list[Request], Any, Response]:
        token: Response = yield Request(url="https://s.example/token")
        parts: list[Response] = yield [Request(url=f"https://s.example/{token.content.decode()}/{part}") for part in (1, 2)]
        return response(b"\n".join(part.content for part in parts))

    answers: dict[str, Answer] = {"https://s.example/token": b"t", "https://s.example/t/1": b"a", "https://s.example/t/2": b"b\nc"}
    (reading,) = (await collector(ledger, answers).collect([site("steps", plans=(plan,))])).readings
    assert ([item.title for item in reading.items], reading.attempts) == (["a", "b", "c"], 3)


async def test_progress_is_told(ledger: Ledger) -> None:
    """Each platform is told as it begins and when it is recorded, with its reading and what landed."""
    steps: list[Progress] = []
    await collector(ledger, {address("bad"): errors.ConnectFailed("no")}, progress=steps.append).collect([GOOD, site("bad")])
    for name, items in (("good", 3), ("bad", 0)):
        begun, ended = [step for step in steps if step.platform == name]
        assert (begun.phase, begun.reading, ended.phase) == (Phase.READING, None, Phase.RECORDED)
        assert ended.recorded is not None
        assert ended.recorded.items == items


async def test_the_bodies_of_all_ways_are_kept_where_none_gave_a_list(ledger: Ledger) -> None:
    """A mended parser may find the list in any of them; where a way gave one, there is nothing to find in the others."""

    def parse(answer: Response) -> list[Item]:
        if answer.content != b"list":
            raise errors.BodyBroken("another shape")
        return [Item(title="one")]

    bodies = Bodies()
    lost, found = site("lost", parse=parse, ways=3), site("found", parse=parse, ways=2)
    answers: dict[str, Answer] = {
        address("lost"): errors.ConnectFailed("away"), address("lost", 1): b"second", address("lost", 2): b"third",
        address("found"): b"odd", address("found", 1): b"list",
    }  # fmt: skip
    readings = {each.platform: each for each in (await collector(ledger, answers, keep=bodies).collect([lost, found])).readings}
    assert sorted(bodies.kept) == [(b"list", False), (b"second", True), (b"third", True)]
    assert readings["found"].other_bodies == ()
    assert (readings["lost"].verdict, readings["lost"].body_hash) == (Verdict.UNREACHABLE, None)
    assert [(each.body_hash, each.endpoint, each.http_status) for each in readings["lost"].other_bodies] == [
        (hashlib.sha256(content).hexdigest(), f"lost.example/way{way}", 200) for way, content in ((1, b"second"), (2, b"third"))
    ]
    (held,) = [each async for each in ledger.with_bodies() if each.platform == "lost"]
    assert held.bodies == readings["lost"].other_bodies


async def test_platforms_are_read_at_once(ledger: Ledger) -> None:
    """One that waits for another's list gets it: nobody stands in line."""
    first, second = asyncio.Event(), asyncio.Event()

    class Meeting(Bodies):
        async def __call__(self, body: Response, *, failed: bool) -> str:
            mine, other = (first, second) if body.content == b"x" else (second, first)
            mine.set()
            async with asyncio.timeout(30):
                await other.wait()
            return await super().__call__(body, failed=failed)

    result = await collector(ledger, {address("x"): b"x", address("y"): b"y"}, keep=Meeting()).collect([site("x"), site("y")])
    assert result.total_items == 2


async def test_a_collection_that_is_cancelled_says_so(ledger: Ledger) -> None:
    """What had been recorded stays; the rest is named as not read."""
    recorded = asyncio.Event()

    def progress(step: Progress) -> None:
        if step.phase is Phase.RECORDED:
            recorded.set()

    running = asyncio.create_task(collector(ledger, {}, progress=progress).collect([GOOD, site("hangs")]))
    await recorded.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    job = await only(ledger)
    summary = job["metadata"]["summary"]
    assert (job["status"], summary["failure"], summary["missing"], job["total_items"]) == ("completed", "interrupted", ["hangs"], 3)


async def test_a_lost_batch_is_one_clear_error(database: Database, ledger: Ledger) -> None:
    """The collection stops with `LeaseLost` itself, not with a group of errors."""

    class Slow(Bodies):
        async def __call__(self, body: Response, *, failed: bool) -> str:
            await database.rows("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 second'")
            await database.call("batch_reap")
            return await super().__call__(body, failed=failed)

    with pytest.raises(LeaseLost):
        await collector(ledger, {}, keep=Slow()).collect([GOOD, site("hangs")])
    assert (await only(ledger))["metadata"]["summary"]["failure"] == "lost"


async def test_nothing_is_fetched_without_a_database(bare_database: Database) -> None:
    """The batch is recorded before anything is fetched: where it can't be, no site is asked."""
    fetcher = Fetcher({address("good"): LIST})
    with pytest.raises(HotledgerError):
        await collector(bare_database.ledger(), {}, fetcher=fetcher).collect([GOOD])
    assert fetcher.asked == []


async def test_nothing_to_collect_is_an_error(ledger: Ledger) -> None:
    """And leaves no batch."""
    with pytest.raises(SettingsError):
        await collector(ledger, {}).collect([])
    assert await ledger.jobs() == []


async def test_a_scratch_collection_leaves_real_platforms_alone(ledger: Ledger) -> None:
    """With a prefix, neither names nor lists of real platforms are touched."""
    result = await collector(ledger, {}, prefix="self_test/", job_type="self_test").collect([GOOD])
    assert [platform["name"] for platform in await ledger.platforms()] == ["self_test/good"]
    await ledger.remove_scratch(result.batch_job_id)
    assert (await ledger.platforms(), await ledger.jobs()) == ([], [])


async def test_where_lists_come_from_is_noted(ledger: Ledger) -> None:
    """A collection by way of another server can be told from one of the sites themselves."""
    await collector(ledger, {}, source="via http://127.0.0.1:1").collect([GOOD])
    assert (await only(ledger))["metadata"]["source"] == "via http://127.0.0.1:1"


def test_a_store_that_is_away_can_be_tried_again() -> None:
    """Which the spool rests on."""
    assert StoreUnavailable.retryable

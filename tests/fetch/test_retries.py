"""What is tried again, how often, and after how long."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime

import msgspec
import pytest
from tests.fetch.servers import PATIENT, Clock, Received, always, one_after_another, reply, serve

from hotledger.errors import BadEncoding, BadStatus, ConnectFailed, ConnectionLost, FetchError, NameNotResolved
from hotledger.fetch import retry
from hotledger.fetch.client import Fetcher
from hotledger.model import Request, Response

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def fetcher_by(clock: Clock, dice: float = 0.5, **limits: float) -> Fetcher:
    """A fetcher with made time and dice that always fall alike."""
    return Fetcher(msgspec.structs.replace(PATIENT, **limits), now=lambda: NOON, sleep=clock.sleep, clock=clock, random=lambda: dice)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_passing_trouble_is_tried_again(status: int, clock: Clock) -> None:
    """A status that may pass is tried again, with doubling ceilings and jitter, and the attempts are counted."""
    async with serve(one_after_another(reply(status), reply(status), reply(200, b"ok"))) as site, fetcher_by(clock) as fetcher:
        session = fetcher.session("p")
        response = await session.send(Request(url=site.url()))
    assert (response.content, response.attempts, session.attempts) == (b"ok", 3, 3)
    assert clock.slept == [0.5, 1.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 501])
async def test_refusals_are_not_tried_again(status: int, clock: Clock) -> None:
    """A status that another attempt can't change is asked for once."""
    async with serve(always(reply(status))) as site, fetcher_by(clock) as fetcher:
        with pytest.raises(BadStatus):
            await fetcher.session("p").send(Request(url=site.url()))
    assert len(site.received) == 1


async def test_attempts_end(clock: Clock) -> None:
    """After the last attempt the failure is raised, and says how many there were."""
    async with serve(always(reply(503))) as site, fetcher_by(clock) as fetcher:
        session = fetcher.session("p")
        with pytest.raises(BadStatus, match=r"status 503 \(after 3 attempts\)") as caught:
            await session.send(Request(url=site.url()))
    assert (len(site.received), session.attempts, caught.value.response.attempts) == (3, 3, 3)


async def test_broken_connection_is_tried_again(clock: Clock) -> None:
    """A connection that broke once is tried again."""
    calls: list[Received] = []

    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        calls.append(request)
        if len(calls) == 1:
            writer.transport.abort()
        else:
            writer.write(reply(200, b"ok"))

    async with serve(answer) as site, fetcher_by(clock) as fetcher:
        assert (await fetcher.session("p").send(Request(url=site.url()))).attempts == 2


async def test_post_that_was_sent_is_not_repeated(clock: Clock) -> None:
    """A POST is sent once, whether the site answers with trouble or not at all."""

    async def reset(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    for answer, named in ((always(reply(503)), BadStatus), (reset, ConnectionLost)):
        async with serve(answer) as site, fetcher_by(clock) as fetcher:
            with pytest.raises(named):
                await fetcher.session("p").send(Request(url=site.url(), method="POST", content=b"x"))
        assert len(site.received) == 1


async def test_post_that_was_not_sent_is_tried_again(clock: Clock) -> None:
    """A POST that did not leave, since nobody took the connection, is tried again."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with fetcher_by(clock) as fetcher:
            session = fetcher.session("p")
            with pytest.raises(ConnectFailed, match="after 3 attempts"):
                await session.send(Request(url=f"http://127.0.0.1:{unused.getsockname()[1]}/", method="POST"))
    assert session.attempts == 3


async def test_post_whose_redirect_fails_is_not_repeated(clock: Clock) -> None:
    """A POST that was answered with a redirect to a dead port was received, and is not sent again."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"Location: http://127.0.0.1:{unused.getsockname()[1]}/"
        async with serve(always(reply(303, b"", dead))) as site, fetcher_by(clock) as fetcher:
            with pytest.raises(ConnectFailed):
                await fetcher.session("p").send(Request(url=site.url(), method="POST"))
    assert len(site.received) == 1


async def test_retry_after_is_honoured(clock: Clock) -> None:
    """A 429 that asks to wait seven seconds is tried again seven seconds later."""
    answers = one_after_another(reply(429, b"", "Retry-After: 7"), reply(200))
    async with serve(answers) as site, fetcher_by(clock) as fetcher:
        await fetcher.session("p").send(Request(url=site.url()))
    assert clock.slept == [7.0]


async def test_retry_after_holds_the_whole_host(clock: Clock) -> None:
    """While a host has asked us to wait, no other request to it starts either."""
    answers = one_after_another(reply(503, b"", "Retry-After: 7"), reply(200))
    async with serve(answers) as site, fetcher_by(clock, attempts=2) as fetcher:
        started = fetcher.session("one").send(Request(url=site.url("/1")))
        await started
        moved = clock.seconds
        await fetcher.session("two").send(Request(url=site.url("/2")))
    assert moved == clock.seconds == 7.0


async def test_retry_after_beyond_our_patience_ends_the_tries(clock: Clock) -> None:
    """A host that asks for more time than we give is not bothered again."""
    async with serve(always(reply(429, b"", "Retry-After: 21"))) as site, fetcher_by(clock) as fetcher:
        with pytest.raises(BadStatus):
            await fetcher.session("p").send(Request(url=site.url()))
    assert (len(site.received), clock.slept) == (1, [])


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("Sun, 01 Mar 2026 12:00:09 GMT", 9.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_is_read(written: str, seconds: float | None) -> None:
    """Seconds and dates are read, anything else is as if it were not there."""
    response = Response(url="", status=429, content=b"", received_at=NOON, headers={"retry-after": written})
    assert retry.asked_seconds(response, NOON) == seconds


def test_retry_after_counts_for_429_and_503_only() -> None:
    """On another status the header says nothing to us."""
    response = Response(url="", status=500, content=b"", received_at=NOON, headers={"retry-after": "5"})
    assert retry.asked_seconds(response, NOON) is None


def test_name_that_does_not_exist_is_not_tried_again() -> None:
    """Name servers that know of no such name would say so again; those that did not answer may answer later."""
    unknown, silent = NameNotResolved("x"), NameNotResolved("x")
    unknown.__cause__ = socket.gaierror(socket.EAI_NONAME, "x")
    silent.__cause__ = socket.gaierror(socket.EAI_AGAIN, "x")
    assert [retry.can_help(error, "GET", sent=False) for error in (unknown, silent)] == [False, True]


def test_errors_say_whether_a_retry_helps() -> None:
    """A damaged body may come whole the next time; a plain failure stays."""
    assert retry.can_help(BadEncoding("x"), "GET", sent=True)
    assert not retry.can_help(FetchError("x"), "GET", sent=False)


def test_backoff_has_a_ceiling_and_full_jitter() -> None:
    """The wait lies between nothing and a ceiling that doubles up to a limit."""
    error = ConnectionLost("x")
    longest = [retry.delay_seconds(error, attempt, PATIENT, lambda: 1.0, NOON) for attempt in range(1, 7)]
    assert longest == [1, 2, 4, 8, 8, 8]
    assert retry.delay_seconds(error, 3, PATIENT, lambda: 0.0, NOON) == 0

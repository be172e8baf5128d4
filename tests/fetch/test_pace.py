"""Hosts are asked politely: few requests at once, and some time between two starts."""

from __future__ import annotations

import asyncio

from tests.fetch.servers import Clock, always, reply, serve

from hotledger.fetch.client import Fetcher
from hotledger.fetch.limits import Limits
from hotledger.fetch.pace import Pace
from hotledger.model import Request


async def test_interval_between_starts(clock: Clock) -> None:
    """Four requests to one host start an interval apart."""
    pace = Pace(4, 0.5, clock, clock.sleep)
    starts = []
    for _ in range(4):
        async with pace.turn("a.example"):
            starts.append(clock())
    assert starts == [0.0, 0.5, 1.0, 1.5]


async def test_hosts_do_not_wait_for_each_other(clock: Clock) -> None:
    """A request to another host starts at once."""
    pace = Pace(1, 60, clock, clock.sleep)
    async with pace.turn("a.example"), pace.turn("b.example"):
        assert clock.slept == []


async def test_places_of_a_host(clock: Clock) -> None:
    """No more requests run at once than the host has places, and all get their turn."""
    pace = Pace(2, 0, clock, clock.sleep)
    running: set[int] = set()
    most: list[int] = []

    async def ask(number: int) -> None:
        async with pace.turn("a.example"):
            running.add(number)
            most.append(len(running))
            await asyncio.sleep(0)
            running.discard(number)

    await asyncio.gather(*(ask(number) for number in range(6)))
    assert len(most) == 6
    assert max(most) == 2


async def test_hold(clock: Clock) -> None:
    """A host that is held gets nothing until then, and an earlier hold does not shorten a later one."""
    pace = Pace(2, 0, clock, clock.sleep)
    pace.hold("a.example", 9)
    pace.hold("a.example", 3)
    async with pace.turn("a.example"):
        assert clock() == 9


async def test_place_is_given_back_on_failure(clock: Clock) -> None:
    """A block that raises, or is cancelled while it waits, leaves the place to the next."""
    pace = Pace(1, 0, clock, clock.sleep)
    try:
        async with pace.turn("a.example"):
            raise ValueError
    except ValueError:
        pass
    async with pace.turn("a.example"):
        waiting = asyncio.create_task(_enter(pace))
        await asyncio.sleep(0)
        waiting.cancel()
    async with asyncio.timeout(5), pace.turn("a.example"):
        pass


async def _enter(pace: Pace) -> None:
    async with pace.turn("a.example"):
        pass


async def test_sessions_share_the_pace(clock: Clock) -> None:
    """Two platforms on one host are paced together."""
    async with serve(always(reply())) as site, Fetcher(Limits(host_interval_seconds=3), sleep=clock.sleep, clock=clock) as fetcher:
        await fetcher.session("one").send(Request(url=site.url()))
        await fetcher.session("two").send(Request(url=site.url()))
    assert clock.slept == [3]


async def test_waiting_for_a_turn_is_not_part_of_the_time_limit(clock: Clock) -> None:
    """A request that waited long for its turn still has its whole time for the answer."""
    limits = Limits(host_interval_seconds=3600, request_seconds=5, attempts=1)
    async with serve(always(reply(200, b"ok"))) as site, Fetcher(limits, sleep=clock.sleep, clock=clock) as fetcher:
        responses = await fetcher.session("p").send_all([Request(url=site.url())] * 3)
    assert [response.content for response in responses] == [b"ok"] * 3

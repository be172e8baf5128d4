"""The simulated sites, over real sockets, read by the real plans and parsers."""

from __future__ import annotations

import httpx2
import pytest
from tests.simulator.reading import get, read, rows_of

from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty, ReadError
from hotledger.model import Kind, Listing, Plan, Request
from hotledger.platforms import readers
from hotledger.simulator import Fault, Simulator
from hotledger.simulator.sites import sites

PLANS = [
    pytest.param(name, plan, id=f"{name}-{plan.__name__}") for name, reader in readers().items() if name in sites() for plan in reader.plans
]
FIRST = [pytest.param(name, readers()[name].plans[0], id=name) for name in sites() if name in readers()]


def test_every_platform_is_played() -> None:
    """The simulator plays every platform that we read, under its id, and no other."""
    assert set(sites()) == set(readers())


def shown(platform: str, rows: list[tuple[str, int]]) -> list[tuple[str, int | float | None]]:
    """The rows as a reader sees them: without heat, where the site shows none."""
    return [(title, heat if sites()[platform].heats else None) for title, heat in rows]


@pytest.mark.parametrize(("platform", "plan"), PLANS)
async def test_every_endpoint_gives_the_current_list(simulator: Simulator, client: httpx2.AsyncClient, platform: str, plan: Plan) -> None:
    """Each plan of each platform reads the titles and heats that the simulator says are current, in their order."""
    if plan.__name__ == "plan_desktop":
        with pytest.raises(BodyBlocked, match="101"):
            await read(client, platform, plan)
        return
    rows = rows_of(await read(client, platform, plan))
    current = shown(platform, simulator.listing(platform))[: len(rows)]
    if plan is not readers()[platform].plans[0] and all(heat is None for _, heat in rows):
        current = [(title, None) for title, _ in current]  # A second door to a list may show no heat.
    assert len(rows) >= readers()[platform].facts.expect.start
    assert rows == current


@pytest.mark.parametrize(("platform", "plan"), FIRST)
async def test_lists_move_with_the_clock(simulator: Simulator, client: httpx2.AsyncClient, platform: str, plan: Plan) -> None:
    """After six simulated hours the list read is another, and still the current one."""
    before = rows_of(await read(client, platform, plan))
    simulator.advance(6 * 3600)
    after = rows_of(await read(client, platform, plan))
    assert after != before
    assert after == shown(platform, simulator.listing(platform))[: len(after)]


async def test_weibo_pins_and_ads(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """All of Weibo's doors mark one pin and the same ads, at an hour that has ads."""
    while len(simulator.world.ads("weibo", simulator.now())) < 2:
        simulator.advance(3600)
    for plan in readers()["weibo"].plans:
        listing = Listing.of(await read(client, "weibo", plan))
        assert [item.title for item in listing.ads] == simulator.world.ads("weibo", simulator.now())
        if plan.__name__ != "plan_band":
            assert [item.title for item in listing.pinned] == [simulator.world.pinned("weibo", simulator.now())]


@pytest.mark.parametrize("platform", ["baidu", "toutiao"])
async def test_pins_beside_the_list(simulator: Simulator, client: httpx2.AsyncClient, platform: str) -> None:
    """Where the site keeps its pin apart from the list, so does the simulator."""
    items = await read(client, platform, readers()[platform].plans[0])
    assert [item.title for item in items if item.kind is Kind.PINNED] == [simulator.world.pinned(platform, simulator.now())]


async def test_weibo_table_wants_a_cookie(client: httpx2.AsyncClient) -> None:
    """Without SUB the desktop table is the visitor page, with status 200."""
    got = await client.get("https://s.weibo.com/top/summary?cate=realtimehot")
    assert got.status_code == 200
    assert "Sina Visitor System" in got.text


async def test_douyin_wants_a_cookie(client: httpx2.AsyncClient) -> None:
    """Douyin's web list is empty before the preflight, and there after it, on another host of the domain."""
    url = "https://www.douyin.com/aweme/v1/web/hot/search/list/?device_platform=webapp"
    assert (await client.get(url)).content == b""
    preflight = await client.get("https://login.douyin.com/")
    assert "Domain=douyin.com" in preflight.headers["set-cookie"]
    assert len((await client.get(url)).json()["data"]["word_list"]) == 50


async def test_bilibili_hot_words(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """The hot search words are a list of their own."""
    response = await get(client, Request(url="https://s.search.bilibili.com/main/hotword?limit=30"))
    rows = rows_of(readers()["bilibili"].parse(response))
    assert rows == simulator.listing("bilibili-hotword")
    assert not set(dict(rows)) & set(dict(simulator.listing("bilibili")))


@pytest.mark.parametrize("kind", ["block", "empty", "changed"])
@pytest.mark.parametrize(("platform", "plan"), FIRST)
async def test_parsers_name_each_fault(simulator: Simulator, client: httpx2.AsyncClient, platform: str, plan: Plan, kind: str) -> None:
    """A block page, an empty list and a changed shape are each read as what they are, on every platform."""
    expected: dict[str, type[ReadError]] = {"block": BodyBlocked, "empty": BodyEmpty, "changed": BodyBroken}
    simulator.faults.set(platform, Fault(kind))
    if kind == "empty" and readers()[platform].facts.may_be_empty:
        assert not rows_of(await read(client, platform, plan))
        return
    with pytest.raises(expected[kind]):
        await read(client, platform, plan)


@pytest.mark.parametrize(("platform", "plan"), FIRST)
async def test_truncated_bodies_are_no_list(simulator: Simulator, client: httpx2.AsyncClient, platform: str, plan: Plan) -> None:
    """Truncated JSON is broken; a truncated page gives fewer rows than expected, never a whole list."""
    simulator.faults.set(platform, Fault("truncated"))
    try:
        rows = rows_of(await read(client, platform, plan))
    except BodyBroken:
        return
    assert len(rows) < len(simulator.listing(platform))


@pytest.mark.parametrize(("platform", "plan"), FIRST)
async def test_short_lists(simulator: Simulator, client: httpx2.AsyncClient, platform: str, plan: Plan) -> None:
    """A short list has the first three rows of the current one."""
    simulator.faults.set(platform, Fault("short"))
    assert rows_of(await read(client, platform, plan)) == shown(platform, simulator.listing(platform))[:3]

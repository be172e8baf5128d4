"""The traps that the simulated news sites set: cookies, pins, ads, rows that are none, and instants."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest
from tests.simulator.reading import get, read, rows_of

from hotledger.errors import BodyBlocked
from hotledger.model import Listing, Request
from hotledger.platforms import readers
from hotledger.simulator import Simulator

STOCKS = "https://stock.xueqiu.com/v5/stock/hot_stock/list.json?size=30&_type=10&type=10"
DATED = [
    "cankaoxiaoxi",
    "earthquake",
    "eastmoney",
    "fastbull",
    "gelonghui",
    "jin10",
    "mktnews",
    "netease-news",
    "qq-news",
    "sina-finance",
    "sina-news",
    "sputniknewscn",
    "tencent-hot",
    "thepaper",
    "wallstreetcn",
    "weatheralarm",
]


async def test_xueqiu_wants_a_cookie(client: httpx2.AsyncClient) -> None:
    """Xueqiu refuses before the preflight, in its own words, and answers after it, on another host of the domain."""
    refused = await get(client, Request(url=STOCKS))
    assert refused.status == 400
    with pytest.raises(BodyBlocked, match="400016"):
        readers()["xueqiu"].parse(refused)
    await client.get("https://xueqiu.com/hq")
    assert len((await client.get(STOCKS)).json()["data"]["items"]) == 31


async def test_xueqiu_marks_its_ad(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """The ad among the stocks is told apart, and takes no rank."""
    listing = Listing.of(await read(client, "xueqiu", readers()["xueqiu"].plans[0]))
    assert [item.title for item in listing.ads] == ["开户有礼"]
    assert rows_of([*listing.ranked]) == simulator.listing("xueqiu")


async def test_tencent_pins_one_event(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """Both rankings of Tencent News pin one event above the list, with less heat than the first row below it."""
    for plan in readers()["qq-news"].plans:
        listing = Listing.of(await read(client, "qq-news", plan))
        assert [item.title for item in listing.pinned] == [simulator.world.pinned("qq-news", simulator.now())]
        assert (listing.pinned[0].heat or 0) < (listing.ranked[0].heat or 0)


async def test_jin10_serves_rows_that_are_no_flashes(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """The script of Jin10 holds three more rows than its list has."""
    script = (await client.get("https://www.jin10.com/flash_newest.js")).text
    assert script.count('"important":') == len(simulator.listing("jin10")) + 3


@pytest.mark.parametrize("platform", DATED)
async def test_newest_row_is_fresh(simulator: Simulator, client: httpx2.AsyncClient, platform: str) -> None:
    """The newest row of each list that carries instants is as young as the platform says it must be."""
    facts = readers()[platform].facts
    items = await read(client, platform, readers()[platform].plans[0])
    newest = max(item.published_at for item in items if item.published_at)
    # Times in words count from the answer, which comes by the real clock.
    age = simulator.now() - newest if platform != "gelonghui" else timedelta(0)
    assert timedelta(0) <= age < timedelta(hours=facts.fresh_hours or 0)

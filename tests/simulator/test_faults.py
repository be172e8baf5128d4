"""Faults on demand: on the wire, and the rules of how long they last."""

from __future__ import annotations

import asyncio
import zlib

import httpx2
import pytest

from hotledger.errors import SettingsError
from hotledger.simulator import Fault, Faults, Simulator
from hotledger.simulator.faults import Kind, bomb

TIEBA = "https://tieba.baidu.com/hottopic/browse/topicList"


@pytest.mark.parametrize("status", ["403", "429", "500", "502", "503"])
async def test_statuses(simulator: Simulator, client: httpx2.AsyncClient, status: str) -> None:
    """A status is answered as asked for; 429 brings a Retry-After."""
    simulator.faults.set("tieba", Fault(status))
    got = await client.get(TIEBA)
    assert str(got.status_code) == status
    assert ("retry-after" in got.headers) == (status == "429")


async def test_retry_after(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """The seconds of Retry-After can be chosen, also for 503."""
    simulator.faults.set("tieba", Fault("503", retry_after=2))
    assert (await client.get(TIEBA)).headers["retry-after"] == "2"


async def test_reset(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """A reset breaks the connection, and the next request is served."""
    simulator.faults.set("tieba", Fault("reset", times=1))
    with pytest.raises(httpx2.NetworkError):
        await client.get(TIEBA)
    assert (await client.get(TIEBA)).status_code == 200


async def test_reset_is_an_rst(simulator: Simulator) -> None:
    """The connection ends in a reset, not in an orderly end."""
    simulator.faults.set("tieba", Fault("reset"))
    reader, writer = await asyncio.open_connection("127.0.0.1", int(simulator.url.rpartition(":")[2]))
    writer.write(b"GET /https/tieba.baidu.com/hottopic/browse/topicList HTTP/1.1\r\nHost: x\r\n\r\n")
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_hang(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """A hanging site says nothing until the client gives up."""
    simulator.faults.set("tieba", Fault("hang"))
    with pytest.raises(httpx2.ReadTimeout):
        await client.get(TIEBA, timeout=0.2)


async def test_hang_ends(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """After its seconds a hanging site closes without an answer."""
    simulator.faults.set("tieba", Fault("hang", seconds=0.05))
    with pytest.raises(httpx2.RemoteProtocolError):
        await client.get(TIEBA)


async def test_slow(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """A slow answer comes whole, in many pieces."""
    whole = (await client.get(TIEBA)).content
    simulator.faults.set("tieba", Fault("slow", seconds=0.2))
    async with client.stream("GET", TIEBA) as got:
        pieces = [piece async for piece in got.aiter_raw()]
    assert b"".join(pieces) == whole
    assert len(pieces) > 5


async def test_truncated(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """A truncated body is the beginning of the good one, and its Content-Length fits."""
    whole = (await client.get(TIEBA)).content
    simulator.faults.set("tieba", Fault("truncated"))
    got = await client.get(TIEBA)
    assert whole.startswith(got.content)
    assert int(got.headers["content-length"]) == len(got.content) == len(whole) * 6 // 10


async def test_changed(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """A changed shape is valid JSON with the same values under other names."""
    simulator.faults.set("tieba", Fault("changed"))
    got = (await client.get(TIEBA)).json()
    assert got["new_data"]["new_bang_topic"]["new_topic_list"][0]["new_topic_name"] == simulator.listing("tieba")[0][0]


async def test_bomb(simulator: Simulator, client: httpx2.AsyncClient) -> None:
    """The bomb is small on the wire and inflates to more than 1 GiB."""
    simulator.faults.set("tieba", Fault("bomb"))
    async with client.stream("GET", TIEBA) as got:
        assert got.headers["content-encoding"] == "gzip"
        assert int(got.headers["content-length"]) < 3_000_000
        packed = b"".join([piece async for piece in got.aiter_raw()])
    assert int.from_bytes(packed[-4:], "little") > 1 << 30


def test_bomb_is_valid_gzip() -> None:
    """The repeated block makes a gzip stream that inflates to the end, its checksum and length right."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert inflate.decompress(bomb(3)) == b" " * (3 << 20)
    assert inflate.eof
    assert not inflate.unused_data


async def test_over_http(simulator: Simulator, person: httpx2.AsyncClient) -> None:
    """A person can set a fault and take it back; other platforms don't notice."""
    path = "/https/tieba.baidu.com/hottopic/browse/topicList"
    await person.post("/_faults/tieba?kind=500&times=3")
    assert (await person.get(path)).status_code == 500
    assert (await person.get("/https/www.v2ex.com/api/topics/hot.json")).status_code == 200
    assert simulator.faults.current() == {"tieba": Fault("500", times=2)}
    await person.delete("/_faults/tieba")
    assert (await person.get(path)).status_code == 200
    await person.post("/_faults/tieba?kind=500")
    await person.delete("/_faults")
    assert simulator.faults.current() == {}


def test_times() -> None:
    """A fault ends after its times, one without times never."""
    faults = Faults()
    faults.set("baidu", Fault("500", times=2))
    faults.set("weibo", Fault("reset"))
    assert [bool(faults.take("baidu", "x")) for _ in range(4)] == [True, True, False, False]
    assert [bool(faults.take("weibo", "x")) for _ in range(4)] == [True] * 4
    assert faults.take("zhihu", "x") is None


def test_only() -> None:
    """A fault can be kept to some addresses of its platform, so that a second endpoint answers."""
    faults = Faults()
    faults.set("baidu", Fault("500", only="/api/", times=1))
    assert faults.take("baidu", "top.baidu.com/board") is None
    assert faults.take("baidu", "top.baidu.com/api/board")
    assert faults.take("baidu", "top.baidu.com/api/board") is None


@pytest.mark.parametrize("fault", [{"kind": "flood"}, {"kind": "slow", "seconds": -1.0}, {"kind": "slow", "seconds": float("nan")}])
def test_wrong_faults_are_refused(fault: dict[str, object]) -> None:
    """An unknown kind or a senseless number is a `SettingsError`."""
    with pytest.raises(SettingsError):
        Fault(**fault)  # type: ignore[arg-type]


def test_every_kind_is_a_fault() -> None:
    """Each kind can be asked for."""
    assert all(Fault(kind).kind == kind for kind in Kind)

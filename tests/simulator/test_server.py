"""The server on the wire: addressing, keep-alive, malformed input, its own pages."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import httpx2
import pytest

from hotledger.errors import SettingsError
from hotledger.simulator import Simulator
from hotledger.simulator.server import Seen

V2EX = "/https/www.v2ex.com/api/topics/hot.json"


async def _raw(simulator: Simulator, sent: bytes) -> bytes:
    """What the server answers to bytes that no client would send, until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(simulator.url.rpartition(":")[2]))
    writer.write(sent)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_sites_are_addressed_by_path(simulator: Simulator, person: httpx2.AsyncClient) -> None:
    """A request for VIA/https/host/path is one for that site; the query chooses, a port does not matter."""
    plain = await person.get(V2EX)
    ported = await person.get("/http/WWW.v2ex.com:8080/api/topics/hot.json")
    assert plain.json() == ported.json()
    assert plain.headers["content-type"].startswith("application/json")
    page = await person.get("/https/www.v2ex.com/?tab=hot")
    assert page.headers["content-type"].startswith("text/html")
    assert simulator.requests[-1] == Seen("v2ex", "www.v2ex.com", "/")
    assert len(simulator.requests) == 3


async def test_connections_are_kept_alive(person: httpx2.AsyncClient) -> None:
    """Requests in a row go over one connection."""
    streams = {id((await person.get(V2EX)).extensions["network_stream"].get_extra_info("socket")) for _ in range(3)}
    assert len(streams) == 1


async def test_pipelined_requests(simulator: Simulator) -> None:
    """Two requests sent at once are answered in order on one connection."""
    request = f"GET {V2EX} HTTP/1.1\r\nHost: x\r\n\r\n"
    last = f"GET {V2EX} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert (await _raw(simulator, (request + last).encode())).count(b"HTTP/1.1 200") == 2


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000,
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /_clock HTTP/1.1\r\nHost: x\r\nContent-Length: -4\r\n\r\n",
        b"POST /_clock HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + b"a" * 2_000_000,
    ],
)
async def test_malformed_requests_are_refused(simulator: Simulator, person: httpx2.AsyncClient, sent: bytes) -> None:
    """What is no HTTP, or too large, is answered with 4xx or cut off, and the next client is served."""
    with contextlib.suppress(ConnectionError):  # The refusal may cross what we were still sending.
        assert (await _raw(simulator, sent))[:10] == b"HTTP/1.1 4"
    assert (await person.get(V2EX)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/https/example.com/", 404),
        ("GET", "/https/www.v2ex.com/no/such/page", 404),
        ("GET", "/https//", 404),
        ("GET", "/ftp/www.v2ex.com/", 404),
        ("GET", "/https/hacker-news.firebaseio.com/v0/item/no-number.json", 200),
        ("PUT", V2EX, 405),
        ("HEAD", V2EX, 200),
        ("GET", "/no-such-page", 404),
        ("POST", "/_faults/nobody?kind=500", 400),
        ("POST", "/_faults/v2ex?kind=nothing", 400),
        ("POST", "/_faults/v2ex?kind=slow&seconds=soon", 400),
        ("POST", "/_faults/v2ex?kind=slow&seconds=nan", 400),
        ("POST", "/_faults/v2ex", 400),
        ("POST", "/_latency/weibo?ms=5", 200),
        ("POST", "/_latency/weibo?ms=soon", 400),
        ("POST", "/_latency/weibo?ms=-1", 400),
        ("POST", "/_latency/nobody?ms=5", 400),
        ("POST", "/_clock?advance=soon", 400),
        ("POST", "/_clock?advance=1e300", 400),
        ("POST", "/_clock?advance=nan", 400),
        ("GET", f"/https/api.zhihu.com/topstory/hot-lists/total?limit={'9' * 5000}", 200),
        ("GET", "/_lists/nobody", 400),
        ("POST", "/_clock?advance=1e11", 400),
    ],
)
async def test_statuses(person: httpx2.AsyncClient, method: str, path: str, status: int) -> None:
    """Each wrong address or argument has the status that says so, and breaks nothing."""
    assert (await person.request(method, path)).status_code == status
    assert (await person.get(V2EX)).status_code == 200


async def test_help_page(simulator: Simulator, person: httpx2.AsyncClient) -> None:
    """The front page shows how to use it, the faults in force and every list."""
    await person.post("/_faults/weibo?kind=429&retry_after=7&times=2")
    page = (await person.get("/")).text
    assert "POST   /_faults/PLATFORM" in page
    assert '"retry_after":7' in page
    assert all(simulator.listing(board)[0][0] in page for board in simulator.boards)
    assert (await person.get("/_lists/github")).text.count("\n") == 25


async def test_clock_over_http(simulator: Simulator, person: httpx2.AsyncClient) -> None:
    """A person can move the clock, and the lists move."""
    before, listing = simulator.now(), simulator.listing("weibo")
    assert (await person.post("/_clock?advance=3600")).status_code == 200
    assert simulator.now() - before == timedelta(hours=1)
    assert simulator.listing("weibo") != listing


async def test_latency_is_per_platform(simulator: Simulator, person: httpx2.AsyncClient) -> None:
    """While one platform lets its client wait, another answers at once."""
    simulator.latency_ms = {"weibo": 60_000}
    waiting = asyncio.create_task(person.get("/https/weibo.com/ajax/side/hotSearch"))
    while not simulator.requests:
        await person.get("/")
    assert (await person.get(V2EX)).status_code == 200
    assert not waiting.done()
    waiting.cancel()


async def test_a_taken_port_is_a_settings_error(simulator: Simulator) -> None:
    """A port that another server has is told in a sentence."""
    with pytest.raises(SettingsError, match="cannot listen"):
        await Simulator().start(port=int(simulator.url.rpartition(":")[2]))


async def test_stop_ends_what_hangs(person: httpx2.AsyncClient) -> None:
    """Stopping does not wait for a hanging answer."""
    other = Simulator()
    async with other as url, httpx2.AsyncClient(base_url=url, timeout=20) as client:
        await client.post("/_faults/v2ex?kind=hang")
        hanging = asyncio.create_task(client.get(V2EX))
        while not other.requests:
            await client.get("/")
        await other.stop()
        with pytest.raises(httpx2.TransportError):
            await hanging

"""Requests that do not go straight to their host: to one server in place of all, or through a proxy."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import pytest
from tests.fetch.servers import EAGER, Clock, always, by_path, listen, reply, serve
from tests.fetch.test_redirects import nobody, to

from hotledger.errors import BadRedirect, ConnectFailed, ProxyFailed, SettingsError
from hotledger.fetch.client import Fetcher
from hotledger.fetch.limits import Limits
from hotledger.fetch.reachability import reachable
from hotledger.model import Request


def dead_address() -> tuple[socket.socket, str]:
    """A port that is taken, so that nobody else listens there, and where nobody answers."""
    unused = socket.socket()
    unused.bind(("127.0.0.1", 0))
    return unused, f"127.0.0.1:{unused.getsockname()[1]}"


async def test_via_rewrites_the_address() -> None:
    """Scheme, host, port, path and query become a path of the server; the response keeps the URL that was asked for."""
    async with serve(always(reply(200, b"ok"))) as site, Fetcher(EAGER, via=site.url("/base/")) as fetcher:
        session = fetcher.session("p")
        urls = ["https://top.baidu.com/api/board?tab=a%2Fb&q=%E7%83%AD", "http://a.example:8080", "http://[2606:4700::1]/x"]
        answers = [await session.send(Request(url=url)) for url in urls]
    assert [received.target for received in site.received] == [
        "/base/https/top.baidu.com/api/board?tab=a%2Fb&q=%E7%83%AD",
        "/base/http/a.example:8080/",
        "/base/http/[2606:4700::1]/x",
    ]
    assert site.received[0].headers["host"] == f"127.0.0.1:{site.port}"
    assert answers[0].url == urls[0]


async def test_via_sends_the_body() -> None:
    """A POST reaches the server whole."""
    async with serve(always(reply())) as site, Fetcher(EAGER, via=site.url()) as fetcher:
        await fetcher.session("p").send(Request(url="https://a.example/", method="POST", content=b"body"))
    assert (site.received[0].method, site.received[0].body) == ("POST", b"body")


async def test_via_follows_redirects_of_the_original_hosts() -> None:
    """Relative and absolute redirects are read as the original host's, and sent to the server; no name is looked up."""
    answers = by_path(
        {
            "/https/a.example/1": to("/2"),
            "/https/a.example/2": to("https://b.example/3"),
            "/https/b.example/3": reply(200, b"there"),
        }
    )
    async with serve(answers) as site, Fetcher(EAGER, via=site.url(), resolve=nobody) as fetcher:
        response = await fetcher.session("p").send(Request(url="https://a.example/1"))
    assert (response.content, response.url) == (b"there", "https://b.example/3")


@pytest.mark.parametrize("target", ["https://127.0.0.1/", "https://169.254.169.254/meta", "https://localhost/", "https://[::1]/"])
async def test_via_refuses_private_literals(target: str) -> None:
    """A redirect to a private address is refused as it would be without the server."""
    async with serve(always(to(target))) as site, Fetcher(EAGER, via=site.url()) as fetcher:
        with pytest.raises(BadRedirect, match="private address"):
            await fetcher.session("p").send(Request(url="https://a.example/"))


async def test_via_paces_the_original_hosts(clock: Clock) -> None:
    """Two hosts played by one server do not wait for each other."""
    limits = Limits(host_interval_seconds=9)
    async with serve(always(reply())) as site, Fetcher(limits, via=site.url(), clock=clock, sleep=clock.sleep) as fetcher:
        for host in ("a.example", "b.example", "a.example"):
            await fetcher.session("p").send(Request(url=f"https://{host}/"))
    assert clock.slept == [9]


async def test_via_that_is_not_there() -> None:
    """The sentence says that it is the server that can't be reached, and shows no password of its address."""
    unused, address = dead_address()
    with unused:
        async with Fetcher(EAGER, via=f"http://me:s3cret@{address}") as fetcher:
            with pytest.raises(ConnectFailed) as caught:
                await fetcher.session("p").send(Request(url="https://a.example/"))
    assert f"the server at http://{address}, to which all requests are sent, can't be reached" in str(caught.value)


@pytest.mark.parametrize("via", ["127.0.0.1:9000", "ftp://a.example", "http://", "http://a.example/?x=1", "http://[::1"])
def test_via_must_be_an_address(via: str) -> None:
    """A setting that is no address is refused when the fetcher is made."""
    with pytest.raises(SettingsError):
        Fetcher(via=via)


async def test_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY gets the request with its whole address, but not for hosts of NO_PROXY."""
    async with serve(always(reply(200, b"by proxy"))) as proxy, serve(always(reply(200, b"direct"))) as site:
        monkeypatch.setenv("HTTP_PROXY", proxy.url())
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        async with Fetcher(EAGER) as fetcher:
            session = fetcher.session("p")
            far = await session.send(Request(url="http://hot.example/list?x=1"))
            near = await session.send(Request(url=site.url()))
    assert (far.content, near.content) == (b"by proxy", b"direct")
    assert [received.target for received in proxy.received] == ["http://hot.example/list?x=1"]


async def test_https_goes_through_a_tunnel(certificate: Path, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS_PROXY is asked for a tunnel to the host, and the host's own certificate is checked in it."""
    asked: list[bytes] = []

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        finally:
            far_writer.transport.abort()

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with serve(always(reply(200, b"secure")), tls=server_tls) as site, listen(tunnel) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        async with Fetcher(EAGER) as fetcher:
            response = await fetcher.session("p").send(Request(url=site.url(host="localhost", scheme="https")))
    assert response.content == b"secure"
    assert asked == [f"CONNECT localhost:{site.port} HTTP/1.1".encode()]


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


async def test_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that opens no tunnel is ProxyFailed."""
    async with serve(always(reply(403))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url())
        async with Fetcher(EAGER) as fetcher:
            with pytest.raises(ProxyFailed, match="the proxy refuses the connection: 403"):
                await fetcher.session("p").send(Request(url="https://hot.example/"))


async def test_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that can't be reached is ProxyFailed, and the sentence says that it is the proxy."""
    unused, address = dead_address()
    with unused:
        monkeypatch.setenv("ALL_PROXY", f"http://me:s3cret@{address}")
        async with Fetcher(EAGER) as fetcher:
            with pytest.raises(ProxyFailed) as caught:
                await fetcher.session("p").send(Request(url="https://hot.example/"))
    assert str(caught.value) == "hot.example: the proxy 127.0.0.1 can't be reached (after 1 attempt)."


async def test_address_of_a_proxy_is_not_the_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redirects between public hosts work through a proxy with a private address, and no name is looked up here."""
    answers = by_path({"http://a.example/": to("http://b.example/"), "http://b.example/": reply(200, b"there")})
    async with serve(answers) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url())
        async with Fetcher(EAGER, resolve=nobody) as fetcher:
            assert (await fetcher.session("p").send(Request(url="http://a.example/"))).content == b"there"


async def test_proxied_site_can_not_send_us_to_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a proxy, too, a public host can't redirect to a private address."""
    async with serve(always(reply())) as inner, serve(always(to(inner.url()))) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url())
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        async with Fetcher(EAGER) as fetcher:
            with pytest.raises(BadRedirect, match="private address"):
                await fetcher.session("p").send(Request(url="http://a.example/"))
    assert inner.received == []


async def test_via_takes_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a server in place of all hosts the proxies of the environment are not used."""
    async with serve(always(reply(200, b"proxy"))) as proxy, serve(always(reply(200, b"via"))) as site:
        monkeypatch.setenv("ALL_PROXY", proxy.url())
        async with Fetcher(EAGER, via=site.url()) as fetcher:
            assert (await fetcher.session("p").send(Request(url="https://hot.example/"))).content == b"via"
    assert proxy.received == []


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "gopher://127.0.0.1:1"])
def test_proxy_that_we_can_not_use(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of a kind that we can't speak to is a wrong setting, named as such."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(SettingsError, match="proxy of the environment"):
        Fetcher()


async def test_reachable_when_one_host_answers(certificate: Path, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """One host that answers, with whatever status, is enough."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    unused, address = dead_address()
    with unused:
        async with serve(always(reply(405)), tls=server_tls) as site:
            assert await reachable([address, f"localhost:{site.port}", "does-not-exist.invalid"])


async def test_not_reachable_when_nobody_answers() -> None:
    """Dead ports, unknown names, silent servers and no hosts at all are not reachable."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    unused, address = dead_address()
    with unused:
        async with listen(say_nothing) as port:
            assert not await reachable([address, "does-not-exist.invalid", f"127.0.0.1:{port}"], seconds=0.2)
    assert not await reachable([])


async def test_not_reachable_through_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that takes connections but opens no tunnel reaches nobody."""
    async with serve(always(reply(403))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url())
        assert not await reachable(["hot.example"])
    assert proxy.received[0].target == "hot.example:443"

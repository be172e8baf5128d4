"""What a usual answer becomes, and how a request introduces itself."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest
from tests.fetch.servers import EAGER, always, by_path, listen, reply, serve

from hotledger import __version__
from hotledger.fetch.client import Fetcher
from hotledger.model import Identity, Request

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_response_carries_what_came() -> None:
    """Status, body, lower-case headers, the URL, the given instant and the number of attempts are in the response."""
    async with serve(always(reply(200, "热榜".encode(), "X-Trace: Abc"))) as site, Fetcher(EAGER, now=lambda: NOON) as fetcher:
        response = await fetcher.session("p").send(Request(url=site.url("/hot?tab=1")))
    assert response.url == site.url("/hot?tab=1")
    assert (response.status, response.content, response.received_at, response.attempts) == (200, "热榜".encode(), NOON, 1)
    assert response.headers["x-trace"] == "Abc"


async def test_post_sends_its_content() -> None:
    """A POST brings its body and the headers of the platform."""
    async with serve(always(reply())) as site, Fetcher(EAGER) as fetcher:
        request = Request(url=site.url(), method="POST", content=b"a=1", headers={"Content-Type": "text/x"})
        await fetcher.session("p").send(request)
    (received,) = site.received
    assert (received.method, received.body, received.headers["content-type"]) == ("POST", b"a=1", "text/x")


async def test_head_has_no_body() -> None:
    """A HEAD request takes the announced length of a body that never comes for no fault."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\nContent-Encoding: gzip\r\n\r\n"
    async with serve(always(head)) as site, Fetcher(EAGER) as fetcher:
        response = await fetcher.session("p").send(Request(url=site.url(), method="HEAD"))
    assert response.content == b""


@pytest.mark.parametrize(
    ("identity", "agent"),
    [(Identity.DESKTOP, "Windows NT"), (Identity.MOBILE, "iPhone"), (Identity.PLAIN, f"hotledger/{__version__}")],
)
async def test_identity_gives_the_headers(identity: Identity, agent: str) -> None:
    """Each identity has its user agent, and all prefer Chinese and accept what we can decompress."""
    async with serve(always(reply())) as site, Fetcher(EAGER) as fetcher:
        await fetcher.session("p").send(Request(url=site.url(), identity=identity))
    headers = site.received[0].headers
    assert agent in headers["user-agent"]
    assert headers["accept-language"].startswith("zh-CN")
    assert headers["accept-encoding"] == "gzip, deflate, br, zstd"


async def test_platform_headers_override_the_identity() -> None:
    """A header of the request replaces the identity's, however it is written; a configured user agent replaces the rest."""
    async with serve(always(reply())) as site, Fetcher(EAGER, user_agent="Mine/1") as fetcher:
        await fetcher.session("p").send(Request(url=site.url(), headers={"ACCEPT": "application/json"}))
        await fetcher.session("p").send(Request(url=site.url(), headers={"User-Agent": "Theirs/2"}))
    first, second = (received.headers for received in site.received)
    assert (first["accept"], first["user-agent"], second["user-agent"]) == ("application/json", "Mine/1", "Theirs/2")


async def test_send_all_keeps_the_order() -> None:
    """Requests sent together are answered in the order in which they were given."""
    async with serve(by_path({f"/{n}": reply(200, str(n).encode()) for n in range(8)})) as site, Fetcher(EAGER) as fetcher:
        session = fetcher.session("p")
        responses = await session.send_all([Request(url=site.url(f"/{n}")) for n in range(8)])
    assert [response.content for response in responses] == [str(n).encode() for n in range(8)]
    assert session.attempts == 8


async def test_http2_is_used_where_the_site_speaks_it(
    certificate: Path, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site that offers HTTP/2 is asked over HTTP/2."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server_tls.set_alpn_protocols(["h2", "http/1.1"])
    async with listen(_speak_http2, tls=server_tls) as port, Fetcher(EAGER) as fetcher:
        response = await fetcher.session("p").send(Request(url=f"https://localhost:{port}/"))
    assert response.content == b"over two"


async def _speak_http2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    while data := await reader.read(65536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                connection.send_headers(event.stream_id, [(":status", "200")])
                connection.send_data(event.stream_id, b"over two", end_stream=True)
        writer.write(connection.data_to_send())

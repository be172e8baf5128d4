"""Each way to fail has its name, and a sentence that tells no secrets."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import msgspec
import pytest
from tests.fetch.servers import EAGER, Answer, Received, always, hang_up_after, listen, reply, serve, silence

from hotledger.errors import (
    BadStatus,
    ConnectFailed,
    ConnectionLost,
    FetchError,
    NameNotResolved,
    RequestTimeout,
    TlsFailed,
)
from hotledger.fetch.client import Fetcher
from hotledger.fetch.limits import Limits
from hotledger.model import Request

BRIEF = msgspec.structs.replace(EAGER, request_seconds=0.2)


async def failure(url: str, limits: Limits = EAGER) -> FetchError:
    """How a request fails."""
    async with Fetcher(limits) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.session("p").send(Request(url=url))
    return caught.value


async def failure_of(answer: Answer, limits: Limits = EAGER) -> FetchError:
    """How a request to a server that answers so fails."""
    async with serve(answer) as site:
        return await failure(site.url(), limits)


async def test_unknown_name() -> None:
    """A name without an address is NameNotResolved, and the sentence names the host and the attempts."""
    error = await failure("http://does-not-exist.invalid/")
    assert isinstance(error, NameNotResolved)
    assert str(error) == "does-not-exist.invalid: the name can't be resolved to an address (after 1 attempt)."


async def test_unresolvable_spelling() -> None:
    """A name that can't even be asked for is NameNotResolved."""
    assert isinstance(await failure(f"http://{'a' * 70}.example/"), NameNotResolved)


async def test_refused_port() -> None:
    """A port where nobody listens is ConnectFailed."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        error = await failure(f"http://127.0.0.1:{unused.getsockname()[1]}/")
    assert isinstance(error, ConnectFailed)
    assert str(error) == "127.0.0.1: the host can't be reached (after 1 attempt)."


async def test_untrusted_certificate(server_tls: ssl.SSLContext) -> None:
    """A certificate that nobody vouches for is TlsFailed, and the sentence says why."""
    async with serve(always(reply()), tls=server_tls) as site:
        error = await failure(site.url(host="localhost", scheme="https"))
    assert isinstance(error, TlsFailed)
    assert "the certificate is not valid: self-signed certificate" in str(error)


async def test_certificate_of_another_name(certificate: Path, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trusted certificate of another host is TlsFailed."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with serve(always(reply()), host="127.0.0.2", tls=server_tls) as site:
        assert isinstance(await failure(site.url(scheme="https")), TlsFailed)


async def test_plain_http_where_tls_is_expected() -> None:
    """A server that answers a TLS handshake with something else is TlsFailed."""

    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    async with listen(shout) as port:
        error = await failure(f"https://127.0.0.1:{port}/")
    assert isinstance(error, TlsFailed)


async def test_handshake_cut_off() -> None:
    """A peer that hangs up in mid-handshake is ConnectFailed: that says nothing about certificates."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.transport.abort()

    async with listen(hang_up) as port:
        error = await failure(f"https://127.0.0.1:{port}/")
    assert isinstance(error, ConnectFailed)


async def test_silence() -> None:
    """A server that takes the request and says nothing is RequestTimeout."""
    error = await failure_of(silence, BRIEF)
    assert isinstance(error, RequestTimeout)
    assert str(error) == "127.0.0.1: no whole answer within 0.2 seconds (after 1 attempt)."


async def test_dripping_body() -> None:
    """A body that never stops coming, byte by byte, is RequestTimeout: the limit is on the whole answer."""

    async def drip(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.01)

    assert isinstance(await failure_of(drip, BRIEF), RequestTimeout)


async def test_reset() -> None:
    """A connection reset after the request is ConnectionLost."""

    async def reset(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    assert isinstance(await failure_of(reset), ConnectionLost)


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
)
async def test_truncated_answer(part: bytes) -> None:
    """An answer that ends early, in its head or its body, or is no HTTP, is ConnectionLost."""
    assert isinstance(await failure_of(hang_up_after(part)), ConnectionLost)


@pytest.mark.parametrize("status", [304, 401, 403, 404, 418, 500])
async def test_bad_status_keeps_the_response(status: int) -> None:
    """A status that is not success is BadStatus, and the body is kept for the judge."""
    error = await failure_of(always(reply(status, b"" if status == 304 else b"go away")))
    assert isinstance(error, BadStatus)
    assert error.response.status == status
    assert error.response.content == (b"" if status == 304 else b"go away")
    assert f"status {status}" in str(error)


async def test_bad_status_outweighs_a_bad_body() -> None:
    """An error page that is too large, or does not decompress, is still BadStatus."""
    for answer in (reply(403, b"plain", "Content-Encoding: gzip"), reply(403, b" " * 9_000_000)):
        error = await failure_of(always(answer))
        assert isinstance(error, BadStatus)
        assert error.response.content == b""


@pytest.mark.parametrize("url", ["ftp://example.com/", "http://", "no address", "http://[::1/"])
async def test_address_that_can_not_be_requested(url: str) -> None:
    """An address that is no http(s) URL is a FetchError that no retry can help."""
    error = await failure(url)
    assert not error.retryable
    assert not isinstance(error, ConnectionLost)


async def test_cookie_with_a_line_break() -> None:
    """A cookie that would break the request's head is refused before anything is sent, and is not shown."""
    async with serve(always(reply())) as site, Fetcher(EAGER, cookies={"p": "sid=secret\r\nX: y"}) as fetcher:
        with pytest.raises(FetchError, match="can't be written") as caught:
            await fetcher.session("p").send(Request(url=site.url(), own_cookie=True))
    assert site.received == []
    assert "secret" not in str(caught.value)


async def test_sentence_tells_no_secrets() -> None:
    """Neither query, nor path, nor user and password, nor cookies are in the sentence of a failure."""
    async with serve(always(reply(403))) as site, Fetcher(EAGER, cookies={"p": "sid=s3cret"}) as fetcher:
        url = f"http://me:s3cret@127.0.0.1:{site.port}/s3cret?token=s3cret"
        with pytest.raises(BadStatus) as caught:
            await fetcher.session("p").send(Request(url=url, own_cookie=True))
    assert "s3cret" not in str(caught.value)


async def test_older_failure_does_not_name_a_newer_one() -> None:
    """A request made while another failure is being handled is named for its own cause."""
    try:
        raise ssl.SSLCertVerificationError("an older failure")
    except ssl.SSLError:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            error = await failure(f"http://127.0.0.1:{unused.getsockname()[1]}/")
    assert isinstance(error, ConnectFailed)


async def test_send_all_raises_the_first_failure_and_ends_the_others() -> None:
    """The first failure of requests sent together is raised as it is, though another one hangs."""

    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        if request.target == "/bad":
            writer.write(reply(404))
        else:
            await asyncio.Event().wait()

    limits = msgspec.structs.replace(EAGER, request_seconds=60)
    async with serve(answer) as site, Fetcher(limits) as fetcher:
        with pytest.raises(BadStatus):
            await fetcher.session("p").send_all([Request(url=site.url("/hangs")), Request(url=site.url("/bad"))])


async def test_cancelled_request_leaves_no_connection_open() -> None:
    """A request that is cancelled in mid-handshake, or while it waits for the answer, hangs up."""
    for scheme in ("https", "http"):
        begun, ended = asyncio.Event(), asyncio.Event()

        async def listen_to_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            begun.set()  # noqa: B023 - it is awaited within its turn of the loop
            await reader.read()
            ended.set()  # noqa: B023

        async with listen(listen_to_the_end) as port, Fetcher(EAGER) as fetcher:
            task = asyncio.create_task(fetcher.session("p").send(Request(url=f"{scheme}://127.0.0.1:{port}/")))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with asyncio.timeout(5):
                await ended.wait()

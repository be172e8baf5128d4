"""Redirects are followed within bounds: not too many, not to weaker schemes, not from the internet into our own network."""

from __future__ import annotations

import socket
from collections.abc import Callable

import httpx2
import msgspec
import pytest
from tests.fetch.servers import EAGER, always, by_path, reply, serve, silence

from hotledger.errors import BadRedirect, BadStatus, RequestTimeout
from hotledger.fetch.client import Fetcher
from hotledger.fetch.redirects import Guard, RedirectRefused, belongs, is_public, literal_address, resolve
from hotledger.model import Request


def to(location: str, status: int = 302, *headers: str) -> bytes:
    """An answer that redirects."""
    return reply(status, b"moved", f"Location: {location}", *headers)


async def test_redirects_are_followed() -> None:
    """Relative and absolute redirects are followed as one attempt, and the response has the URL where they ended."""
    answers = {"/a/1": to("2?x=1"), "/a/2?x=1": to("/b"), "/b": reply(200, b"there")}
    async with serve(by_path(answers)) as site, Fetcher(EAGER) as fetcher:
        session = fetcher.session("p")
        response = await session.send(Request(url=site.url("/a/1#part")))
    assert (response.content, response.url, session.attempts) == (b"there", site.url("/b"), 1)


@pytest.mark.parametrize(("status", "method", "body"), [(302, "GET", b""), (303, "GET", b""), (307, "POST", b"x"), (308, "POST", b"x")])
async def test_post_becomes_get_where_the_standard_says_so(status: int, method: str, body: bytes) -> None:
    """After 302 and 303 a POST goes on as a GET without its body and content type, after 307 and 308 as it was."""
    async with serve(by_path({"/": to("/b", status), "/b": reply()})) as site, Fetcher(EAGER) as fetcher:
        await fetcher.session("p").send(Request(url=site.url(), method="POST", content=b"x", headers={"Content-Type": "t/t"}))
    last = site.received[-1]
    assert (last.method, last.body, "content-type" in last.headers) == (method, body, body != b"")


async def test_loop_ends() -> None:
    """A redirect to itself ends after the allowed number of redirects."""
    async with serve(always(to("/"))) as site, Fetcher(EAGER) as fetcher:
        with pytest.raises(BadRedirect, match="more than 5 times"):
            await fetcher.session("p").send(Request(url=site.url()))
    assert len(site.received) == 6


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/", "file:///etc/passwd", "javascript:alert(1)", "http://[::1"])
async def test_redirect_to_no_web_address(location: str) -> None:
    """A redirect to something that is not http or https is refused."""
    async with serve(always(to(location))) as site, Fetcher(EAGER) as fetcher:
        with pytest.raises(BadRedirect):
            await fetcher.session("p").send(Request(url=site.url()))


async def test_redirect_status_without_location() -> None:
    """A redirect that says not where to is a bad status."""
    async with serve(always(reply(302))) as site, Fetcher(EAGER) as fetcher:
        with pytest.raises(BadStatus):
            await fetcher.session("p").send(Request(url=site.url()))


async def test_redirects_share_the_time_limit() -> None:
    """The time that redirects took is not given back for the last answer."""
    limits = msgspec.structs.replace(EAGER, request_seconds=0.5)
    async with serve(silence) as slow, serve(always(to(slow.url()))) as site, Fetcher(limits) as fetcher:
        with pytest.raises(RequestTimeout):
            await fetcher.session("p").send(Request(url=site.url()))
    assert len(slow.received) == 1


def internet(*addresses: str) -> Callable[[str], bool]:
    """The addresses that stand for the internet in a test."""
    return lambda address: address in addresses


async def nobody(host: str) -> list[str]:
    """A resolver that must not be asked."""
    raise AssertionError(f"{host} was looked up")


@pytest.mark.parametrize("host", ["127.0.0.2", "127.2", "2130706434", "0x7f.0.0.2", "[::ffff:127.0.0.2]"])
async def test_public_site_can_not_send_us_to_a_private_address(host: str) -> None:
    """A redirect from a public address to a private one, however it is spelled, is refused before anything is sent."""
    async with (
        serve(always(reply()), host="127.0.0.2") as inner,
        serve(always(to(inner.url(host=host)))) as site,
        Fetcher(EAGER, public=internet("127.0.0.1"), resolve=nobody) as fetcher,
    ):
        with pytest.raises(BadRedirect, match="private address"):
            await fetcher.session("p").send(Request(url=site.url()))
    assert inner.received == []


async def test_name_that_resolves_to_a_private_address() -> None:
    """A redirect to a name, one of whose addresses is private, is refused."""

    async def resolver(host: str) -> list[str]:
        assert host == "inner.example"
        return ["127.0.0.1", "10.0.0.1"]

    async with (
        serve(always(to("http://inner.example/"))) as site,
        Fetcher(EAGER, public=internet("127.0.0.1"), resolve=resolver) as fetcher,
    ):
        with pytest.raises(BadRedirect, match=r"inner\.example, which is a private address"):
            await fetcher.session("p").send(Request(url=site.url()))


async def test_address_that_was_really_connected_counts() -> None:
    """A target that looks public but turns out to be private when connected gets no request.

    Connecting to 0.0.0.0 reaches 127.0.0.1, as a name does that resolves to something else the second time.
    """
    async with (
        serve(always(reply())) as inner,
        serve(always(to(inner.url(host="0.0.0.0"))), host="127.0.0.2") as site,
        Fetcher(EAGER, public=internet("127.0.0.2", "0.0.0.0")) as fetcher,
    ):
        with pytest.raises(BadRedirect, match="private address"):
            await fetcher.session("p").send(Request(url=site.url()))
    assert inner.received == []


async def test_connection_that_was_there_already_is_checked() -> None:
    """The answer that came over an older connection to a private address is refused too."""
    async with (
        serve(always(reply(200, b"inner"))) as inner,
        serve(always(to(inner.url(host="0.0.0.0"))), host="127.0.0.2") as site,
        Fetcher(EAGER, public=internet("127.0.0.2", "0.0.0.0")) as fetcher,
    ):
        await fetcher.session("ours").send(Request(url=inner.url(host="0.0.0.0")))
        with pytest.raises(BadRedirect, match="private address"):
            await fetcher.session("p").send(Request(url=site.url()))


async def test_private_site_may_redirect_to_private_addresses() -> None:
    """A server of our own network may send us anywhere, and no name is looked up for it."""
    async with (
        serve(always(reply(200, b"inner")), host="127.0.0.2") as inner,
        serve(always(to(inner.url()))) as site,
        Fetcher(EAGER, resolve=nobody) as fetcher,
    ):
        assert (await fetcher.session("p").send(Request(url=site.url()))).content == b"inner"


async def test_downgrade_is_refused() -> None:
    """From https to http is refused, from http to https is not."""
    guard = Guard(httpx2.URL("https://a.example"), is_public, nobody)
    with pytest.raises(RedirectRefused, match="plain http"):
        await guard.check(httpx2.URL("https://a.example"), httpx2.URL("http://a.example"), by_name=True)
    await guard.check(httpx2.URL("http://a.example"), httpx2.URL("https://a.example"), by_name=True)


async def test_name_that_does_not_resolve_is_left_to_the_connection() -> None:
    """The guard does not fail on a name without addresses: connecting to it names that failure."""
    guard = Guard(httpx2.URL("https://a.example"), is_public, resolve)
    await guard.check(httpx2.URL("https://a.example"), httpx2.URL("https://does-not-exist.invalid"), by_name=True)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "198.18.0.7", "64:ff9b::101:101", "::ffff:1.1.1.1"])
def test_public_addresses(address: str) -> None:
    """Addresses of the internet are public, and so are the made ones that local proxies answer with."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
    ],
)
def test_private_addresses(address: str) -> None:
    """Private, loopback, link-local, shared, reserved and multicast addresses are not public, nor is what wraps them."""
    assert not is_public(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("LOCALHOST.", "127.0.0.1"),
        ("a.localhost", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("10.0.0.1.", "10.0.0.1"),
        ("example.com", None),
        ("1.example", None),
        ("榜.example", None),
    ],
)
def test_spellings_of_an_address(host: str, address: str | None) -> None:
    """Every spelling of an address that a connection would accept is known for what it is."""
    assert literal_address(host) == address


def test_belongs() -> None:
    """A host belongs to itself and to those above it, not to one that only ends alike."""
    assert belongs("weibo.com", "weibo.com")
    assert belongs("passport.weibo.com", "weibo.com")
    assert not belongs("evilweibo.com", "weibo.com")
    assert not belongs("weibo.com", "passport.weibo.com")


async def test_resolve_gives_all_addresses() -> None:
    """The resolver asks the machine, and says when there is nothing."""
    assert set(await resolve("localhost")) & {"127.0.0.1", "::1"}
    with pytest.raises(socket.gaierror):
        await resolve("does-not-exist.invalid")

"""Which redirects are followed: how many is `attempt`'s, where to is decided here.

A site on the internet must not be able to send us to an address that only we can reach. The address is checked three
times: as it is written, as its name resolves, and as the connection was really made, since a name may resolve twice to
different addresses. A request whose own host is private (a server of ours) may go anywhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import httpx2

_HEADERS_FOR_THE_HOST = frozenset({"authorization", "cookie", "proxy-authorization"})

# Proxies that answer every name with an address of this range (meant for benchmarks) say nothing of the real one.
_FAKE_ADDRESSES = ipaddress.ip_network("198.18.0.0/15")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str], Awaitable[Iterable[str]]]


class RedirectRefused(Exception):
    """The redirect is not followed. The text says where it goes and why that is not allowed."""


class Guard:
    """Watches the redirects of one request. `public` says whether an address is one of the internet, `resolve` finds a name's."""

    def __init__(self, first: httpx2.URL, public: Callable[[str], bool], resolve: Resolve) -> None:
        self._first = first
        self._public = public
        self._resolve = resolve
        written = literal_address(first.host)
        self._from_public = written is None or public(written)

    def note_first_peer(self, address: str) -> None:
        """Tell the address to which the request's own host led."""
        self._from_public = self._from_public and self._public(address)

    async def check(self, origin: httpx2.URL, target: httpx2.URL, *, by_name: bool) -> None:
        """Raise `RedirectRefused` where the redirect is out of bounds. `by_name` also looks up the target's name."""
        if target.scheme not in {"http", "https"} or not target.host:
            raise RedirectRefused("it redirects to something that is not an http or https address")
        if origin.scheme == "https" and target.scheme == "http":
            raise RedirectRefused(f"it redirects from https to plain http at {target.host}")
        if not self._from_public or target.host == self._first.host:
            return
        written = literal_address(target.host)
        if written is not None:
            self.check_address(target.host, written)
        elif by_name:
            with suppress(OSError, UnicodeError):  # A name that does not resolve is for the connection to report.
                for address in await self._resolve(target.host):
                    self.check_address(target.host, address)

    def check_address(self, host: str, address: str) -> None:
        """Raise `RedirectRefused` where the target's address is private, and the request's own host was not."""
        if self._from_public and not self._public(address):
            raise RedirectRefused(f"it redirects to {host}, which is a private address")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: not private, loopback, link-local, reserved or multicast."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        embedded = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _NAT64:
            embedded = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        parsed = embedded or parsed
    if parsed in _FAKE_ADDRESSES:
        return True
    return parsed.is_global and not parsed.is_multicast


def literal_address(host: str) -> str | None:
    """The IP address that a URL's host is, in any spelling that a connection accepts, `None` for a name."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(name))  # "127.1", "0x7f000001", "2130706433"
    except (OSError, UnicodeError):
        return None


async def resolve(host: str) -> list[str]:
    """All addresses of a name. Raises `OSError` when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def belongs(host: str, first: str) -> bool:
    """Whether a host is the first one or below it, so that what was meant for the first may be sent to it."""
    return host == first or host.endswith(f".{first}")


def without_secrets(headers: dict[str, str]) -> dict[str, str]:
    """The headers that may go to another host."""
    return {name: value for name, value in headers.items() if name not in _HEADERS_FOR_THE_HOST}

"""One attempt at one request: a chain of exchanges, each redirect being one more, until an answer or a named failure.

Retries are `client`'s. All exchanges of an attempt share its time limit; waiting for a host's turn does not count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import httpx2

from hotledger.fetch.bounded import BodyTooLarge, BodyUndecodable, codings_of, read_body
from hotledger.fetch.cookies import add_cookies
from hotledger.fetch.identity import headers_of
from hotledger.fetch.limits import Limits
from hotledger.fetch.naming import FAILURES, Place, name_failure, name_status
from hotledger.fetch.pace import Pace
from hotledger.fetch.redirects import Guard, RedirectRefused, Resolve, belongs, without_secrets
from hotledger.fetch.underway import Underway
from hotledger.model import Request, Response

_REDIRECT_BODY_BYTES = 64 * 1024


class Dial(NamedTuple):
    """A connection as it was made: the host asked for (another one than the URL's is a proxy), and the address that answered."""

    host: str
    address: str | None = None


class Tools(NamedTuple):
    """What all requests of a fetcher share. `dials` remembers, by origin, how its last connection was made."""

    client: httpx2.AsyncClient
    limits: Limits
    pace: Pace
    via: str | None
    user_agent: str | None
    now: Callable[[], datetime]
    public: Callable[[str], bool]
    resolve: Resolve
    dials: dict[str, Dial]
    clock: Callable[[], float]


class Hop(NamedTuple):
    """One exchange of the chain."""

    method: str
    url: httpx2.URL
    content: bytes | None


class Attempt:
    """One attempt. `sent` says whether a site may have received (a part of) the request."""

    def __init__(self, tools: Tools, request: Request, number: int, jar: httpx2.Cookies, own_cookie: str, underway: Underway) -> None:
        self.sent = False
        self._tools = tools
        self._request = request
        self._number = number
        self._jar = jar
        self._underway = underway
        self._own_cookie = own_cookie
        self._seconds_left = tools.limits.request_seconds
        self._url: httpx2.URL | None = None

    async def run(self) -> Response:
        """The answer, when its status is success. Raises a `FetchError`."""
        try:
            response = await self._follow(self._first())
        except FAILURES as error:
            raise name_failure(error, self._place()) from error
        if not 200 <= response.status < 300:
            raise name_status(response, self._place())
        return response

    def _first(self) -> Hop:
        url = httpx2.URL(self._request.url)
        if url.scheme not in {"http", "https"} or not url.host:
            raise httpx2.UnsupportedProtocol("not an http or https URL with a host")
        return Hop(self._request.method.upper(), url.copy_with(fragment=None), self._request.content)

    async def _follow(self, hop: Hop) -> Response:
        guard = Guard(hop.url, self._tools.public, self._tools.resolve)
        first = hop
        for _ in range(self._tools.limits.redirects + 1):
            self._url = hop.url
            answer = await self._exchange(hop, first, guard)
            if isinstance(answer, Response):
                return answer
            hop = answer
        raise RedirectRefused(f"it redirects more than {self._tools.limits.redirects} times")

    async def _exchange(self, hop: Hop, first: Hop, guard: Guard) -> Response | Hop:
        """Send one hop and read its answer: a response, or the next hop."""
        outgoing = self._outgoing(hop, first)
        wire = _Wire(self, hop, None if hop is first else guard)
        outgoing.extensions["trace"] = wire.note
        loop = asyncio.get_running_loop()
        async with self._tools.pace.turn(hop.url.host), self._underway.one(), asyncio.timeout(self._seconds_left) as limit:
            try:
                incoming = await self._tools.client.send(outgoing, stream=True)
            finally:
                await wire.drop_half_open()
            try:
                self._check_peer(hop, first, guard)
                self._jar.extract_cookies(incoming)
                answer = await self._read(incoming, hop, guard)
            finally:
                await incoming.aclose()
            self._seconds_left = max(0.0, (limit.when() or 0.0) - loop.time())
        return answer

    def _check_peer(self, hop: Hop, first: Hop, guard: Guard) -> None:
        """Look at the address that answered: a connection that was there already has not been checked when it was made."""
        address = self.peer(hop.url)
        if address is None:
            return
        if hop is first:
            guard.note_first_peer(address)
        else:
            guard.check_address(hop.url.host, address)

    def _outgoing(self, hop: Hop, first: Hop) -> httpx2.Request:
        own = headers_of(self._request.identity, self._request.headers, self._tools.user_agent)
        cookie = "; ".join(filter(None, [own.pop("cookie", ""), self._own_cookie]))
        if not belongs(hop.url.host, first.url.host):
            own, cookie = without_secrets(own), ""
        if hop.content is None:
            own.pop("content-type", None)
        headers = [(name.encode(), value.encode()) for name, value in own.items()]
        timeout = httpx2.Timeout(None, connect=self._tools.limits.connect_seconds)
        extensions: dict[str, Any] = {"timeout": timeout.as_dict()}
        outgoing = httpx2.Request(hop.method, hop.url, headers=headers, content=hop.content, extensions=extensions)
        add_cookies(outgoing, self._jar, cookie)
        return outgoing

    async def _read(self, incoming: httpx2.Response, hop: Hop, guard: Guard) -> Response | Hop:
        if not incoming.has_redirect_location:
            return await self._response(incoming)
        if incoming.next_request is None:
            raise RedirectRefused("it redirects to something that is not an address")
        target = incoming.next_request
        by_name = self._tools.via is None and self._proxy(hop.url) is None
        await guard.check(hop.url, target.url, by_name=by_name)
        with suppress(BodyTooLarge):  # Read it, so that the connection can be used again.
            await read_body(incoming.aiter_raw(), [], _REDIRECT_BODY_BYTES)
        content = hop.content if target.method == hop.method else None
        return Hop(target.method, target.url.copy_with(fragment=None), content)

    async def _response(self, incoming: httpx2.Response) -> Response:
        content = b""
        try:
            content = await self._body(incoming)
        except (BodyTooLarge, BodyUndecodable):
            if incoming.is_success:
                raise  # Else the status says more than the body would have.
        return Response(
            url=str(incoming.request.url),
            status=incoming.status_code,
            content=content,
            received_at=self._tools.now(),
            headers={name.lower(): value for name, value in incoming.headers.items()},
            attempts=self._number,
        )

    async def _body(self, incoming: httpx2.Response) -> bytes:
        if incoming.request.method == "HEAD":
            return b""
        limit_bytes = self._tools.limits.body_bytes
        announced = incoming.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit_bytes:
            raise BodyTooLarge(f"it has {announced} bytes, the limit is {limit_bytes}")
        codings = codings_of(incoming.headers.get("content-encoding", ""))
        return await read_body(incoming.aiter_raw(), codings, limit_bytes)

    def note_dial(self, url: httpx2.URL, dial: Dial) -> None:
        """Remember how the connection for a URL is made."""
        self._tools.dials[_origin(url)] = dial

    def peer(self, url: httpx2.URL) -> str | None:
        """The address of the URL's host, where we are connected to the host itself."""
        dial = self._tools.dials.get(_origin(url))
        return dial.address if dial is not None and self._tools.via is None and self._proxy(url) is None else None

    def _proxy(self, url: httpx2.URL) -> str | None:
        """The proxy through which the URL's host was connected, if any."""
        dial = self._tools.dials.get(_origin(url))
        is_direct = dial is None or dial.host == url.raw_host.decode("ascii")
        return None if dial is None or is_direct or self._tools.via is not None else dial.host

    def _place(self) -> Place:
        if self._url is None:
            return Place("the request", self._number, self._tools.limits)
        return Place(self._url.host, self._number, self._tools.limits, self._tools.via, self._proxy(self._url))


class _Wire:
    """Told by the connection pool what happens below one exchange: where it connects to, and when it begins to send."""

    def __init__(self, attempt: Attempt, hop: Hop, guard: Guard | None) -> None:
        self._attempt = attempt
        self._hop = hop
        self._guard = guard
        self._host = ""
        self._half_open: Any = None

    async def note(self, event: str, info: dict[str, Any]) -> None:
        """One event of the pool's trace."""
        if event == "connection.connect_tcp.started":
            self._host = info["host"]
            self._attempt.note_dial(self._hop.url, Dial(self._host))
        elif event == "connection.connect_tcp.complete":
            await self._connected(info["return_value"])
        elif event.endswith(".start_tls.complete"):
            self._half_open = None
        elif event.endswith(".send_request_headers.started"):
            self._half_open = None
            self._attempt.sent = True

    async def drop_half_open(self) -> None:
        """Close the connection that a cancelled TLS handshake has left: the pool forgets it (httpcore2 2.16)."""
        if self._half_open is not None:
            await self._half_open.aclose()

    async def _connected(self, stream: Any) -> None:
        """Hang up on a private address before anything is sent to it, if we were sent there from a public one."""
        self._half_open = stream
        with suppress(OSError):  # The peer has gone already; sending will say so.
            self._attempt.note_dial(self._hop.url, Dial(self._host, stream.get_extra_info("server_addr")[0]))
        address = self._attempt.peer(self._hop.url)
        if self._guard is not None and address is not None:
            self._guard.check_address(self._hop.url.host, address)


def _origin(url: httpx2.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"

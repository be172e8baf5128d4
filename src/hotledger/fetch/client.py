"""The only HTTP to the outside: requests in, responses or named failures out. Never what a body means.

A `Fetcher` serves a whole batch and keeps the connections and each host's pace. A `Session` is one reading of one
platform: it has its own cookies, and tries again where that can help.
"""

from __future__ import annotations

import asyncio
import itertools
import random as chance
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType, TracebackType
from typing import Self

import httpx2

from hotledger.errors import BadStatus, FetchError, SettingsError
from hotledger.fetch import redirects, retry
from hotledger.fetch.attempt import Attempt, Tools
from hotledger.fetch.limits import Limits
from hotledger.fetch.pace import Pace
from hotledger.fetch.underway import Underway
from hotledger.fetch.via import ViaTransport, shown_via
from hotledger.model import Request, Response

_DEFAULT_LIMITS = Limits()
_NO_COOKIES: Mapping[str, str] = MappingProxyType({})


def _now() -> datetime:
    return datetime.now(UTC)


class Fetcher:
    """Opens sessions. `cookies` are the user's own, raw `Cookie` headers by platform; `user_agent` replaces every identity's.

    With `via`, every request goes to that server in place of its own host, and proxies are not used.
    `clock` counts seconds for the pace; `public` and `resolve` are what the guard of redirects asks.
    """

    def __init__(  # noqa: PLR0913 - settings, and what tests put in place of time, chance and the network
        self,
        limits: Limits = _DEFAULT_LIMITS,
        *,
        via: str | None = None,
        cookies: Mapping[str, str] = _NO_COOKIES,
        user_agent: str | None = None,
        now: Callable[[], datetime] = _now,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
        clock: Callable[[], float] = time.monotonic,
        public: Callable[[str], bool] = redirects.is_public,
        resolve: redirects.Resolve = redirects.resolve,
    ) -> None:
        self._cookies = cookies
        self._sleep = sleep
        self._random = random
        self._tools = Tools(
            client=open_client(via),
            limits=limits,
            pace=Pace(limits.host_concurrency, limits.host_interval_seconds, clock, sleep),
            via=None if via is None else shown_via(via),
            user_agent=user_agent,
            now=now,
            public=public,
            resolve=resolve,
            dials={},
            clock=clock,
        )

    async def __aenter__(self) -> Self:
        await self._tools.client.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._tools.client.__aexit__(kind, error, trace)

    def session(self, platform: str) -> Session:
        """A session for one reading of a platform."""
        return Session(self._tools, self._cookies.get(platform, ""), self._sleep, self._random)


class Session:
    """Sends the requests of one reading. `attempts` counts all attempts so far, retries included, and `fetching_seconds` the time in which
    any of them was under way."""

    def __init__(
        self,
        tools: Tools,
        own_cookie: str,
        sleep: Callable[[float], Awaitable[object]],
        random: Callable[[], float],
    ) -> None:
        self.attempts = 0
        self._tools = tools
        self._own_cookie = own_cookie
        self._sleep = sleep
        self._random = random
        self._jar = httpx2.Cookies()
        self._underway = Underway(tools.clock)

    @property
    def fetching_seconds(self) -> float:
        return self._underway.seconds

    async def send(self, request: Request) -> Response:
        """The answer to one request. Raises a `FetchError`, named for the way in which the last attempt failed."""
        for number in itertools.count(1):
            self.attempts += 1
            own_cookie = self._own_cookie if request.own_cookie else ""
            attempt = Attempt(self._tools, request, number, self._jar, own_cookie, self._underway)
            try:
                return await attempt.run()
            except FetchError as error:
                delay_seconds = self._delay_seconds(error, attempt, request, number)
                if delay_seconds is None:
                    raise
            await self._sleep(delay_seconds)
        raise AssertionError("unreachable: the loop ends by returning or raising")

    async def send_all(self, requests: list[Request]) -> list[Response]:
        """The answers, in the order of the requests, which are sent together. The first failure ends the others and is raised."""
        tasks = [asyncio.create_task(self.send(request)) for request in requests]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _delay_seconds(self, error: FetchError, attempt: Attempt, request: Request, number: int) -> float | None:
        """How long to wait before the next attempt, `None` when there is to be none."""
        limits = self._tools.limits
        if number >= limits.attempts or not retry.can_help(error, request.method.upper(), sent=attempt.sent):
            return None
        delay_seconds = retry.delay_seconds(error, number, limits, self._random, self._tools.now())
        if delay_seconds is not None and isinstance(error, BadStatus) and retry.asks_to_wait(error.response):
            self._tools.pace.hold(httpx2.URL(error.response.url).host, delay_seconds)
        return delay_seconds


def open_client(via: str | None = None) -> httpx2.AsyncClient:
    """The HTTP client: HTTP/2, proxies from the environment, no cookies and redirects of its own."""
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    transport = None if via is None else ViaTransport(via, httpx2.AsyncHTTPTransport(http2=True))
    # Each host has few places of its own, so the pool as a whole needs no limit.
    pool = httpx2.Limits(max_connections=None, max_keepalive_connections=40, keepalive_expiry=15.0)
    try:
        return httpx2.AsyncClient(http2=True, transport=transport, cookies=no_cookies, limits=pool)
    except (ImportError, ValueError) as error:
        raise SettingsError(f"The proxy of the environment can't be used: {_first_sentence(error)}") from error


def _first_sentence(error: Exception) -> str:
    if isinstance(error, ImportError):
        return "SOCKS proxies need `pip install 'httpx2[socks]'`."
    return "it must be an http, https or socks5 URL (see HTTP_PROXY, HTTPS_PROXY, ALL_PROXY)."

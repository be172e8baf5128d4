"""Gives each way to fail its name, and a sentence with the host, what happened and after how many attempts.

Failures are told apart by type, errno and cause, never by text. The sentences hold no path, query, header or cookie.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import NamedTuple

import h2.exceptions
import httpx2

from hotledger.errors import (
    BadEncoding,
    BadRedirect,
    BadStatus,
    ConnectFailed,
    ConnectionLost,
    FetchError,
    NameNotResolved,
    ProxyFailed,
    RequestTimeout,
    TlsFailed,
    TooLarge,
)
from hotledger.fetch.bounded import BodyTooLarge, BodyUndecodable
from hotledger.fetch.limits import Limits
from hotledger.fetch.redirects import RedirectRefused
from hotledger.model import Response

_STATUS_WORDS = {401: "it wants a login", 403: "it refuses us", 404: "there is no such page", 429: "we are asking too often"}

_REFUSED_BY_US: dict[type[Exception], tuple[type[FetchError], str]] = {
    BodyTooLarge: (TooLarge, "the body is too large: "),
    BodyUndecodable: (BadEncoding, "the body can't be decompressed: "),
    RedirectRefused: (BadRedirect, ""),
}

# Every failure that sending a request or reading its answer can end with.
FAILURES: tuple[type[Exception], ...] = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    OSError,  # TimeoutError and ssl.SSLError too
    UnicodeError,
    h2.exceptions.H2Error,
    *_REFUSED_BY_US,
)


class Place(NamedTuple):
    """Where a request was when it failed: its host, the server in place of it or the proxy before it, and the attempt."""

    host: str
    attempt: int
    limits: Limits
    via: str | None = None
    proxy: str | None = None

    def says(self, what: str) -> str:
        """The sentence for people."""
        return f"{self.host}: {what} (after {self.attempt} {'attempt' if self.attempt == 1 else 'attempts'})."

    @property
    def server(self) -> str:
        """The machine that we talk to first."""
        if self.via is not None:
            return f"the server at {self.via}, to which all requests are sent,"
        return f"the proxy {self.proxy}" if self.proxy is not None else "the host"


def name_failure(error: Exception, place: Place) -> FetchError:
    """The named error for a failure; the caller raises it from the failure."""
    for kind, (named, what) in _REFUSED_BY_US.items():
        if isinstance(error, kind):
            return named(place.says(f"{what}{error}"))
    if isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout)):
        return _name_connect_failure(error, place)
    if isinstance(error, httpx2.ProxyError):
        return ProxyFailed(place.says(f"the proxy refuses the connection: {str(error)[:60]}"))
    if isinstance(error, (httpx2.TimeoutException, TimeoutError)):
        return RequestTimeout(place.says(f"no whole answer within {place.limits.request_seconds:g} seconds"))
    return _name_broken_exchange(error, place)


def name_status(response: Response, place: Place) -> BadStatus:
    """The error for an answer whose status is not success."""
    words = _STATUS_WORDS.get(response.status, "")
    return BadStatus(place.says(f"it answered with status {response.status}{words and ': '}{words}"), response)


def _name_connect_failure(error: Exception, place: Place) -> FetchError:
    causes = list(causes_of(error))
    behind = place.via is not None or place.proxy is not None
    # The peer hanging up in mid-handshake says nothing about certificates.
    if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)) for cause in causes):
        return TlsFailed(place.says(f"no secure connection: {_tls_reason(causes)}"))
    if place.proxy is not None:
        return ProxyFailed(place.says(f"{place.server} can't be reached"))
    if isinstance(error, httpx2.ConnectTimeout):
        return RequestTimeout(place.says(f"{place.server} did not take a connection within {place.limits.connect_seconds:g} seconds"))
    if not behind and any(isinstance(cause, (socket.gaierror, UnicodeError)) for cause in causes):
        return NameNotResolved(place.says("the name can't be resolved to an address"))
    return ConnectFailed(place.says(f"{place.server} can't be reached"))


def _name_broken_exchange(error: Exception, place: Place) -> FetchError:
    causes = list(causes_of(error))
    if isinstance(error, UnicodeError):
        return NameNotResolved(place.says("the name is not one that can be resolved"))
    # Of our own headers h11 says so; h2 says "local" too when the site has closed the connection under us.
    if isinstance(error, httpx2.LocalProtocolError) and not any(isinstance(cause, h2.exceptions.H2Error) for cause in causes):
        return FetchError(place.says("the request can't be written: a header holds what a header may not hold"))
    if isinstance(error, (httpx2.UnsupportedProtocol, httpx2.InvalidURL)):
        return FetchError(place.says("the address is not one that can be requested"))
    return ConnectionLost(place.says("the connection broke before the whole answer had come"))


def _tls_reason(causes: list[BaseException]) -> str:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not valid: {cause.verify_message}"
    return "the TLS handshake failed"


def causes_of(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, groups of errors opened.

    The connection pool cuts the chain of causes off; the error that it passes on then has its cause as its argument.
    The context is not followed: it may be an older failure, that somebody was handling when this one happened.
    """
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from causes_of(part)
        wrapped = error.args[0] if error.args and isinstance(error.args[0], BaseException) else None
        error = error.__cause__ or wrapped

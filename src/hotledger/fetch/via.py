"""Sends every request to one server in place of its own host, at the lowest level: cookies, pacing and redirects don't notice.

`https://host/path?query` becomes `VIA/https/host/path?query`.
"""

from __future__ import annotations

import httpx2

from hotledger.errors import SettingsError


class ViaTransport(httpx2.AsyncBaseTransport):
    """Rewrites the address of each request and hands it to `inner`."""

    def __init__(self, via: str, inner: httpx2.AsyncBaseTransport) -> None:
        self._via = via_url(via)
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request to the other server; the client goes on thinking of the URL it gave."""
        there = b"/".join([self._via.raw_path.rstrip(b"/"), request.url.raw_scheme, request.url.netloc])
        headers = httpx2.Headers(request.headers.raw)
        headers["host"] = self._via.netloc.decode("ascii")
        rewritten = httpx2.Request(
            request.method,
            self._via.copy_with(raw_path=there + request.url.raw_path),
            headers=headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(rewritten)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def via_url(via: str) -> httpx2.URL:
    """The address of the other server. Raises `SettingsError` unless it is an http(s) URL with a host and no query."""
    try:
        url = httpx2.URL(via)
    except httpx2.InvalidURL as error:
        raise SettingsError(f"The `via` address {via!r} is not a URL: {error}.") from error
    if url.scheme not in {"http", "https"} or not url.host or url.query:
        raise SettingsError(f"The `via` address {via!r} must look like http://127.0.0.1:9000.")
    return url


def shown_via(via: str) -> str:
    """The address of the other server as it may be shown: without user and password."""
    url = via_url(via)
    return f"{url.scheme}://{url.netloc.decode('ascii')}"

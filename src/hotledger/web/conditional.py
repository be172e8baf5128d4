"""How answers travel: not at all where the client has them (ETag), compressed as it understands, without their body for HEAD.

An answer that is whole gets a strong tag over its bytes, unless it brings one of its own. A stream is passed on as it comes.
"""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from typing import Protocol

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LEAST_COMPRESSED = 1000
_MOST_COMPRESSED_AT_ONCE = 128 * 1024
_MOST_HELD = 8 * 1024 * 1024
_TEXT = ("text/", "application/json", "application/xml", "application/atom+xml", "application/rss+xml", "application/feed+json",
         "application/openmetrics-text", "application/javascript", "image/svg+xml")  # fmt: skip
_EVENTS = "text/event-stream"
_CACHING = "private, no-cache"


class Conditional:
    """ASGI: answers GET and HEAD as the client's headers ask for; anything else goes through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        answer = _Answer(Headers(scope=scope), send, without_body=scope["method"] == "HEAD")
        await self._app({**scope, "method": "GET", "extensions": {}}, answer.receiving(receive), answer.send)


class _Answer:
    """One answer on its way."""

    def __init__(self, asked: Headers, send: Send, *, without_body: bool) -> None:
        self._asked = asked
        self._send = send
        self._without_body = without_body
        self._begin: Message = {}
        self._held: list[bytes] = []
        self._compressor: _Compressor | None = None
        self._streams = self._ended = False

    def receiving(self, receive: Receive) -> Receive:
        """What the application receives: that nobody listens any more, once a HEAD is answered."""

        async def received() -> Message:
            return {"type": "http.disconnect"} if self._ended else await receive()

        return received

    async def send(self, message: Message) -> None:
        """Take one message of the application."""
        if message["type"] == "http.response.start":
            self._begin = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        elif self._streams:
            await self._pass_on(message.get("body", b""), bool(message.get("more_body")))
        else:
            await self._take(message.get("body", b""), bool(message.get("more_body")))

    async def _take(self, part: bytes, more: bool) -> None:
        headers = MutableHeaders(raw=self._begin["headers"])
        if more and int(headers.get("content-length", _MOST_HELD)) >= _MOST_HELD:
            await self._begin_stream(headers)
            await self._pass_on(part, more)
            return
        self._held.append(part)
        if not more:
            await self._send_whole(headers, b"".join(self._held))

    async def _send_whole(self, headers: MutableHeaders, body: bytes) -> None:
        _cache(headers, self._begin["status"])
        coding = self._coding(headers) if len(body) >= _LEAST_COMPRESSED else None
        if self._begin["status"] == 200:
            tag = _tagged(headers, body, coding)
            if _is_among(tag, self._asked.get("if-none-match", "")):
                await self._send_unchanged(headers)
                return
        if coding:
            body = await _compressed(body, coding)
            headers["content-encoding"] = coding
        if body or "content-length" in headers:
            headers["content-length"] = str(len(body))
        await self._send(self._begin)
        await self._send({"type": "http.response.body", "body": b"" if self._without_body else body})

    async def _send_unchanged(self, headers: MutableHeaders) -> None:
        for name in ("content-length", "content-type"):
            del headers[name]
        await self._send({**self._begin, "status": 304})
        await self._send({"type": "http.response.body", "body": b""})

    async def _begin_stream(self, headers: MutableHeaders) -> None:
        self._streams = True
        _cache(headers, self._begin["status"])
        coding = self._coding(headers)
        if coding:
            self._compressor = _compressor(coding)
            headers["content-encoding"] = coding
            del headers["content-length"]
        await self._send(self._begin)

    async def _pass_on(self, part: bytes, more: bool) -> None:
        if self._ended:
            return
        if self._without_body:
            part, more = b"", False
        elif self._compressor is not None:
            part = self._compressor.process(part) + (self._compressor.flush() if more else self._compressor.finish())
        self._ended = not more
        await self._send({"type": "http.response.body", "body": part, "more_body": more})

    def _coding(self, headers: MutableHeaders) -> str | None:
        """The coding for an answer; `Vary` says that it was chosen."""
        media = headers.get("content-type", "")
        if self._begin["status"] == 206 or not media.startswith(_TEXT) or media.startswith(_EVENTS) or "content-encoding" in headers:
            return None
        headers.add_vary_header("Accept-Encoding")
        return chosen_coding(self._asked.get("accept-encoding", ""))


def chosen_coding(accepted: str) -> str | None:
    """The coding that an `Accept-Encoding` likes best, of those that we know: `br`, `gzip`, or none."""
    weights = dict(_weighed(each) for each in accepted.lower().split(",") if each.strip())
    likings = {coding: weights.get(coding, weights.get("*", 0.0)) for coding in ("br", "gzip")}
    best = max(likings, key=likings.__getitem__)
    return best if likings[best] > 0 else None


def _weighed(wish: str) -> tuple[str, float]:
    name, _, weight = wish.partition(";q=")
    try:
        return name.strip(), float(weight or 1)
    except ValueError:
        return name.strip(), 0.0


def _cache(headers: MutableHeaders, status: int) -> None:
    headers.setdefault("cache-control", _CACHING if status < 400 else "no-store")
    if headers.get("content-type", "").startswith("text/html"):
        headers.add_vary_header("Accept-Language, Cookie")


def _tagged(headers: MutableHeaders, body: bytes, coding: str | None) -> str:
    """The answer's tag, a strong one told apart by its coding; put into its headers."""
    tag = headers.get("etag") or f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    if coding and not tag.startswith("W/"):
        tag = f'{tag[:-1]}-{coding}"'
    headers["etag"] = tag
    return tag


def _is_among(tag: str, asked: str) -> bool:
    """Whether a tag is among those of an `If-None-Match`, compared weakly as RFC 9110 says."""
    return asked.strip() == "*" or tag.removeprefix("W/") in {each.strip().removeprefix("W/") for each in asked.split(",")}


class _Compressor(Protocol):
    def process(self, part: bytes) -> bytes: ...
    def flush(self) -> bytes: ...
    def finish(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._compress = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def process(self, part: bytes) -> bytes:
        return self._compress.compress(part)

    def flush(self) -> bytes:
        return self._compress.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._compress.flush()


def _compressor(coding: str) -> _Compressor:
    made: _Compressor = brotli.Compressor(quality=5) if coding == "br" else _Gzip()
    return made


async def _compressed(body: bytes, coding: str) -> bytes:
    """The body in a coding; a large one in a thread, so that other answers don't wait."""
    if len(body) > _MOST_COMPRESSED_AT_ONCE:
        return await asyncio.to_thread(_compress, body, coding)
    return _compress(body, coding)


def _compress(body: bytes, coding: str) -> bytes:
    compressor = _compressor(coding)
    return compressor.process(body) + compressor.finish()

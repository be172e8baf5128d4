"""Who may come in, how much each may ask, and what a browser may do with our pages."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from urllib.parse import parse_qs, quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from pydantic import SecretStr
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotledger.web.origin import Network, Origin, is_known, is_ours, origin
from hotledger.web.passwords import matches
from hotledger.web.showing import language_of, show
from hotledger.web.throttle import Buckets
from hotledger.web.visits import Visit, Visits
from hotledger.web.words import said

log = structlog.get_logger("hotledger.web")

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; object-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms. Links that lead outside say `no-referrer` themselves.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_OPEN = {"/healthz", "/readyz", "/login"}
_FILES = "/static/"
_READING = {"GET", "HEAD", "OPTIONS"}
_FORM = "application/x-www-form-urlencoded"
_HASHES = 2  # at a time: each takes 32 MiB
_LOGINS, _LOGIN_A_SECOND = 5, 1 / 30
_UNKEPT = {"Cache-Control": "no-store"}
_A_YEAR = "max-age=31536000"


@dataclass(frozen=True)
class Security:
    """The rules of one server. By default for this machine alone: no login, no limit to how often it is asked.

    `names` are the hosts by which it may be asked for, beside this machine and bare addresses. With a `token` or a `password_hash`, nobody
    comes in without one of them.
    """

    names: frozenset[str] = frozenset()
    token: SecretStr | None = None
    password_hash: SecretStr | None = None
    key: bytes = field(default_factory=partial(secrets.token_bytes, 32), repr=False)
    session_seconds: float = 7 * 86400
    over_https: bool = False
    proxies: tuple[Network, ...] = ()
    requests_a_minute: float = 0
    body_bytes: int = 64 * 1024
    answer_seconds: float = 30
    now: Callable[[], float] = time.time
    logins: Buckets = field(init=False, repr=False)
    hashing: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, _HASHES), init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "logins", Buckets(_LOGINS, _LOGIN_A_SECOND, self.now))

    @property
    def asks(self) -> bool:
        """Whether one has to say who one is."""
        return self.token is not None or self.password_hash is not None

    @property
    def visits(self) -> Visits:
        """The visits under these rules; with another password or token, all who had come in are out."""
        return Visits(hmac.new(self.key, f"{_text(self.token)}\n{_text(self.password_hash)}".encode(), hashlib.sha256).digest(),
                      self.session_seconds, self.now)  # fmt: skip

    def knows_token(self, said: str) -> bool:
        """Whether it is the token, compared in constant time."""
        return self.token is not None and hmac.compare_digest(said.encode(), _text(self.token).encode())

    async def knows(self, said: str) -> bool:
        """Whether it is the password, or the token."""
        if self.knows_token(said):
            return True
        if self.password_hash is None:
            return False
        async with self.hashing:
            return await asyncio.to_thread(matches, said, _text(self.password_hash))

    def guard(self, app: FastAPI) -> None:
        """Put the rules before every page."""
        app.state.security = self
        app.add_middleware(_Guard, security=self)


class _Refused(Exception):
    """That a request goes no further; `key` names the sentence that says why."""

    def __init__(self, status: int, key: str, **headers: str) -> None:
        super().__init__(key)
        self.status, self.key, self.headers = status, key, {name.replace("_", "-"): value for name, value in headers.items()} | _UNKEPT


class _Guard:
    """Stands before the application: checks each request, and gives each answer its headers."""

    def __init__(self, app: ASGIApp, security: Security) -> None:
        self._app, self._security, self._visits = app, security, security.visits
        self._requests = Buckets(max(1.0, security.requests_a_minute / 4), security.requests_a_minute / 60, security.now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await (_closed(send) if scope["type"] == "websocket" else self._app(scope, receive, send))
            return
        asked = origin(scope, self._security.proxies)
        visit = self._visits.opened(Request(scope).cookies.get(self._visits.cookie))
        request = Request(_as_asked(scope, asked, visit), receive)
        answer = _Answer(self._security, request, visit, send)
        refused: _Refused | None = None
        try:
            async with asyncio.timeout(self._security.answer_seconds) as limit:
                answer.begun = partial(limit.reschedule, None)  # a stream may go on for as long as it likes
                checked = await self._checked(request, asked, visit, receive)
                await self._app(request.scope, checked, answer)
        except _Refused as error:
            refused = error
        except TimeoutError:
            refused = _Refused(503, "too_slow", Retry_After="30")
            if answer.status:
                raise
        except Exception:
            refused = _Refused(500, "failed")
            raise
        finally:
            answer.begun = lambda: None
            if refused and not answer.status:
                await _refusal(request, refused)(request.scope, receive, answer)
            log.debug("request", method=request.method, path=request.url.path, status=answer.status, client=asked.client)

    async def _checked(self, request: Request, asked: Origin, visit: Visit, receive: Receive) -> Receive:
        """What the application may receive. Raises `_Refused`."""
        if not is_known(asked.host, self._security.names):
            raise _Refused(400, "unknown_host")
        wait = self._requests.take(asked.client)
        if wait:
            raise _Refused(429, "too_many", Retry_After=str(ceil(wait)))
        by_token = self._come_in(request, visit)
        if _length(request) > self._security.body_bytes:
            raise _Refused(413, "too_large")
        if request.method in _READING:
            return receive
        if not is_ours(request.headers, asked):
            raise _Refused(403, "other_site")
        body = await _read(receive, self._security.body_bytes)
        if not by_token and not self._visits.proved(visit, _token(request, body)):
            raise _Refused(403, "old_form")
        return _once_more(body, receive)

    def _come_in(self, request: Request, visit: Visit) -> bool:
        """Whether it was let in in a way that no browser takes by itself. Raises `_Refused`."""
        scheme, said = _shown(request)
        if scheme in {"bearer", "basic"} and self._security.asks:
            if not self._security.knows_token(said):
                raise _Refused(401, "wrong_token", WWW_Authenticate='Bearer error="invalid_token"')
            return scheme == "bearer"
        if self._security.asks and not visit.entered and not _is_open(request.url.path):
            raise _Refused(401, "login_first", WWW_Authenticate="Bearer")
        return False


class _Answer:
    """Sends on what the application says, with our headers."""

    def __init__(self, security: Security, request: Request, visit: Visit, send: Send) -> None:
        self._security, self._request, self._visit, self._send = security, request, visit, send
        self.status = 0
        self.begun: Callable[[], None] = lambda: None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun()
            self.status = message["status"]
            self._add(MutableHeaders(scope=message))
        await self._send(message)

    def _add(self, headers: MutableHeaders) -> None:
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        secure = self._security.over_https or self._request.url.scheme == "https"
        if secure:
            headers.setdefault("Strict-Transport-Security", _A_YEAR)
        if self._visit.changed:
            headers.append("Set-Cookie", self._visit.visits.sealed(self._visit, secure=secure))
            headers["Cache-Control"] = "no-store"
        elif self._security.asks and not self._request.url.path.startswith(_FILES):
            headers["Cache-Control"] = headers.get("Cache-Control", "no-cache").replace("public", "private")
            headers.add_vary_header("Cookie")


def _shown(request: Request) -> tuple[str, str]:
    """How a program says who it is: by the token, or (as readers of feeds can) by a user of any name with the token as its password."""
    scheme, _, said = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return scheme.lower(), said.strip()
    try:
        return "basic", b64decode(said, validate=True).decode().partition(":")[2]
    except ValueError:
        return "basic", ""


def _is_open(path: str) -> bool:
    """Whether it is shown to everybody, since it shows nothing."""
    return path in _OPEN or path.startswith(_FILES)


async def _closed(send: Send) -> None:
    """Nothing of ours is a web socket, so that none comes past the rules."""
    await send({"type": "websocket.close", "code": 1008})


def _as_asked(scope: Scope, asked: Origin, visit: Visit) -> Scope:
    """The request as its client has made it, before the proxy."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    told = {"client": (asked.client, 0), "scheme": asked.scheme, "headers": [(b"host", asked.host.encode("latin-1")), *headers]}
    return {**scope, **told, "state": {**scope.get("state", {}), "visit": visit}}


def _refusal(request: Request, refused: _Refused) -> Response:
    """The sentence, in the form that is asked for."""
    program = request.url.path.startswith("/api/")
    browser = "text/html" in request.headers.get("accept", "") and not program
    if refused.key == "login_first" and browser and request.method in _READING:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(here, safe='')}", 303)
    sentence = said(f"security.{refused.key}", language_of(request))
    if program:
        return JSONResponse({"detail": sentence}, refused.status, refused.headers)
    if not browser or refused.status == 429:
        return PlainTextResponse(sentence + "\n", refused.status, refused.headers)
    response = show(request, "failed.html", status=refused.status, sentence=sentence)
    response.headers.update(refused.headers)
    return response


def _length(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


async def _read(receive: Receive, most: int) -> bytes:
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
        if len(body) > most:
            raise _Refused(413, "too_large")
    return bytes(body)


def _once_more(body: bytes, receive: Receive) -> Receive:
    """Receive what was read already, then what follows."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received


def _token(request: Request, body: bytes) -> str:
    """The token of a form: in a header, else in its field."""
    given = request.headers.get("x-csrf-token")
    if given is not None or not request.headers.get("content-type", "").startswith(_FORM):
        return given or ""
    try:
        return parse_qs(body.decode("utf-8"), max_num_fields=100).get("csrf_token", [""])[0]
    except ValueError:
        return ""


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""

"""The store over Supabase's REST API, which is PostgREST behind a gateway: one POST a call, and no state between two of them.

Failures are told by PostgREST's `code` and by the HTTP status, never by text. What answers without either, such as a page of a gateway,
counts as a database that can't be reached now.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import ssl
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
import msgspec

from hotledger import __version__
from hotledger.errors import SchemaMissing, SettingsError, StoreError, StoreRejected, StoreUnavailable
from hotledger.store.failures import Cures, first_line, named

_API = "/rest/v1"
_LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
_CONNECTIONS = 8
_IDLE_SECONDS = 30.0
_RELOAD = "Where it was pasted already, let the API see it: NOTIFY pgrst, 'reload schema';"
_MISSING = ("PGRST202", "PGRST203", "PGRST205")
_NO_DATABASE = ("PGRST000", "PGRST001", "PGRST002", "PGRST003")
_KEY_REFUSED = ("PGRST301", "PGRST302", "PGRST303")
_LATER = {402, 408, 425, 429}
_PAUSED = 540
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_GONE = (httpx2.ReadError, httpx2.WriteError, httpx2.CloseError, httpx2.RemoteProtocolError)


class Kind(StrEnum):
    """What a key is, as far as it says itself. `PUBLIC` ones may only record, with a collector's token."""

    PRIVATE = "private"
    PUBLIC = "public"
    OTHER = "other"


class Told(msgspec.Struct, frozen=True):
    """The part of an error's body that we read: PostgREST gives both, the gateway mostly a message alone."""

    code: str | None = None
    message: str | None = None


class Reply(NamedTuple):
    """One answer, read whole."""

    status: int
    content: bytes


class SupabaseStore:
    """One project's REST API. `wait_seconds` is the time limit of one call."""

    def __init__(self, url: str, key: str, *, wait_seconds: float = 30) -> None:
        self._url = api_address(url)
        self._key = _checked(key)
        self._wait_seconds = wait_seconds
        self._client = httpx2.AsyncClient(
            headers={
                "apikey": key,
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "Content-Type": "application/json",
                "Content-Profile": "public",
                "User-Agent": f"hotledger/{__version__}",
                # The new keys are no JWT, and the API refuses them as one.
                **({"Authorization": f"Bearer {key}"} if _is_jwt(key) else {}),
            },
            timeout=httpx2.Timeout(wait_seconds),
            limits=httpx2.Limits(max_connections=_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS),
            verify=_tls(),
            trust_env=urlsplit(self._url).hostname not in _LOOPBACK,
        )

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        """See `Store.call`."""
        content = msgspec.json.encode(arguments)
        try:
            async with asyncio.timeout(self._wait_seconds):
                reply = await self._posted(function, content)
        except TimeoutError as error:
            raise StoreUnavailable(f"Supabase did not answer within {self._wait_seconds:g} s.") from error
        except httpx2.HTTPError as error:
            raise StoreUnavailable(f"Supabase can't be reached: {_reason(error)}.") from error
        if reply.status not in (200, 204):
            raise self._failure(reply)
        try:
            return msgspec.json.decode(reply.content) if reply.content else None
        except msgspec.DecodeError as error:
            raise StoreUnavailable(
                "Something else than Supabase's API answered: see whether a proxy or a login page is between."
            ) from error

    async def see(self, relation: str) -> None:
        """See that the API knows a table or view, and that the key may read it. Raises as `call` does."""
        try:
            reply = await self._client.get(f"{self._url}{_API}/{relation}", params={"limit": "0"}, headers={"Accept-Profile": "public"})
        except httpx2.HTTPError as error:
            raise StoreUnavailable(f"Supabase can't be reached: {_reason(error)}.") from error
        if reply.status_code != 200:
            raise self._failure(Reply(reply.status_code, reply.content))

    def another(self) -> SupabaseStore:
        """See `Store.another`."""
        return SupabaseStore(self._url, self._key, wait_seconds=self._wait_seconds)

    async def close(self) -> None:
        """See `Store.close`."""
        await self._client.aclose()

    async def _posted(self, function: str, content: bytes) -> Reply:
        try:
            return await self._post(function, content)
        except _GONE:
            # Gateways close idle connections as they like. The call may have been done, but every call can be made twice.
            return await self._post(function, content)

    async def _post(self, function: str, content: bytes) -> Reply:
        async with self._client.stream("POST", f"{self._url}{_API}/rpc/{function}", content=content) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _LARGEST_ANSWER_BYTES:
                    raise StoreRejected(f"Supabase's answer is larger than {_LARGEST_ANSWER_BYTES >> 20} MiB: ask for less.")
            return Reply(response.status_code, bytes(body))

    def _failure(self, reply: Reply) -> StoreError:
        try:
            told = msgspec.json.decode(reply.content, type=Told)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return StoreUnavailable(_without_words(reply.status), str(reply.status))
        said = first_line(told.message or "", f"HTTP {reply.status}")
        code = told.code or ""
        if code in _MISSING:
            return SchemaMissing(f"The database lacks a part of the schema ({said}). {_CURES.schema}", code)
        if code in _NO_DATABASE:
            return StoreUnavailable(f"Supabase can't reach its database now ({code}): {said}.", code)
        if code in _KEY_REFUSED:
            return StoreRejected(f"Supabase refused the key ({code}: {said}). Copy it anew from the project's settings, API keys.", code)
        if len(code) == 5 and code.isalnum():
            return named(code, said, self._cures())
        return self._failure_by_status(reply.status, said, code or str(reply.status))

    def _failure_by_status(self, status: int, said: str, code: str) -> StoreError:
        if status >= 500 or status in _LATER:
            words = _without_words(status) if status == _PAUSED else f"Supabase can't do it now (HTTP {status}): {said}."
            return StoreUnavailable(words, code)
        if status in (401, 403):
            return StoreRejected(f"Supabase refused the key ({said}). Copy it anew from the project's settings, API keys.", code)
        return StoreRejected(f"Supabase refused the call (HTTP {status}): {said}.", code)

    def _cures(self) -> Cures:
        return _CURES._replace(right=_PUBLIC_KEY) if kind_of(self._key) is Kind.PUBLIC else _CURES


_CURES = Cures(
    schema=f"Paste the output of `hotledger sql` into the project's SQL editor. {_RELOAD}",
    right="Paste the output of `hotledger sql` into the project's SQL editor: it grants what is needed.",
)
_NO_ADDRESS = "SUPABASE_URL is not the address of a project: write https://….supabase.co (the project's settings, Data API)."
_PUBLIC_KEY = (
    "SUPABASE_KEY is a public key, which may do nothing by itself: use the secret key (sb_secret_… or service_role), "
    "or a collector's token beside it (HOTLEDGER_COLLECTOR_TOKEN)."
)


@cache
def _tls() -> ssl.SSLContext:
    """The certificates that we trust. To read them takes longer than a call, and a store has twins."""
    return httpx2.create_ssl_context()


def api_address(url: str) -> str:
    """The address of a project without a path. Raises `SettingsError` for what can't be one, or would send the key in the clear."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(_NO_ADDRESS) from None
    path = parts.path.rstrip("/").removesuffix(_API)
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or "@" in parts.netloc or "/dashboard" in path:
        raise SettingsError(_NO_ADDRESS)
    if parts.scheme == "http" and host.endswith((".supabase.co", ".supabase.in")):
        raise SettingsError("SUPABASE_URL begins with http://, which would send the key unencrypted: write https://.")
    return f"{parts.scheme}://{parts.netloc}{path}"


def kind_of(key: str) -> Kind:
    """What a key says that it is: by its prefix, or by the role in the JWT that it is."""
    if key.startswith("sb_secret_") or _role_in(key) == "service_role":
        return Kind.PRIVATE
    if key.startswith("sb_publishable_") or _role_in(key) in ("anon", "authenticated"):
        return Kind.PUBLIC
    return Kind.OTHER


def _role_in(key: str) -> str:
    if not _is_jwt(key):
        return ""
    payload = key.split(".")[1]
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=dict[str, Any])
    except (msgspec.DecodeError, binascii.Error, ValueError):
        return ""
    return str(claims.get("role", ""))


def _is_jwt(key: str) -> bool:
    return key.count(".") == 2


def _checked(key: str) -> str:
    if not key.isascii() or not key.isprintable() or " " in key or not key:
        raise SettingsError("SUPABASE_KEY has characters in it that no key has: copy it anew, on one line.")
    return key


def _without_words(status: int) -> str:
    if status == _PAUSED:
        return "The Supabase project is paused: resume it in the dashboard."
    return f"Supabase's gateway answered with HTTP {status} and a page instead of data: the project may be starting, paused or overloaded."


def _reason(error: httpx2.HTTPError) -> str:
    return first_line(str(error), type(error).__name__)

"""Explains a failure of the store: by its code where it has one, else by looking at the way to the server."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from hotledger.app import address, database_place
from hotledger.config import Settings
from hotledger.diagnosis import connecting
from hotledger.diagnosis.connecting import Resolve, Trouble
from hotledger.diagnosis.finding import Finding, Teller, quoted
from hotledger.diagnosis.naming import case_of, expiry
from hotledger.errors import StoreError


async def explained(error: StoreError, settings: Settings, tell: Teller, resolve: Resolve) -> Finding:
    """The case of a failure, with what was seen of it."""
    if settings.database_url is None and settings.supabase_url is not None:
        return await _over_api(error, settings, tell, resolve)
    parts = address(settings.database_url.get_secret_value()) if settings.database_url is not None else {}
    facts = _facts(error, settings, parts)
    if error.sqlstate is None and settings.database_url is not None:
        trouble = await _on_the_way(settings.database_url.get_secret_value(), parts, resolve)
        return tell.ill(trouble.code, facts | {"said": trouble.said or error, "addresses": trouble.said})
    return tell.ill(_completed(case_of(error, over_api=False)), facts)


def _completed(code: str) -> str:
    # Rights are told with their statements by the catalogue; one that is refused nevertheless has none to show.
    return "database_refuses" if code == "not_allowed" else code


def _facts(error: StoreError, settings: Settings, parts: dict[str, str]) -> dict[str, Any]:
    user = parts.get("user") or os.environ.get("PGUSER") or "hotledger"
    name = parts.get("dbname") or os.environ.get("PGDATABASE") or user
    return {
        "said": error,
        "missing": error,
        "columns": error,
        "place": database_place(settings),
        "host": _host(parts),
        "user": user,
        "role": quoted(user),
        "name": name,
        "database": quoted(name),
        "mode": parts.get("sslmode") or os.environ.get("PGSSLMODE", ""),
    }


async def _on_the_way(url: str, parts: dict[str, str], resolve: Resolve) -> Trouble:
    host, port = _host(parts), int((parts.get("port") or os.environ.get("PGPORT") or "5432").split(",")[0])
    if host.startswith("/") or not host:
        trouble = connecting.why_no_socket(host or "/var/run/postgresql", port)
    else:
        mode = parts.get("sslmode") or os.environ.get("PGSSLMODE", "")
        trouble = await connecting.why_unreachable(host, port, resolve) or await connecting.why_no_postgres_tls(host, port, mode)
    if trouble is not None:
        return trouble
    refused = await asyncio.to_thread(connecting.refusal, url)
    if refused.needs_password:
        return Trouble("password_needed")
    return Trouble(case_of(StoreError("", refused.sqlstate), over_api=False))


def _host(parts: dict[str, str]) -> str:
    return (parts.get("hostaddr") or parts.get("host") or os.environ.get("PGHOST") or "").split(",")[0]


async def _over_api(error: StoreError, settings: Settings, tell: Teller, resolve: Resolve) -> Finding:
    url = urlsplit(settings.supabase_url or "")
    host, port = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
    facts: dict[str, Any] = {"said": error, "missing": error, "place": f"{host}:{port}", "host": host}
    if error.sqlstate is None:
        trouble = await _on_the_way_to_api(url.scheme, host, port, resolve)
        return tell.ill(trouble.code, facts | {"said": trouble.said or error, "addresses": trouble.said})
    code = case_of(error, over_api=True)
    expired_at = expiry(settings.supabase_key.get_secret_value().strip()) if settings.supabase_key else None
    if code == "key_refused" and expired_at is not None and expired_at < datetime.now(UTC):
        return tell.ill("key_expired", facts | {"expired_at": f"{expired_at:%Y-%m-%d %H:%M:%S} UTC"})
    return tell.ill(code, facts)


async def _on_the_way_to_api(scheme: str, host: str, port: int, resolve: Resolve) -> Trouble:
    is_here = host in ("127.0.0.1", "localhost", "::1")
    if scheme in getproxies() and not is_here and not proxy_bypass(host):
        # The way is the proxy's, and what is wrong on it can't be seen from here.
        return Trouble("not_supabase")
    trouble = await connecting.why_unreachable(host, port, resolve)
    if trouble is None and scheme == "https":
        trouble = await connecting.why_no_https(host, port, httpx2.create_ssl_context())
    return trouble or Trouble("not_supabase")

"""Where a request comes from, and whom it asks: behind a reverse proxy that we know, as that one says; else as the connection says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from hotledger.errors import SettingsError

Network = IPv4Network | IPv6Network
_OWN = {"localhost", "localhost.localdomain"}


class Origin(NamedTuple):
    """The client's address, and the scheme and the host (with its port) that it asked for."""

    client: str
    scheme: str
    host: str


def origin(scope: Scope, proxies: Sequence[Network]) -> Origin:
    """Who asks whom. Only what a proxy of ours has added is believed: the last address that is not a proxy is the client."""
    headers = Headers(scope=scope)
    client = scope["client"][0] if scope.get("client") else ""
    asked = Origin(client, scope.get("scheme", "http"), headers.get("host", ""))
    if not _within(client, proxies):
        return asked
    path = [each.strip() for line in headers.getlist("x-forwarded-for") for each in line.split(",") if each.strip()]
    clients = [each for each in path if not _within(each, proxies)] or path[:1] or [client]
    scheme = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
    host = headers.get("x-forwarded-host", "").rpartition(",")[2].strip()
    return Origin(clients[-1], scheme if scheme in {"http", "https"} else asked.scheme, host or asked.host)


def networks(text: str | None) -> tuple[Network, ...]:
    """The networks of a setting. Raises `SettingsError` for what is not an address."""
    try:
        return tuple(ip_network(each.strip(), strict=False) for each in (text or "").split(",") if each.strip())
    except ValueError as error:
        raise SettingsError(f"HOTLEDGER_WEB_PROXIES: {error}; write addresses or networks with commas.") from None


def is_known(host: str, names: Collection[str]) -> bool:
    """Whether a host may be asked for: one of the names, this machine, or an address, since no other site's name can be an address."""
    name = _name(host)
    return name is not None and (name in _OWN or name in names or _is_address(name))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address that is listened on."""
    return host in _OWN or (_is_address(host) and ip_address(host).is_loopback)


def is_ours(headers: Headers, asked: Origin) -> bool:
    """Whether a request that changes something was made by a page of ours, or by no page at all."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    claimed = headers.get("origin")
    return claimed is None or claimed == f"{asked.scheme}://{asked.host}"


def _name(host: str) -> str | None:
    try:
        parts = urlsplit(f"//{host}")
        return (parts.hostname or "").rstrip(".") or None if parts.netloc == host and "@" not in host else None
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _within(address: str, nets: Sequence[Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in each for each in nets)

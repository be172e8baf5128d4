"""Which cookies a request carries: those of the jar by the rules of domains, and the user's own, which win."""

from __future__ import annotations

import httpx2


def add_cookies(request: httpx2.Request, jar: httpx2.Cookies, own: str) -> None:
    """Set the request's `Cookie` header from the jar and `own`, a raw `Cookie` header (empty for none)."""
    request.headers.pop("cookie", None)  # The jar leaves a request alone that has one.
    jar.set_cookie_header(request)
    header = _merged(own, request.headers.pop("cookie", ""))
    if header:
        request.headers.encoding = "utf-8"  # Browsers send a cookie beyond ASCII so.
        request.headers["cookie"] = header


def _merged(own: str, collected: str) -> str:
    pairs = _pairs(own)
    taken = {_name(pair) for pair in pairs}
    return "; ".join([*pairs, *(pair for pair in _pairs(collected) if _name(pair) not in taken)])


def _pairs(header: str) -> list[str]:
    return [pair.strip() for pair in header.split(";") if pair.strip()]


def _name(pair: str) -> str:
    return pair.partition("=")[0].strip()

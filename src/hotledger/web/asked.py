"""What pages are asked for in their address: moments and numbers, as people and forms write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import HTTPException, Request

from hotledger.web.showing import language_of
from hotledger.web.words import said

_LONGEST = 40


def moment_of(request: Request, name: str = "at") -> datetime | None:
    """An instant of the query, in the zone of this machine where it says none. Raises `HTTPException` (400) for what is none."""
    written = request.query_params.get(name, "").strip()
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written[:_LONGEST].replace(" ", "+") if "T" in written else written[:_LONGEST])
        return found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise HTTPException(400, said("common.bad_moment", language_of(request))) from None


def at_most(written: str, usual: int, most: int) -> int:
    """A number of rows between 1 and `most`; what is no number is `usual`."""
    return max(1, min(int(written), most)) if written.isascii() and written.isdigit() and len(written) < 10 else usual


def address(path: str, asked: Mapping[str, object]) -> str:
    """A path with a query of what is there; several values of one name follow each other."""
    there = {name: value for name, value in asked.items() if value not in (None, "", (), [])}
    return f"{path}?{urlencode(there, doseq=True)}" if there else path


def heat_text(value: float | None, language: str) -> str:
    """A heat in few digits, by the units of the language: 1.2M, 120万."""
    if value is None:
        return ""
    units = ((1e8, "亿"), (1e4, "万")) if language == "zh" else ((1e9, "G"), (1e6, "M"), (1e4, "k"))
    for size, sign in units:
        if abs(value) >= size:
            return f"{value / (1e3 if sign == 'k' else size):.3g}{sign}" if abs(value) < size * 1000 else f"{value / size:,.0f}{sign}"
    return f"{value:,.6g}"


def span_text(seconds: float, language: str) -> str:
    """A length of time by its two largest units."""
    minutes = round(seconds / 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return said("common.span_days", language, days=days, hours=hours)
    return said("common.span_hours", language, hours=hours, minutes=rest) if hours else said("common.span_minutes", language, minutes=rest)

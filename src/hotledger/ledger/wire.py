"""How a reading travels to the SQL functions: plain JSON, without what PostgreSQL's text can't hold."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from hotledger.model import Item, Reading

_EXTRAS_CHARACTERS = 2_000
_ID = re.compile(r"\{id(?::([^}]*))?\}")
_PINNED = 20
_TITLE_CHARACTERS = 1_000
_URL_CHARACTERS = 2_000
_WAYS = 5
_WAY_CHARACTERS = 300


def reading_arguments(reading: Reading, link: str | None = None) -> dict[str, Any]:
    """The `reading` argument of `batch_record` and `batch_import`; `link` is the template of the platform's addresses."""
    arguments: dict[str, Any] = {
        "verdict": reading.verdict.value,
        "evidence": clean(reading.evidence),
        "started_at": reading.started_at,
        "collected_at": reading.collected_at,
        "duration_ms": reading.duration_ms,
        "waited_ms": reading.waited_ms,
        "items": [item_arguments(item, link) for item in reading.items],
        "attempts": reading.attempts,
        "endpoint": clean(reading.endpoint),
        "http_status": reading.http_status,
        "bytes": reading.bytes,
        "body_hash": reading.body_hash,
        "parser_version": reading.parser_version,
        "error_code": reading.error_code,
        "error_message": clean(reading.error_message),
    }
    if reading.pinned:
        arguments["pinned"] = [
            {"title": clean(item.title[:_TITLE_CHARACTERS]), "url": clean(item.url[:_URL_CHARACTERS] if item.url else None)}
            for item in reading.pinned[:_PINNED]
        ]
    if reading.ads:
        arguments["ads"] = reading.ads
    if reading.failed_ways:
        arguments["failed_ways"] = [clean(way[:_WAY_CHARACTERS]) for way in reading.failed_ways[:_WAYS]]
    if reading.other_bodies:
        arguments["other_bodies"] = [msgspec.to_builtins(body) for body in reading.other_bodies[:_WAYS]]
    if reading.baseline is not None:
        arguments["baseline"] = dict(reading.baseline)
    return {name: value for name, value in arguments.items() if value is not None}


def item_arguments(item: Item, link: str | None = None) -> dict[str, Any]:
    """One row of a list; what is unknown is left out, and so is an address that the database derives from `link`."""
    row: dict[str, Any] = {"title": clean(item.title), "id": clean(item.id), "url": clean(item.url), "heat": _finite(item.heat)}
    if row["url"] is not None and row["url"] == linked(link, item):
        row["url"] = None
    extras = dict(item.extras) | ({"published_at": item.published_at.isoformat()} if item.published_at else {})
    if extras and len(str(extras)) <= _EXTRAS_CHARACTERS:
        row["extras"] = _cleaned(extras)
    return {name: value for name, value in row.items() if value is not None}


def linked(link: str | None, item: Item) -> str | None:
    """The address that the SQL function `hot_link` derives of what is stored: by `{id}`, `{id:Q_}` (without `Q_`), `{title}` encoded."""
    if link is None or not ("{title}" in link or _ID.search(link)):
        return None
    if wanted := _ID.search(link):
        source_id, beginning = clean(item.id), wanted[1] or ""
        if source_id is None or not source_id.startswith(beginning):
            return None
        link = link.replace(wanted[0], source_id.removeprefix(beginning))
    return link.replace("{title}", quote((clean(item.title) or "")[:_TITLE_CHARACTERS], safe=""))


def clean(written: str | None) -> str | None:
    """Text without NUL and lone surrogates, which PostgreSQL can't store; all else stays as it is."""
    if written is None:
        return None
    return written.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _cleaned(value: Any) -> Any:
    """As `clean`, for text wherever it stands in extras."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(name)): _cleaned(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(member) for member in value]
    return value


def _finite(heat: float | None) -> float | None:
    """Heat as the database can hold it: what is infinite, or too large for it, is unknown."""
    try:
        return heat if heat is not None and math.isfinite(heat) else None
    except OverflowError:
        return None

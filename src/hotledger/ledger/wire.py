"""How a reading travels to the SQL functions: plain JSON, without what PostgreSQL's text can't hold."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from hotledger.model import Item, Reading

_EXTRAS_CHARACTERS = 2_000
_PREFIXED = re.compile(r"\{id:([^}]*)\}")
_PINNED = 20


def reading_arguments(reading: Reading, link: str | None = None) -> dict[str, Any]:
    """The `reading` argument of `batch_record` and `batch_import`; `link` is the template of the platform's addresses."""
    arguments: dict[str, Any] = {
        "verdict": reading.verdict.value,
        "evidence": clean(reading.evidence),
        "started_at": reading.started_at,
        "collected_at": reading.collected_at,
        "duration_ms": reading.duration_ms,
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
        arguments["pinned"] = [{"title": clean(item.title), "url": clean(item.url)} for item in reading.pinned[:_PINNED]]
    if reading.ads:
        arguments["ads"] = reading.ads
    return {name: value for name, value in arguments.items() if value is not None}


def item_arguments(item: Item, link: str | None = None) -> dict[str, Any]:
    """One row of a list; what is unknown is left out, and so is an address that the database derives from `link`."""
    url = None if item.url is not None and item.url == linked(link, item) else item.url
    row: dict[str, Any] = {"title": clean(item.title), "id": clean(item.id), "url": clean(url), "heat": item.heat}
    extras = {name: clean(value) if isinstance(value, str) else value for name, value in item.extras.items()}
    if extras and len(str(extras)) <= _EXTRAS_CHARACTERS:
        row["extras"] = extras
    return {name: value for name, value in row.items() if value is not None}


def linked(link: str | None, item: Item) -> str | None:
    """The address that the SQL function `hot_link` derives: `{id}` as it is, `{id:Q_}` without its `Q_`, `{title}` percent-encoded."""
    if link is None:
        return None
    if "{id}" in link:
        return None if item.id is None else link.replace("{id}", item.id)
    if prefixed := _PREFIXED.search(link):
        beginning = prefixed[1]
        return link.replace(prefixed[0], item.id[len(beginning) :]) if item.id is not None and item.id.startswith(beginning) else None
    return link.replace("{title}", quote(item.title, safe=""))


def clean(written: str | None) -> str | None:
    """Text without NUL and lone surrogates, which PostgreSQL can't store; all else stays as it is."""
    if written is None:
        return None
    return written.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")

"""Feeds: new titles of a platform or of a keyword, and incidents, each in three forms. How a form is written is in `web/feeds`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Path, Request, Response
from msgspec import to_builtins

from hotledger.web.api._answers import MISSING, REFUSALS
from hotledger.web.api._parameters import PlatformPath, Words, described, named
from hotledger.web.application import ledger_of
from hotledger.web.feeds import Entry, Feed, atom, jsonfeed, rss, tag
from hotledger.web.showing import language_of, safe_url
from hotledger.web.words import said

_ENTRIES = 100
_CACHING = "private, max-age=300"
_WRITERS = {"atom": atom, "rss": rss, "json": jsonfeed}
_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The feed; its `Last-Modified` is the instant of its newest entry.",
        "content": {each.MEDIA_TYPE: {"schema": {"type": "object" if each is jsonfeed else "string"}} for each in _WRITERS.values()},
    }
}


class Form(StrEnum):
    """The form of a feed."""

    ATOM = "atom"
    RSS = "rss"
    JSON = "json"


AsForm = Annotated[Form, Path(description=described("form"))]
router = APIRouter(prefix="/feeds", tags=["feeds"], responses=_DOCUMENT | REFUSALS, default_response_class=Response)


@router.get("/incidents.{form}", **named("feed_incidents"))
async def incidents(request: Request, form: AsForm) -> Response:
    """Incidents, the newest first; one that ends comes again as over."""
    language = language_of(request)
    found = await ledger_of(request).incidents(only_open=False, at_most=_ENTRIES)
    entries = [_incident(each, str(request.base_url), language) for each in found]
    return _written(request, form, "incidents", said("feeds.incidents", language), "", entries)


@router.get("/keyword.{form}", **named("feed_keyword"))
async def keyword(request: Request, form: AsForm, q: Words) -> Response:
    """Titles that hold all words, those first seen last first."""
    language = language_of(request)
    found = to_builtins((await ledger_of(request).search(q, at_most=_ENTRIES)).items)
    entries = [
        _listed(each["platform"], each, said("feeds.best_rank", language, rank=each["best_rank"]), each["peak_heat"], language)
        for each in found
    ]
    return _written(request, form, f"keyword/{quote(q)}", said("feeds.keyword", language, q=q), f"search?q={quote(q)}", entries)


@router.get("/{platform}.{form}", responses=MISSING, **named("feed_platform"))
async def platform(request: Request, platform: PlatformPath, form: AsForm) -> Response:
    """Titles that are new on the list of a platform, the newest first."""
    language = language_of(request)
    found = await ledger_of(request).entries(platform, at_most=_ENTRIES)
    if found is None:
        raise HTTPException(404, "The ledger knows no platform of this name.")
    title = said("feeds.platform", language, platform=found["title"] or platform)
    entries = [
        _listed(platform, each, said("feeds.rank", language, rank=each["rank"]), each["heat"], language) for each in found["entries"]
    ]
    return _written(request, form, f"platform/{platform}", title, f"platforms/{quote(platform)}", entries)


def _listed(platform: str, row: Mapping[str, Any], rank: str, heat: float | None, language: str) -> Entry:
    """The entry of a title. Its id is made of what makes it one, so that it is the same in every ledger."""
    digest = hashlib.blake2b("\x1f".join((platform, row["id"] or "", row["title"])).encode(), digest_size=16).hexdigest()
    text = rank if heat is None else f"{rank}, {said('feeds.heat', language, heat=heat)}"
    at = datetime.fromisoformat(row["first_seen_at"])
    return Entry(tag("entry", quote(platform), digest), row["title"], at, safe_url(row["url"]), text, platform)


def _incident(row: Mapping[str, Any], base: str, language: str) -> Entry:
    key = "feeds.incident_over" if row["closed_at"] else "feeds.incident"
    title = said(key, language, platform=row["title"] or row["platform"], kind=said(f"states.{row['kind']}", language))
    at = datetime.fromisoformat(row["closed_at"] or row["opened_at"])
    text = row["closing_evidence"] or row["last_evidence"] or row["evidence"] or ""
    return Entry(tag("incident", row["id"]), title, at, f"{base}platforms/{quote(row['platform'])}", text)


def _written(request: Request, form: Form, name: str, title: str, page: str, entries: Iterable[Entry]) -> Response:
    newest_first = tuple(sorted(entries, key=lambda entry: entry.updated_at, reverse=True))
    at = newest_first[0].updated_at.astimezone(UTC) if newest_first else None
    language = "zh-CN" if language_of(request) == "zh" else "en"
    feed = Feed(tag("feed", name), title, f"{request.base_url}{page}", str(request.url), language, newest_first, at)
    headers = {"Cache-Control": _CACHING, "Vary": "Accept-Language, Cookie"} | (
        {"Last-Modified": format_datetime(at, usegmt=True)} if at else {}
    )
    writer = _WRITERS[form]
    return Response(writer.written(feed), media_type=f"{writer.MEDIA_TYPE}; charset=utf-8", headers=headers)

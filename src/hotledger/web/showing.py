"""Renders pages: templates with everything escaped, in the visitor's language; times with their age; links only where they are safe."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from hotledger import __version__
from hotledger.web import pages
from hotledger.web.explaining import explained
from hotledger.web.visits import csrf_token, visit_of
from hotledger.web.words import LANGUAGES, said

COOKIE = "hotledger_language"
_UNITS = ((86400, "ago_days"), (3600, "ago_hours"), (60, "ago_minutes"))
_GOOD = {"ok", "completed", "full"}
_WARNED = {"short", "frozen", "stale", "drifted", "partial", "pending", "in_progress", "missed"}

_templates = Environment(
    loader=PackageLoader("hotledger.web"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def show(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page: the template with `t(key, …)` for texts, and the filters below."""
    language = language_of(request)

    def t(key: str, **values: object) -> str:
        return said(key, language, **values)

    known = {
        "request": request, "language": language, "t": t, "menu": _menu(language), "version": __version__,
        "other_language": _with(request, lang=next(each for each in LANGUAGES if each != language)),
        "now": datetime.now(UTC), "zone": _zone(datetime.now(UTC)), "demo": bool(getattr(request.app.state, "demo", False)),
    }  # fmt: skip
    document = _templates.get_template(template).render(known | context)
    response = HTMLResponse(document, status)
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=31_536_000, samesite="lax", httponly=True)
    return response


def language_of(request: Request) -> str:
    """The language that the visitor asks for: in the address, else by the cookie of an earlier choice, else by the browser's first wish."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    wishes = (each.split(";")[0].strip().lower() for each in request.headers.get("accept-language", "").split(","))
    return next((language for wish in wishes for language in LANGUAGES if wish.startswith(language)), "en")


def instant(at: str | datetime | None) -> datetime | None:
    """An instant, as the ledger's answers write it."""
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def safe_url(url: str | None) -> str | None:
    """An address that may be a link: http or https with a host, nothing else."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def local(path: str | None) -> str:
    """A path of ours that may be led to, else the front page: never one that a browser reads as another site's."""
    sound = path is not None and path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if path is not None and sound else "/"


def _menu(language: str) -> list[tuple[str, str]]:
    named = [module for module in pages.modules() if hasattr(module, "NAME")]
    return [(module.PATH, said(module.NAME, language)) for module in named]


def _with(request: Request, **changed: str) -> str:
    """The address of this page with some of its query changed."""
    return f"{request.url.path}?{urlencode(dict(request.query_params) | changed)}"


def _when(at: str | datetime | None) -> str:
    moment = instant(at)
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S") if moment else "-"


def _zone(at: datetime) -> str:
    """The zone in which this machine shows instants, by its distance from UTC."""
    offset = at.astimezone().isoformat()[-6:]
    return "UTC" if offset == "+00:00" else f"UTC{offset}"


def _ago(at: str | datetime | None, t: Any, now: datetime) -> str:
    moment = instant(at)
    if moment is None:
        return str(t("common.never"))
    seconds = max(0, round((now - moment).total_seconds()))
    for size, key in _UNITS:
        if seconds >= size:
            return str(t(f"common.{key}", n=seconds // size))
    return str(t("common.ago_seconds", n=seconds))


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def colour(word: str | None) -> str:
    """The class of a status or verdict: never the only sign of it, since the word stands there too."""
    return "good" if word in _GOOD else "warned" if word in _WARNED else "bad" if word else "unknown"


_templates.filters |= {"when": _when, "ago": _ago, "number": _number, "colour": colour, "safe_url": safe_url, "explained": explained}
_templates.globals |= {"csrf_token": csrf_token, "visit_of": visit_of}

"""What the parsers of news sites do with a row: its title, its headline in brackets, its time in Beijing or since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

from hotledger import body
from hotledger.body import BEIJING as _BEIJING
from hotledger.body import present, title, words
from hotledger.errors import BodyBroken, BodyEmpty

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = [
    "ago",
    "beijing",
    "china_day",
    "headline",
    "plain_text",
    "present",
    "refuse_rowless",
    "since_1970",
    "title",
    "words",
]

_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_HEADLINE = re.compile(r"\s*【([^】]{4,})】")
_AGO = re.compile(r"(\d+)\s*(秒|分钟|小时|天)前")
_SECONDS = {"秒": 1, "分钟": 60, "小时": 3600, "天": 86_400}


def plain_text(written: str | None) -> str:
    """A short text without its tags and line breaks; "" where there is none."""
    return " ".join(body.unescaped(_TAG.sub("", _BREAK.sub(" ", written or ""))).split())


def headline(written: str | None) -> str:
    """What a flash of news says in 【brackets】 before its text; else the whole text, and "" where there is none."""
    plain = plain_text(written)
    found = _HEADLINE.match(plain)
    return found[1].strip() if found else plain


def refuse_rowless(page: LexborHTMLParser, part: str) -> NoReturn:
    """Raise `BodyEmpty` for a page without rows that still has this part of the site's layout, `BodyBroken` for any other."""
    if page.css_first(part):
        raise BodyEmpty("the page has no rows")
    raise BodyBroken(f"the page has no rows, and no {part} either")


def beijing(written: str | None) -> datetime | None:
    """A date and time of a Chinese site, which leaves out its zone, as an instant; `None` where it is not one with a year."""
    try:
        moment = datetime.fromisoformat((written or "").strip().replace("/", "-"))
        if len((written or "").strip()) <= len("2026-06-04"):
            return None  # A day is not an instant.
        return (moment if moment.tzinfo else moment.replace(tzinfo=_BEIJING)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def since_1970(written: int | float | str | None, *, per_second: int = 1) -> datetime | None:
    """Seconds (or, with 1000 per second, milliseconds) since 1970 as an instant; `None` where it is no such number."""
    try:
        return datetime.fromtimestamp(float(written or 0) / per_second, UTC) if written else None
    except (ValueError, OverflowError, OSError):
        return None


def ago(written: str | None, now: datetime) -> datetime | None:
    """The instant that "3小时前" means at `now`; `None` for other words."""
    found = _AGO.search(written or "")
    try:
        return now - timedelta(seconds=int(found[1]) * _SECONDS[found[2]]) if found else None
    except (ValueError, OverflowError):
        return None


def china_day(now: datetime) -> str:
    """The day in China at an instant, as 20260604."""
    return f"{now.astimezone(_BEIJING):%Y%m%d}"

"""Feeds: what is new, as Atom, RSS and JSON Feed. What they say is gathered in `api/feeds.py`; here is how each form is written.

All text in them is hostile: the standard library writes the XML, characters that XML does not allow are removed, no text is ever markup.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

_YEAR = "2026"  # of the tags, whatever the year is: they never change


class Entry(NamedTuple):
    """One thing that is new. `id` stays the same for ever; `url` is safe; `updated_at` is aware, UTC."""

    id: str
    title: str
    updated_at: datetime
    url: str | None = None
    text: str = ""
    author: str | None = None


class Feed(NamedTuple):
    """Entries, the newest first, and where the feed and its page are. `updated_at` is `None` before there was anything."""

    id: str
    title: str
    home: str
    address: str
    language: str
    entries: tuple[Entry, ...]
    updated_at: datetime | None


def tag(*parts: str) -> str:
    """A tag URI for something that is named by some parts."""
    return f"tag:hotledger.invalid,{_YEAR}:{'/'.join(parts)}"

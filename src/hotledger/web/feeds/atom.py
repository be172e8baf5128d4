"""Writes Atom (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from hotledger.web.feeds import Entry, Feed
from hotledger.web.feeds.xml import add, document

MEDIA_TYPE = "application/atom+xml"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # Atom wants an instant even where there is none


def written(feed: Feed) -> bytes:
    """The feed as a document."""
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    add(root, "id", feed.id)
    add(root, "title", feed.title)
    add(root, "updated", (feed.updated_at or _NEVER).isoformat())
    add(root, "link", rel="self", type=MEDIA_TYPE, href=feed.address)
    add(root, "link", rel="alternate", type="text/html", href=feed.home)
    add(add(root, "author"), "name", "hotledger")
    for entry in feed.entries:
        _write(root, entry)
    return document(root)


def _write(root: Element, entry: Entry) -> None:
    element = add(root, "entry")
    add(element, "id", entry.id)
    add(element, "title", entry.title, type="text")
    add(element, "updated", entry.updated_at.isoformat())
    if entry.url:
        add(element, "link", rel="alternate", href=entry.url)
    add(element, "content", entry.text, type="text")
    if entry.author:
        add(add(element, "author"), "name", entry.author)

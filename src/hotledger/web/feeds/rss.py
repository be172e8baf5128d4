"""Writes RSS 2.0. Readers take its titles and descriptions for HTML, so that what looks like markup is escaped once more."""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element

from hotledger.web.feeds import Entry, Feed
from hotledger.web.feeds.xml import add, document

MEDIA_TYPE = "application/rss+xml"


def written(feed: Feed) -> bytes:
    """The feed as a document."""
    root = Element("rss", {"version": "2.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
    channel = add(root, "channel")
    add(channel, "title", escape(feed.title, quote=False))
    add(channel, "link", feed.home)
    add(channel, "description", escape(feed.title, quote=False))
    add(channel, "language", feed.language)
    if feed.updated_at:
        add(channel, "lastBuildDate", format_datetime(feed.updated_at))
    add(channel, "atom:link", rel="self", type=MEDIA_TYPE, href=feed.address)
    for entry in feed.entries:
        _write(channel, entry)
    return document(root)


def _write(channel: Element, entry: Entry) -> None:
    element = add(channel, "item")
    add(element, "guid", entry.id, isPermaLink="false")
    add(element, "title", escape(entry.title, quote=False))
    if entry.url:
        add(element, "link", entry.url)
    add(element, "description", escape(entry.text, quote=False))
    add(element, "pubDate", format_datetime(entry.updated_at))

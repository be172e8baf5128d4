"""Writes JSON Feed 1.1."""

from __future__ import annotations

from typing import Any

import msgspec

from hotledger.web.feeds import Entry, Feed

MEDIA_TYPE = "application/feed+json"


def written(feed: Feed) -> bytes:
    """The feed as a document."""
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": feed.address,
            "language": feed.language,
            "items": [_told(entry) for entry in feed.entries],
        }
    )


def _told(entry: Entry) -> dict[str, Any]:
    told = {"id": entry.id, "title": entry.title, "content_text": entry.text, "date_published": entry.updated_at.isoformat()}
    author = {"authors": [{"name": entry.author}]} if entry.author else {}
    return told | author | ({"url": entry.url} if entry.url else {})

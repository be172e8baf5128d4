"""Google Trends: the searches that rise in the United States, from the site's feed. Its older endpoints were retired."""

from __future__ import annotations

import re
from collections.abc import Generator
from datetime import UTC
from typing import Any

from hotledger import body
from hotledger.errors import BodyBroken
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms import _feed

PLATFORM = Platform(
    id="google-trends",
    title="Google Trends (US)",
    home="https://trends.google.com/trending?geo=US",
    expect=range(9, 26),
    language="en",
    category="general",
    heat="searches since the rise began, at least so many; rounded by the site",
    heat_unit="searches",
    link="https://trends.google.com/trends/explore?geo=US&q={title}",
    cadence_minutes=60,
    rest_hours=6,
    fresh_hours=24,
)

# "2,000+" and "1M+"; in other languages the units are words of theirs, of which those of Korea and China are known.
_TRAFFIC = re.compile(r"([\d,.]+\s*)([KMB]|[천千]|[만万萬]|[억亿億])?\+?", re.IGNORECASE)
_UNITS = str.maketrans("천만억萬億", "千万亿万亿")


def plan() -> Generator[Request, Response, Response]:
    """The feed of the United States, in English."""
    return (yield Request(url="https://trends.google.com/trending/rss?geo=US", headers={"Accept-Language": "en-US,en;q=0.9"}))


def parse(response: Response) -> list[Item]:
    """The searches in the order of the feed. Every entry links to the feed itself, so none has an address."""
    entries = _feed.entries(response)
    if all("ht_approx_traffic" not in entry for entry in entries):
        raise BodyBroken("no entry says how much it is searched")
    return _feed.titled([(_feed.plain(entry.get("title")), entry) for entry in entries], _search)


def _search(title: str, entry: Any) -> Item:
    heat_text = (entry.get("ht_approx_traffic") or "").strip() or None
    return Item(
        title=title,
        heat=_traffic(heat_text),
        heat_text=heat_text,
        published_at=_feed.instant(entry["published"], UTC),
    )


def _traffic(written: str | None) -> int | float | None:
    """The number, but none where it has a unit that is not known: "2 тыс.+" is not 2."""
    return body.number(written.translate(_UNITS)) if written and _TRAFFIC.fullmatch(written) else None

"""What an RSS or Atom body says: its entries, as items. The library reads them; this guards what it is given, and what is taken from it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Response

_AT_MOST = 2_000_000  # characters: a feed of thousands of entries, and no more than a second's reading
_LONGEST_TIME = 100
_MAIL_TIME = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# What may stand before the root is matched for good (?>…): comments could else be parted in endless ways.
_ROOT = re.compile(r"\s*+(?:(?><!--.*?-->|<\?.*?\?>|<!DOCTYPE[^<\[>]*>)\s*+)*+<((?:\w+:)?(?:RDF|rss|feed))[\s>]", re.DOTALL)
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Only what feeds really put into titles: “List<String>” and “<12 stars>” are words.
_TAG = re.compile(r"</?(?:a|b|br|code|em|font|i|img|mark|p|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>", re.IGNORECASE)


def items(response: Response, zone: tzinfo | None = None) -> list[Item]:
    """The entries in the order of the feed. A time without an offset is of `zone`; without a zone, it is unknown.

    Raises `BodyBlocked` for a challenge page, `BodyBroken` for what is no whole feed, `BodyEmpty` for a feed without entries.
    """
    rows = [(plain(entry.get("title")), entry) for entry in entries(response)]
    return titled(rows, lambda title, entry: _item(title, entry, response.url, zone))


def entries(response: Response) -> list[Any]:
    """The library's records of the entries, for a platform whose feed says more than `items` takes. Raises as `items` does."""
    found = _entries(_document(response))
    if not found:
        raise BodyEmpty("the feed has no entries")
    return found


def titled(rows: list[tuple[str, Any]], item: Any) -> list[Item]:
    """The rows that have a title, as items. Raises `BodyBroken` where most have none: a changed site, not an odd row."""
    found = [item(title, row) for title, row in rows if title]
    if len(found) * 2 < len(rows):
        raise BodyBroken(f"{len(rows) - len(found)} of {len(rows)} rows have no title")
    return found


def plain(written: str | None) -> str:
    """A title without tags, entities and line breaks."""
    return " ".join(body.unescaped(_TAG.sub("", body.unescaped(_TAG.sub("", written or "")))).split())


def address(written: str | None, base: str) -> str | None:
    """The whole address of a link that may be relative; `None` for what leads to no page."""
    try:
        whole = urljoin(base, (written or "").strip()) if written and written.strip() else ""
        return whole if urlsplit(whole).scheme in ("http", "https") and urlsplit(whole).hostname else None
    except ValueError:
        return None


def instant(written: Any, zone: tzinfo | None) -> datetime | None:
    """The instant that a text or a number says, by the ways of mail (RSS) or of ISO 8601 (Atom) or since 1970."""
    if not isinstance(written, (str, int, float)) or isinstance(written, bool):
        return None
    if isinstance(written, str) and (len(written) > _LONGEST_TIME or _MAIL_TIME.search(written)):
        return _by_mail(written, zone) if len(written) <= _LONGEST_TIME else None
    if zone is not None:
        return body.instant(written, zone)
    west, east = body.instant(written, UTC), body.instant(written, body.BEIJING)
    return west if west == east else None


def _by_mail(written: str, zone: tzinfo | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
        zoned = found if found.tzinfo else found.replace(tzinfo=zone)
        return zoned.astimezone(UTC) if zoned.tzinfo else None
    except (ValueError, OverflowError, IndexError, TypeError):  # the library's ways to say that it is no date
        return None


def _document(response: Response) -> str:
    document = _NOT_XML.sub(" ", body.text(response)).lstrip("\ufeff \t\r\n")
    root = _ROOT.match(document[:20_000])
    if root is None:
        body.refuse_block_page(document)
        raise BodyBroken("the body is not a feed: it begins as neither RSS nor Atom")
    if len(document) > _AT_MOST:
        raise BodyBroken(f"the body is too large for a feed: {len(document)} characters")
    if f"</{root[1]}" not in document:
        raise BodyBroken("the feed is cut off: its end is missing")
    return document


def _entries(document: str) -> list[Any]:
    """The library's records. It is given a stream: from an address or bare bytes it would fetch, or open a file of that name."""
    import feedparser

    content = _DECLARATION.sub("", document).encode("utf-8", "replace")
    # Without the feed's own address: against that the library would resolve guids, too.
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        read = feedparser.parse(BytesIO(content), response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except Exception as error:  # the library lets through what its parsers meet, such as a character reference that is no character
        raise BodyBroken(f"the body is not a feed that can be read: {type(error).__name__}: {error}"[:300]) from error
    if not read.version:
        raise BodyBroken("the body is not a feed that can be read")
    return [entry | {"published": _published(entry, read.version)} for entry in read.entries]


def _published(entry: Any, version: str) -> str | None:
    """When the entry came out. RSS 1.0 knows one date only; that of a change, in Atom, says another thing."""
    # By `dict`: the library takes either date for the other, and warns of it.
    found = dict.get(entry, "published") or (dict.get(entry, "updated") if version.startswith("rss") else None)
    return str(found) if found else None


def _item(title: str, entry: Any, base: str, zone: tzinfo | None) -> Item:
    link, guid = entry.get("link"), str(entry.get("id") or "").strip()
    # Where an entry has no link, the library takes the guid for one; most are none.
    url = address(link, "" if link == entry.get("id") else base)
    by = body.present(by=plain(entry.get("author")))
    return Item(title=title, id=guid or url, url=url, published_at=instant(entry["published"], zone), extras=by)

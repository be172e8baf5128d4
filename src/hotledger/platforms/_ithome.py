"""What the lists of IT之家 share: the number of an article in its address, and the address from the number."""

from __future__ import annotations

import re

from hotledger.platforms import _feed

_PARTS = re.compile(r"ithome\.com/(\d{1,3})/(\d{3})/(\d{3})\.htm")
_WHOLE = re.compile(r"ithome\.com/(?:[a-z]+/)+(\d{1,12})\.htm")
_MOBILE = re.compile(r"https?://m\.ithome\.com/html/(\d{1,9})\.htm.*")
_DATE = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2}) (\d{1,2}):(\d{2})(?::(\d{2}))?")


def number_of(address: str | None) -> str | None:
    """The number of the article: 1003574 in /1/003/574.htm, and in /html/digi/1003574.htm; `None` in other addresses."""
    if parts := _PARTS.search(address or ""):
        return str(int("".join(parts.groups())))
    found = _WHOLE.search(address or "")
    return found[1] if found else None


def page_of(written: str | None) -> str | None:
    """The article's page on the main site, for any link to it; pages that the main site does not have (live, shopping) stay as they are."""
    address = _feed.address(written, "https://www.ithome.com/")
    mobile = _MOBILE.fullmatch(address or "")
    if mobile is None:
        return address
    millions, rest = divmod(int(mobile[1]), 1_000_000)
    return f"https://www.ithome.com/{millions}/{rest // 1000:03}/{rest % 1000:03}.htm"


def dated(written: str | None) -> str | None:
    """The first date with a time of day in a text, with its zeros: "2026/9/11 8:07:50" is "2026-09-11 08:07:50"."""
    found = _DATE.search(written or "")
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return f"{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"

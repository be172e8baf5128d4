"""Turns the bytes of an answer into text, typed records, an HTML tree and numbers. Pure; raises, never guesses."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import msgspec

from hotledger.errors import BodyBlocked, BodyBroken
from hotledger.model import Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

T = TypeVar("T")

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([a-zA-Z0-9_-]+)""", re.IGNORECASE)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "w": 10_000, "万": 10_000, "亿": 100_000_000}
_NUMBER = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*([kKmMwW万亿]?)(?![A-Za-z])")

_BLOCK_PAGES = (
    "Sina Visitor System",
    "passport.weibo.com/visitor",
    "百度安全验证",
    "wappass.baidu.com/static/captcha",
    "安全验证",
    "访问验证",
    "滑动验证",
    "验证码",
    "captcha",
    "Just a moment...",
    "cf-browser-verification",
    "challenge-platform",
    "Access Denied",
    "访问被拒绝",
    "Whoa there!",
    "/unhuman",
)


def text(response: Response) -> str:
    """The body as text: charset of the header, else of the document's start, else UTF-8, else GB18030.

    Undecodable bytes become U+FFFD only when no charset fits, so that one bad byte does not lose a list.
    """
    named = _CHARSET.search(response.headers.get("content-type", "").encode("latin-1", "replace"))
    named = named or _CHARSET.search(response.content[:1024])
    candidates = [named.group(1).decode("ascii")] if named else []
    for charset in [*candidates, "utf-8-sig", "gb18030"]:
        wide = "gb18030" if charset.lower() in {"gbk", "gb2312"} else charset
        try:
            return response.content.decode(wide)
        except (UnicodeDecodeError, LookupError):
            continue
    return response.content.decode("utf-8", "replace")


def decode(response: Response, shape: type[T]) -> T:
    """The JSON body as a typed record of the part we read.

    Raises `BodyBlocked` for a challenge page in place of JSON, `BodyBroken` for anything else that does not fit.
    """
    try:
        return msgspec.json.decode(response.content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return decode_text(text(response), shape)


def decode_text(document: str, shape: type[T]) -> T:
    """As `decode`, for JSON that was found inside something else."""
    stripped = document.lstrip("\ufeff \t\r\n")
    if stripped[:1] == "<":
        refuse_block_page(stripped)
        raise BodyBroken("the body is an HTML page where JSON was expected")
    if not stripped:
        raise BodyBroken("the body is empty (0 bytes of content) where JSON was expected")
    try:
        return msgspec.json.decode(stripped.encode("utf-8", "replace"), type=shape)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BodyBroken(f"the JSON is not in a known shape: {error}"[:300]) from error


def html(response: Response, rows: str | None = None) -> LexborHTMLParser:
    """The body as an HTML tree. Raises `BodyBlocked` for a known challenge page.

    A page where the selector `rows` finds something is a list, and never a challenge, whatever words its titles hold.
    """
    from selectolax.lexbor import LexborHTMLParser

    document = text(response)
    page = LexborHTMLParser(document)
    if rows is None or page.css_first(rows) is None:
        refuse_block_page(document)
    return page


def refuse_block_page(document: str) -> None:
    """Raise `BodyBlocked` when the page is a known challenge, visitor or login page, and too small to be a list."""
    head = document[:40_000]
    if len(document) > 60_000:
        return
    for sign in _BLOCK_PAGES:
        if sign in head:
            raise BodyBlocked(f"the page is a block page: it says “{sign}” ({len(document)} characters)")


def number(written: str | int | float | None) -> int | float | None:
    """The number in a heat text: "1675 万热度" is 16750000, "2,000+" is 2000, "综艺 813801" is 813801, "" is None."""
    if written is None or isinstance(written, (int, float)):
        return written
    found = _NUMBER.search(written)
    if not found:
        return None
    value = float(found.group(1).replace(",", "")) * _UNITS[found.group(2).lower()]
    return round(value) if abs(value - round(value)) < 1e-6 * max(1.0, value) else value


def is_html(response: Response) -> bool:
    """Whether the body looks like a page rather than JSON."""
    return response.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def from_file(content: bytes, received_at: datetime, *, url: str = "file:") -> Response:
    """A body read from disk, as if it had just been received."""
    return Response(url=url, status=200, content=content, received_at=received_at)


def joined(responses: list[Response]) -> Response:
    """Several JSON answers as one whose body is the array of theirs, so that one body can be kept and read again."""
    content = b"[" + b",".join(response.content for response in responses) + b"]"
    last = responses[-1]
    return Response(
        url=responses[0].url,
        status=last.status,
        content=content,
        received_at=last.received_at,
        attempts=max(response.attempts for response in responses),
    )

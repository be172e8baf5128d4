"""Turns the bytes of an answer into text, typed records, an HTML tree and numbers. Pure; raises, never guesses."""

from __future__ import annotations

import html as markup
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from hotledger.errors import BodyBlocked, BodyBroken
from hotledger.model import Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

T = TypeVar("T")

BEIJING = timezone(timedelta(hours=8), "UTC+8")

_CHARSET = re.compile(rb"""(?:charset|<\?xml[^>]*encoding)\s*=\s*["']?\s*([a-zA-Z0-9_-]+)""", re.IGNORECASE)
_UNITS = {
    "k": 1_000,
    "m": 1_000_000,
    "b": 1_000_000_000,
    "w": 10_000,
    "千": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
    "万亿": 1_000_000_000_000,
}
# A letter is a unit only where no word begins with it: "100k", not "100kcal". A minus is a sign only before the first digit
# of a text or a word: "10-20" and "top-10" have none.
_NUMBER = re.compile(r"((?<![\w.-])-)?(\d+(?:,\d{3})*(?:\.\d+)?)(?:\s*(?:([kmbw])(?![A-Za-z])|(万亿|千万|百万|千|万|亿)))?", re.IGNORECASE)
# Every escape of a JSON text from left to right, so that half of a surrogate pair is told from a whole one, and from "\\ud83d".
_ESCAPE = re.compile(r"\\(?:u(?:d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(?P<half>d[89a-f][0-9a-f]{2}))|.)", re.IGNORECASE | re.DOTALL)
# 1973, and in milliseconds as well: smaller digits are no instant ("20260320"), and the year 5138 is no list's.
_SECONDS_FROM = 100_000_000
_MILLISECONDS_FROM = 100_000_000_000
_SINCE_1970 = re.compile(r"\d{1,15}(\.\d+)?")
# What a selector like "table tr" costs grows with the cube of the depth. No page of a list is a tenth as deep.
_DEEPEST = 250
_TOO_DEEP = ">".join(["*"] * _DEEPEST)
_MOST_DIGITS = 300  # what a double holds; no heat has a tenth of them
_CONTROLS = dict.fromkeys(range(0x20), " ")

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
    """The body as text: charset of the header, else of the page's start, else UTF-8, else GB18030.

    Where none of them fits, the one that fits best is taken, with U+FFFD for what it can't read: one bad byte must not lose a list.
    """
    charsets = [*_named_charset(response), "utf-8-sig", "gb18030"]
    for charset in charsets:
        try:
            return response.content.decode(charset)
        except (UnicodeError, LookupError):
            continue
    readings = [response.content.decode(charset, "replace") for charset in charsets if _is_lenient(charset)]
    return min(readings, key=lambda reading: reading.count("\ufffd"))


def _named_charset(response: Response) -> list[str]:
    """The charset that the header or, in a page, the document names; its wider form for those of mainland China."""
    named = _CHARSET.search(response.headers.get("content-type", "").encode("latin-1", "replace"))
    if named is None and is_html(response):  # In JSON the words could be a title's.
        named = _CHARSET.search(response.content[:1024])
    if named is None:
        return []
    charset = named.group(1).decode("ascii").lower()
    return ["gb18030" if charset in {"gbk", "gb2312"} else charset]


def _is_lenient(charset: str) -> bool:
    """Whether a charset can be read with gaps. Some codecs of Python know no gaps, or are no charsets at all."""
    try:
        return bool(b"a\xff".decode(charset, "replace"))
    except (UnicodeError, LookupError):
        return False


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
        return _decode_leniently(stripped, shape)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BodyBroken(f"the JSON is not in a known shape: {error}"[:300]) from error


def _decode_leniently(document: str, shape: type[T]) -> T:
    """Decode, and if that fails once more with what sites put into titles made legal: cut emoji and control characters."""
    try:
        return msgspec.json.decode(document.encode("utf-8", "replace"), type=shape)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        mended = without_halves(document.translate(_CONTROLS))
        return msgspec.json.decode(mended.encode("utf-8", "replace"), type=shape)


def without_halves(document: str) -> str:
    """A JSON text with U+FFFD for each half of a cut emoji (`\\ud83d` alone), which is no text at all."""
    return _ESCAPE.sub(lambda escape: r"\ufffd" if escape["half"] else escape[0], document)


def html(response: Response, rows: str | None = None) -> LexborHTMLParser:
    """The body as an HTML tree. Raises `BodyBlocked` for a known challenge page, `BodyBroken` for one that is nested absurdly deep.

    A page where the selector `rows` finds something is a list, and never a challenge, whatever words its titles hold.
    """
    from selectolax.lexbor import LexborHTMLParser

    document = text(response)
    page = LexborHTMLParser(document)
    if page.css_first(_TOO_DEEP) is not None:
        raise BodyBroken(f"the page is nested more than {_DEEPEST} levels deep")
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
    """The number in a heat text: "1675 万热度" is 16750000, "2,000+" is 2000, "综艺 813801" is 813801, "" is None.

    A number of hundreds of digits is none that a platform counts: None.
    """
    if written is None or isinstance(written, (int, float)):
        return written
    found = _NUMBER.search(written)
    if not found:
        return None
    sign, digits, letter, word = found.groups()
    if len(digits) > _MOST_DIGITS:
        return None
    # Decimal, since 8.29 * 10000 is not 82900 in binary.
    value = Decimal(digits.replace(",", "")) * _UNITS.get((letter or word or "").lower(), 1)
    value = -value if sign else value
    return int(value) if value == value.to_integral_value() else float(value)


def title(written: str | None) -> str:
    """A title in plain text. Raises `BodyBroken` where there is none: a changed site must not pass for a list of blanks."""
    plain = unescaped(written or "").strip()
    if not plain:
        raise BodyBroken("a row has no title")
    return plain


def id_of(written: str | int | None) -> str:
    """An id as text. Raises `BodyBroken` where there is none: all such rows would pass for one."""
    known = "" if written is None else str(written).strip()
    if not known:
        raise BodyBroken("a row has no id")
    return known


def words(node: LexborNode | None) -> str:
    """The text of a part of a page on one line; "" where the page lacks that part."""
    return " ".join(node.text().split()) if node else ""


def present(**extras: Any) -> dict[str, Any]:
    """The extras that say something."""
    return {name: value for name, value in extras.items() if value not in (None, "", [], {})}


def instant(written: str | int | float | None, zone: tzinfo = BEIJING) -> datetime | None:
    """The instant, in UTC, that a site's own time says: seconds or milliseconds since 1970, or a date with a time of day.

    A date without an offset is of `zone`. What says no instant (nothing, 0, a day alone, "3 hours ago") is `None`.
    """
    if isinstance(written, str) and not _SINCE_1970.fullmatch(written := written.strip()):
        return _dated(written, zone)
    since = float(written) if isinstance(written, str) else written or 0
    seconds = since / 1000 if _MILLISECONDS_FROM <= since < _MILLISECONDS_FROM * 1000 else since
    return datetime.fromtimestamp(seconds, UTC) if _SECONDS_FROM <= seconds < _MILLISECONDS_FROM else None


def _dated(written: str, zone: tzinfo) -> datetime | None:
    try:
        dated = datetime.fromisoformat(written.replace("/", "-"))
        return (dated if dated.tzinfo else dated.replace(tzinfo=zone)).astimezone(UTC) if ":" in written else None
    except (ValueError, OverflowError):
        return None


def unescaped(written: str) -> str:
    """Text with its character references (`&amp;`, `&#38;`) as characters; where Python can't read one, the text as it is."""
    try:
        return markup.unescape(written)
    except ValueError:  # a reference of thousands of digits
        return written


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

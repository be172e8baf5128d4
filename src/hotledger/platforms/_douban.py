"""What the lists of Douban share: the rows of a page or its check for robots, a work of the mobile API, and the refusal in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty, ReadError
from hotledger.model import Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SITES = {"movie": "movie", "tv": "movie", "book": "book", "music": "music"}
_ROBOT_CHECKS = ("有异常请求从你的 IP 发出", "登录跳转页", "sec.douban.com")


class Rating(Struct, frozen=True):
    """`value` is 0 where too few people have rated."""

    value: float | None = None
    count: int | None = None


class Refusal(Struct, frozen=True, kw_only=True):
    """The part of an answer that says why there is no list."""

    code: int | None = None
    msg: str | None = None


def refusal(answer: Refusal) -> ReadError:
    """What the site's words mean: `BodyBlocked` where it takes the request for a robot's, else `BodyBroken`."""
    words = f"the site answered with code {answer.code}: {answer.msg}"[:300]
    if (answer.msg or "").startswith(("invalid_request", "need_login", "rate_limit")):
        return BodyBlocked(words)
    return BodyBroken(words if answer.code or answer.msg else "the answer has no list")


def rows(response: Response, selector: str) -> list[LexborNode]:
    """The rows of a page. Raises `BodyBlocked` for a check for robots, `BodyEmpty` for an article without rows."""
    page = body.html(response, rows=selector)
    found = page.css(selector)
    if found:
        return found
    sign = next((sign for sign in _ROBOT_CHECKS if sign in body.text(response)), None)
    if sign:
        raise BodyBlocked(f"the page is a check for robots: it says “{sign}”")
    if page.css_first(".article") is None:
        raise BodyBroken(f"the page has no rows ({selector})")
    raise BodyEmpty("the page lists nothing")


def page(kind: str | None, work: str) -> str | None:
    """The page of a work; `None` for a kind whose site is not known."""
    site = _SITES.get(kind or "")
    return f"https://{site}.douban.com/subject/{work}/" if site else None


def about(subtitle: str | None, rating: Rating | None, **more: Any) -> dict[str, Any]:
    """What a row says of a work beside its title."""
    return body.present(subtitle=(subtitle or "").strip(), rating=(rating.value or None) if rating else None, **more)

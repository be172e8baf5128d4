"""NGA 论坛热帖: the threads of all boards that are answered most. Its one endpoint, of the forum's app."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Platform, Request, Response

PLATFORM = Platform(
    id="ngabbs",
    title="NGA 论坛热帖",
    home="https://ngabbs.com/",
    expect=range(15, 31),
    category="social",
    heat="replies to the thread; the site's order is its own",
    heat_unit="replies",
    link="https://bbs.nga.cn/read.php?tid={id}",
    cadence_minutes=60,
    rest_hours=12,
    aliases=("nga",),
)

FALLBACKS = ()

# What the forum says to guests that it does not let in, in JSON or on a page.
_REFUSALS = ("访客", "登录", "频繁", "权限")
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Referer": "https://ngabbs.com/",
    "X-User-Agent": "NGA_skull/7.3.1(iPhone13,2;iOS 17.2.1)",
}


class _Row(Struct, frozen=True):
    tid: int | str
    subject: str
    replies: int | str | None
    author: str | None = None
    postdate: int | str | None = None
    tpcurl: str | None = None


class _Answer(Struct, frozen=True):
    """`error` is a list or a table of sentences."""

    result: list[list[_Row]] | None = None
    error: Any = None


def plan() -> Generator[Request, Response, Response]:
    """The threads of all boards. The app names itself in a header, without a signature."""
    url = "https://ngabbs.com/nuke.php?__lib=load_topic&__act=load_topic_reply_ladder2&opt=1&all=1"
    return (yield Request(url=url, method="POST", content=b"__output=14", headers=_HEADERS, identity=Identity.MOBILE))


def parse(response: Response) -> list[Item]:
    """The threads in the order served."""
    if body.is_html(response) and any(word in body.text(response) for word in _REFUSALS):
        raise BodyBlocked("the page says that guests are not let in")
    answer = body.decode(response, _Answer)
    if answer.error or answer.result is None:
        refusal = BodyBlocked if any(word in str(answer.error) for word in _REFUSALS) else BodyBroken
        raise refusal(f"the site answered with an error: {answer.error}"[:300])
    rows = answer.result[0] if answer.result else []
    if not rows:
        raise BodyEmpty("the list has no threads")
    return [_thread(row) for row in rows]


def _thread(row: _Row) -> Item:
    path = row.tpcurl or ""
    return Item(
        title=body.title(row.subject),
        id=body.id_of(row.tid),
        url=f"https://bbs.nga.cn{path if path.startswith('/') else f'/read.php?tid={row.tid}'}",
        heat=body.number(row.replies),
        heat_text=row.replies if isinstance(row.replies, str) and row.replies else None,
        published_at=body.instant(row.postdate),
        extras=body.present(author=row.author),
    )

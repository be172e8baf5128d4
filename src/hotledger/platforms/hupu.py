"""Hupu 步行街热帖: the threads of the Walking Street. From the mobile site (a topic, or the street), else the day's page of the desktop."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from msgspec import UNSET, Struct, UnsetType

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Kind, Platform, Request, Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="hupu",
    title="虎扑步行街热帖",
    home="https://bbs.hupu.com/topic-daily-hot",
    expect=range(10, 51),
    category="social",
    heat="replies to the thread",
    heat_unit="replies",
    link="https://bbs.hupu.com/{id}.html",
    cadence_minutes=30,
    rest_hours=6,
    known_from="recorded 2024-03-08, the mobile page of the street; the others from documentation",
)

_MOBILE = "https://m.hupu.com/api/v2/bbs"
_ROWS = "li.bbs-sl-web-post-body"
_OK = (None, 0, 1, 200)


class _Row(Struct, frozen=True, rename="camel"):
    tid: int | str
    title: str
    replies: int | str | None
    top_thread: bool | None = None
    recommend_count: int | None = None


class _Data(Struct, frozen=True, rename="camel"):
    topic_threads: list[_Row] | None


class _Answer(Struct, frozen=True, rename="camel"):
    """`thread_list` is what the street's own page has, without an envelope; `data` what a topic has."""

    code: int | None = None
    msg: str | None = None
    data: _Data | None = None
    thread_list: list[_Row] | UnsetType | None = UNSET


def _get(path: str) -> Request:
    return Request(url=f"{_MOBILE}/{path}", identity=Identity.MOBILE, headers={"Referer": "https://m.hupu.com/"})


def plan() -> Generator[Request, Response, Response]:
    """The threads of topic 1, the main road of the street."""
    return (yield _get("topicThreads?topicId=1&page=1"))


def plan_street() -> Generator[Request, Response, Response]:
    """The street as the mobile site opens it."""
    return (yield _get("walkingStreet/threads?page=1"))


def plan_page() -> Generator[Request, Response, Response]:
    """The hot threads of the day on the desktop site."""
    return (yield Request(url=PLATFORM.home))


FALLBACKS = (plan_street, plan_page)


def parse(response: Response) -> list[Item]:
    """The threads in the order served; those kept at the top are pins."""
    items = _from_page(response) if body.is_html(response) else [_thread(row) for row in _threads(response)]
    if not items:
        raise BodyEmpty("the list has no threads")
    return items


def _threads(response: Response) -> list[_Row]:
    answer = body.decode(response, _Answer)
    if not isinstance(answer.thread_list, UnsetType):
        return answer.thread_list or []
    if answer.code not in _OK or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.msg}"[:300])
    return answer.data.topic_threads or []


def _thread(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.tid),
        url=f"https://bbs.hupu.com/{row.tid}.html",
        heat=body.number(row.replies),
        heat_text=row.replies if isinstance(row.replies, str) else None,
        kind=Kind.PINNED if row.top_thread else Kind.RANKED,
        extras=body.present(recommendations=row.recommend_count),
    )


def _from_page(response: Response) -> list[Item]:
    page = body.html(response, rows=_ROWS)
    rows = page.css(_ROWS)
    if not rows and b"aliyun_waf" in response.content:
        raise BodyBlocked("the page is the firewall's check for robots (aliyun_waf)")
    if not rows and page.css_first(".bbs-sl-web-post") is None:
        raise BodyBroken("the page has no threads")
    return [_row(row) for row in rows]


def _row(row: LexborNode) -> Item:
    """A row of the page, whose numbers are "replies / views"."""
    link, numbers = row.css_first("a.p-title"), row.css_first(".post-datum")
    thread = (link.attributes.get("href") or "").strip("/").removesuffix(".html") if link else ""
    if link is None or not thread.isdecimal():
        raise BodyBroken("a row has no link to its thread")
    replies, _, views = (numbers.text(strip=True) if numbers else "").partition("/")
    return Item(
        title=body.title(link.text()),
        id=thread,
        url=f"https://bbs.hupu.com/{thread}.html",
        heat=body.number(replies),
        heat_text=replies.strip() or None,
        extras=body.present(views=body.number(views)),
    )

"""Tencent 综合早报: the articles that Tencent News chooses for the day. Its one endpoint; no heat."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, plain_text, present, title

PLATFORM = Platform(
    id="tencent-hot",
    title="腾讯新闻综合早报",
    home="https://news.qq.com/tag/aEWqxLtdgmQ=",
    expect=range(5, 61),
    category="news",
    rest_hours=36,
    fresh_hours=60,
    aliases=("tencent",),
    known_from="documentation, and rows of 2026-09-17",
)


class _Link(Struct, frozen=True):
    url: str | None = None


class _Article(Struct, frozen=True):
    title: str
    link_info: _Link | None = None
    id: str | int | None = None
    url: str | None = None
    desc: str | None = None
    publish_time: str | None = None


class _Tab(Struct, frozen=True, rename="camel"):
    article_list: list[_Article] | None


class _Data(Struct, frozen=True):
    tabs: list[_Tab] | None


class _Answer(Struct, frozen=True):
    data: _Data | None
    ret: int | str = 0
    msg: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The tag under which the morning's articles stand."""
    url = "https://i.news.qq.com/web_backend/v2/getTagInfo?tagId=aEWqxLtdgmQ%3D"
    return (yield Request(url=url, headers={"Referer": "https://news.qq.com/"}))


def parse(response: Response) -> list[Item]:
    """The articles of the first tab, in its order."""
    answer = body.decode(response, _Answer)
    if str(answer.ret) != "0" or answer.data is None:
        raise BodyBroken(f"the site answered with ret {answer.ret}: {answer.msg}"[:300])
    articles = [article for tab in (answer.data.tabs or [])[:1] for article in tab.article_list or ()]
    if not articles:
        raise BodyEmpty("the tag has no articles")
    return [_item(article) for article in articles]


def _item(article: _Article) -> Item:
    address = (article.link_info.url if article.link_info else None) or article.url
    if not address:
        raise BodyBroken("an article has no address")
    return Item(
        title=title(article.title),
        id=str(article.id) if article.id else None,
        url=address,
        published_at=beijing(article.publish_time),
        extras=present(description=plain_text(article.desc)[:300]),
    )

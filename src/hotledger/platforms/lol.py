"""League of Legends 英雄联盟公告: the notices of the Chinese site. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator
from urllib.parse import quote

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="lol",
    title="英雄联盟公告",
    home="https://lol.qq.com/news/index.shtml",
    expect=range(15, 31),
    category="game",
    link="https://lol.qq.com/news/detail.shtml?docid={id}",
    cadence_minutes=360,
    rest_hours=120,
    fresh_hours=168,
)


class _Row(Struct, frozen=True):
    id: int | str = field(name="iDocID")
    title: str = field(name="sTitle")
    redirect: str | None = field(default=None, name="sRedirectURL")
    created: str | None = field(default=None, name="sCreated")
    author: str | None = field(default=None, name="sAuthor")
    plays: int | str | None = field(default=None, name="iTotalPlay")


class _Data(Struct, frozen=True):
    result: list[_Row]


class _Answer(Struct, frozen=True):
    data: _Data | None
    status: int | str | None = None
    msg: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The newest thirty; 24 is the number of the notices."""
    url = "https://apps.game.qq.com/cmc/zmMcnTargetContentList?r0=json&page=1&num=30&target=24&source=web_pc"
    return (yield Request(url=url, headers={"Referer": "https://lol.qq.com/"}))


def parse(response: Response) -> list[Item]:
    """The notices in the order of the site."""
    answer = body.decode(response, _Answer)
    if answer.status not in {None, 0, "0"} or answer.data is None:
        raise BodyBroken(f"the site answered with status {answer.status}: {answer.msg}"[:300])
    if not answer.data.result:
        raise BodyEmpty("the site has no notices")
    return [_notice(row) for row in answer.data.result]


def _notice(row: _Row) -> Item:
    elsewhere = row.redirect if row.redirect and row.redirect.startswith("http") else None
    return Item(
        title=body.title(row.title),
        id=body.id_of(row.id),
        url=elsewhere or f"https://lol.qq.com/news/detail.shtml?docid={quote(str(row.id), safe='')}",
        published_at=body.instant(row.created),
        extras=body.present(author=row.author, plays=body.number(row.plays)),
    )

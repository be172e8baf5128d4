"""The Paper 澎湃热榜: the hot news beside the front page. Its one endpoint."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import present, since_1970, title

PLATFORM = Platform(
    id="thepaper",
    title="澎湃新闻热榜",
    home="https://www.thepaper.cn/",
    expect=range(15, 51),
    category="news",
    heat="likes of the article",
    heat_unit="likes",
    link="https://www.thepaper.cn/newsDetail_forward_{id}",
    cadence_minutes=30,
    rest_hours=12,
    fresh_hours=48,
)


class _Tag(Struct, frozen=True):
    tag: str | None = None


class _Row(Struct, frozen=True):
    id: str | int = field(name="contId")
    name: str
    praises: int | str | None = field(default=None, name="praiseTimes")
    published: int | str | None = field(default=None, name="pubTimeLong")
    tags: list[_Tag] | None = field(default=None, name="tagList")


class _Data(Struct, frozen=True):
    rows: list[_Row] | None = field(name="hotNews")


class _Answer(Struct, frozen=True):
    code: int | str = field(name="resultCode")
    data: _Data | None = None
    message: str | None = field(default=None, name="resultMsg")


def plan() -> Generator[Request, Response, Response]:
    """What stands to the right of the front page."""
    return (yield Request(url="https://cache.thepaper.cn/contentapi/wwwIndex/rightSidebar"))


def parse(response: Response) -> list[Item]:
    """The articles in the order of the board, which is not that of their likes."""
    answer = body.decode(response, _Answer)
    if str(answer.code) != "1" or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.message}"[:300])
    if not answer.data.rows:
        raise BodyEmpty("the board has no articles")
    return [_article(row) for row in answer.data.rows]


def _article(row: _Row) -> Item:
    return Item(
        title=title(row.name),
        id=str(row.id),
        url=f"https://www.thepaper.cn/newsDetail_forward_{row.id}",
        heat=body.number(row.praises),
        heat_text=row.praises if isinstance(row.praises, str) and row.praises else None,
        published_at=since_1970(row.published, per_second=1000),
        extras=present(tags=[tag.tag for tag in row.tags or () if tag.tag]),
    )

"""Eastmoney 7x24 快讯: the newest flashes of finance. Its one endpoint; no heat."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, headline, plain_text, present, title

PLATFORM = Platform(
    id="eastmoney",
    title="东方财富 7x24 快讯",
    home="https://kuaixun.eastmoney.com/",
    expect=range(40, 51),
    category="finance",
    link="https://finance.eastmoney.com/a/{id}.html",
    cadence_minutes=15,
    rest_hours=8,
    fresh_hours=8,
)


_OK = {"1", "0"}  # By different reports.


class _Row(Struct, frozen=True):
    code: str | int
    title: str | None = None
    summary: str | None = None
    shown: str | None = field(default=None, name="showTime")


class _Data(Struct, frozen=True):
    rows: list[_Row] | None = field(name="fastNewsList")


class _Answer(Struct, frozen=True):
    code: str | int
    data: _Data | None = None
    message: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The newest fifty. `req_trace` only names the request; any text will do."""
    query = "client=web&biz=web_724&fastColumn=102&sortEnd=&pageSize=50&req_trace=1"
    return (yield Request(url=f"https://np-weblist.eastmoney.com/comm/web/getFastNewsList?{query}", headers={"Referer": PLATFORM.home}))


def parse(response: Response) -> list[Item]:
    """The flashes, newest first, as served."""
    answer = body.decode(response, _Answer)
    if str(answer.code) not in _OK or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.message}"[:300])
    if not answer.data.rows:
        raise BodyEmpty("there are no flashes")
    return [_flash(row) for row in answer.data.rows]


def _flash(row: _Row) -> Item:
    return Item(
        title=title(row.title or headline(row.summary)),
        id=str(row.code),
        url=f"https://finance.eastmoney.com/a/{row.code}.html",
        published_at=beijing(row.shown),
        extras=present(description=plain_text(row.summary)[:300]),
    )

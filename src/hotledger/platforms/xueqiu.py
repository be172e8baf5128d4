"""Xueqiu 热门股票: the stocks most looked at in the last hour. Its one endpoint, which asks for an anonymous cookie first."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Kind, Platform, Request, Response
from hotledger.platforms._rows import present, title

PLATFORM = Platform(
    id="xueqiu",
    title="雪球热门股票",
    home="https://xueqiu.com/hq",
    expect=range(20, 31),
    category="finance",
    heat="the platform's own score of attention, where it gives one",
    link="https://xueqiu.com/S/{id}",
    cookie="The cookie of your browser stands in for the anonymous one that is fetched first, should that no longer be given.",
    cadence_minutes=30,
    aliases=("xueqiu-hotstock",),
    known_from="documentation, and rows of 2026-09-17",
)

_FIREWALL = (b"aliyun_waf", b"_waf_")


class _Stock(Struct, frozen=True):
    code: str
    name: str
    value: int | float | str | None = None
    percent: int | float | None = None
    exchange: str | None = None
    ad: int | bool | None = None


class _Data(Struct, frozen=True):
    items: list[_Stock] | None


class _Answer(Struct, frozen=True):
    data: _Data | None = None
    error_code: int | str | None = None
    error_description: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The hot stocks, after the page that gives the cookie."""
    yield Request(url=PLATFORM.home)
    url = "https://stock.xueqiu.com/v5/stock/hot_stock/list.json?size=30&_type=10&type=10"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}, own_cookie=True))


def parse(response: Response) -> list[Item]:
    """The stocks in the order of the list, ads marked."""
    if body.is_html(response) and any(sign in response.content for sign in _FIREWALL):
        raise BodyBlocked("the page is the firewall's, in front of the site")
    answer = body.decode(response, _Answer)
    if str(answer.error_code or 0) != "0":
        raise BodyBlocked(f"the site refused with error {answer.error_code}: {answer.error_description}"[:300])
    if answer.data is None:
        raise BodyBroken("the answer has no data")
    if not answer.data.items:
        raise BodyEmpty("the list has no stocks")
    return [_stock(row) for row in answer.data.items]


def _stock(row: _Stock) -> Item:
    return Item(
        title=title(row.name),
        id=row.code,
        url=f"https://xueqiu.com/S/{row.code}",
        heat=body.number(row.value),
        heat_text=row.value if isinstance(row.value, str) and row.value else None,
        kind=Kind.AD if row.ad else Kind.RANKED,
        extras=present(percent=row.percent, exchange=row.exchange),
    )

"""China Meteorological Administration 气象预警: the newest warnings of the whole country, by https, else by http. No heat."""

from __future__ import annotations

import re
from collections.abc import Generator

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import beijing, present, title

PLATFORM = Platform(
    id="weatheralarm",
    title="中央气象台气象预警",
    home="https://www.nmc.cn/publish/alarm.html",
    expect=range(10, 31),
    category="weather",
    link="https://www.nmc.cn/publish/alarm/{id}.html",
    cadence_minutes=30,
    rest_hours=24,
    fresh_hours=24,
)

_SITE = "https://www.nmc.cn"
_LIST = "www.nmc.cn/rest/findAlarm?pageNo=1&pageSize=30&signaltype=&signallevel=&province="
_SIGNAL = re.compile(r"发布(\S+?)(蓝|黄|橙|红)色预警")


class _Alarm(Struct, frozen=True):
    alertid: str
    title: str
    url: str | None = None
    issuetime: str | None = None


class _Page(Struct, frozen=True):
    rows: list[_Alarm] | None = field(name="list")


class _Data(Struct, frozen=True):
    page: _Page


class _Answer(Struct, frozen=True):
    data: _Data | None
    code: int | str = 0
    msg: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The newest thirty."""
    return (yield Request(url=f"https://{_LIST}", headers={"Referer": PLATFORM.home}))


def plan_plain() -> Generator[Request, Response, Response]:
    """The same without encryption, as the address has long been known."""
    return (yield Request(url=f"http://{_LIST}"))


FALLBACKS = (plan_plain,)


def parse(response: Response) -> list[Item]:
    """The warnings, newest first, as served."""
    answer = body.decode(response, _Answer)
    if str(answer.code) != "0" or answer.data is None:
        raise BodyBroken(f"the site answered with code {answer.code}: {answer.msg}"[:300])
    if not answer.data.page.rows:
        raise BodyEmpty("there are no warnings")
    return [_alarm(row) for row in answer.data.page.rows]


def _alarm(row: _Alarm) -> Item:
    signal = _SIGNAL.search(row.title)
    address = row.url or f"/publish/alarm/{row.alertid}.html"
    return Item(
        title=title(row.title),
        id=row.alertid,
        url=f"{_SITE}{address}" if address.startswith("/") else address,
        published_at=beijing(row.issuetime),
        extras=present(signal=signal[1], level=signal[2]) if signal else {},
    )

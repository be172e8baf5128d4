"""Weibo 热搜, through its four front doors: the desktop's side box and band, the mobile site's cards, and the search site's page.

Each marks pins and ads in a way of its own. The boards of topics (热议话题) are read too, but not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus

from msgspec import UNSET, Struct, UnsetType

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Identity, Item, Kind, Platform, Request, Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="weibo",
    title="微博热搜",
    home="https://s.weibo.com/top/summary?cate=realtimehot",
    expect=range(45, 53),
    category="social",
    heat="the platform's own search index",
    link="https://s.weibo.com/weibo?q=%23{title}%23",
    cookie="The cookie of your browser opens m.weibo.cn and s.weibo.com, tried when the desktop's lists refuse; both turn guests away.",
    cadence_minutes=15,
    rest_hours=0.7,
    known_from="recorded 2026-06-04; hot_band and the desktop page from documentation",
)


class _Row(Struct, frozen=True):
    """A row of the side box or of the band. Ads have no `realpos`, and a `rank` of their own that shifts all below."""

    word: str | None = None
    note: str | None = None
    word_scheme: str | None = None
    num: int | str | UnsetType | None = UNSET
    realpos: int | None = None
    is_ad: bool | int | None = None
    topic_ad: bool | int | None = None
    label_name: str | None = None
    flag_desc: str | None = None


class _Pin(Struct, frozen=True):
    word: str | None = None
    name: str | None = None


class _Content(Struct, frozen=True):
    content: str | None = None


class _Cell(Struct, frozen=True):
    """A row of the mobile cards: a search word (`desc`, `desc_extr`) or a topic (`title_sub`, `desc` for its counts)."""

    desc: str | None = None
    desc_extr: int | str | UnsetType | None = UNSET
    scheme: str | None = None
    itemid: str | None = None
    pic: str | None = None
    title_sub: str | None = None
    card_expand: _Content | None = None


class _Card(Struct, frozen=True):
    card_group: list[_Cell] | None = None


class _Data(Struct, frozen=True):
    realtime: list[_Row] | None = None
    band_list: list[_Row] | None = None
    hotgov: _Pin | list[_Pin] | None = None
    hotgovs: list[_Pin] | None = None
    cards: list[_Card] | None = None


class _Answer(Struct, frozen=True):
    ok: int
    msg: str | None = None
    url: str | None = None
    data: _Data | None = None


def plan() -> Generator[Request, Response, Response]:
    """The side box of the desktop site."""
    return (yield Request(url="https://weibo.com/ajax/side/hotSearch", headers={"Referer": "https://weibo.com/"}))


def plan_band() -> Generator[Request, Response, Response]:
    """The hot band of the desktop site."""
    return (yield Request(url="https://weibo.com/ajax/statuses/hot_band", headers={"Referer": "https://weibo.com/"}))


def plan_mobile() -> Generator[Request, Response, Response]:
    """The mobile site, closed to guests since 2025-09-15."""
    board = "106003type%3D25%26t%3D3%26disable_hot%3D1%26filter_type%3Drealtimehot"
    url = f"https://m.weibo.cn/api/container/getIndex?containerid={board}"
    return (yield Request(url=url, headers={"Referer": "https://m.weibo.cn/"}, identity=Identity.MOBILE, own_cookie=True))


def plan_page() -> Generator[Request, Response, Response]:
    """The page of the search site, closed to guests since 2021-09-23."""
    return (yield Request(url=PLATFORM.home, headers={"Referer": "https://s.weibo.com/"}, own_cookie=True))


FALLBACKS = (plan_band, plan_mobile, plan_page)


def parse(response: Response) -> list[Item]:
    """The search words by their own position, with pins and ads told apart by what marks them in each form."""
    if body.is_html(response):
        return _from_page(response)
    answer = body.decode(response, _Answer)
    data = _accepted(answer)
    rows = data.band_list if data.realtime is None else data.realtime
    if rows is not None:
        return [*_pins(data), *_ordered([(row.realpos, _side_row(row)) for row in rows])]
    if data.cards:
        return _from_cells(data.cards[0].card_group)
    raise BodyBroken("the answer has neither a list of words nor cards")


def _accepted(answer: _Answer) -> _Data:
    """The data of an answer that says it is well; each way of saying no has its own failure."""
    said = f"ok {answer.ok}, {answer.msg or answer.url}"[:300]
    if answer.ok == -100 or "频繁" in (answer.msg or ""):
        raise BodyBlocked(f"the site asks for a login or refuses: {said}")
    if answer.ok in {0, 1} and answer.data is not None and answer.data.cards == []:
        raise BodyEmpty(f"the site says that there is nothing: {said}")
    if answer.ok != 1 or answer.data is None:
        raise BodyBroken(f"the answer is not a list: {said}")
    return answer.data


def _ordered(rows: list[tuple[int | None, Item]]) -> list[Item]:
    """The items, the ranked ones among them by position where every one of them names it."""
    ranked = [(position, item) for position, item in rows if item.kind is Kind.RANKED]
    if not rows:
        raise BodyEmpty("the list has no rows")
    if not ranked:
        raise BodyBroken("the list has rows, but none of them has a rank")
    if all(position is not None for position, _ in ranked):
        ranked.sort(key=lambda placed: placed[0] or 0)
    return [item for _, item in rows if item.kind is not Kind.RANKED] + [item for _, item in ranked]


def _side_row(row: _Row) -> Item:
    title = _bare(row.word or row.note)
    if row.is_ad or row.topic_ad:
        return _item(title, row.word_scheme or title, kind=Kind.AD)
    if isinstance(row.num, UnsetType):
        raise BodyBroken("a row has no num")
    return _item(title, row.word_scheme or title, row.num, label=row.label_name, category=row.flag_desc)


def _pins(data: _Data) -> list[Item]:
    """The pin is served twice, as a list and alone; PHP may write an empty list for none."""
    alone = data.hotgov if isinstance(data.hotgov, list) else [data.hotgov]
    written = [pin.word or pin.name for pin in data.hotgovs or alone if pin]
    return [_item(_bare(title), title, kind=Kind.PINNED) for title in written if title]


def _from_cells(cells: list[_Cell] | None) -> list[Item]:
    """The first card is the list; rising words, entertainment and rules follow in cards of their own."""
    if cells is None:
        raise BodyBroken("the first card has no group")
    if cells and cells[0].title_sub is not None:
        return [_topic_cell(cell) for cell in cells]
    return _ordered([(_position(cell), _word_cell(cell)) for cell in cells])


def _position(cell: _Cell) -> int | None:
    """`realpos` in the item's id, or before 2023 the number on its picture. Pins and ads have neither."""
    found = re.search(r"\brealpos:(\d+)", cell.itemid or "") or re.search(r"img_search_(\d+)\.", cell.pic or "")
    return int(found.group(1)) if found else None


def _word_cell(cell: _Cell) -> Item:
    title = _bare(cell.desc)
    # Whether a word is a topic is said by the key in its id; not for pins, but by the search that they open.
    topic = "key:#" in (cell.itemid or "") or "q%3D%23" in (cell.scheme or "").partition("&")[0]
    query = f"#{title}#" if topic else title
    if _position(cell) is None:
        # An ad's heat is served as an empty text, a pin's not at all.
        pinned = "img_search_stick" in (cell.pic or "") or isinstance(cell.desc_extr, UnsetType)
        return _item(title, query, kind=Kind.PINNED if pinned else Kind.AD)
    if isinstance(cell.desc_extr, UnsetType):
        raise BodyBroken("a row has no desc_extr")
    return _item(title, query, cell.desc_extr)


def _topic_cell(cell: _Cell) -> Item:
    return _topic(cell.title_sub, cell.desc, cell.card_expand.content if cell.card_expand else None)


def _from_page(response: Response) -> list[Item]:
    page = body.html(response, rows=", ".join(_ROWS))
    if b"</html>" not in response.content:
        raise BodyBroken("the page is cut off")
    for selector, read in _ROWS.items():
        if rows := page.css(selector):
            return read(rows)
    if page.css_first("ul.list_a, ul.list_b, #pl_top_realtimehot table"):
        raise BodyEmpty("the page has a list without rows")
    raise BodyBroken("the page has no list")


def _touch_rows(rows: list[LexborNode]) -> list[Item]:
    """The page for phones, as recorded in 2021. An ad may show a rank and a heat."""
    return _ordered([(None, _touch_row(row)) for row in rows])


def _touch_row(row: LexborNode) -> Item:
    name, heat = row.css_first("span"), row.css_first("span em")
    kind = _page_kind(row, row.css_first("strong"), pin="i.icon_pinned", ad="i.icon_recommend")
    return _page_row(row, name.text(deep=False) if name else None, _text(heat), kind)


def _desktop_rows(rows: list[LexborNode]) -> list[Item]:
    """The page for desktops. A pin has an arrow for a rank, an ad a dot."""
    return _ordered([(None, _desktop_row(row)) for row in rows])


def _desktop_row(row: LexborNode) -> Item:
    name, heat, label = (row.css_first(part) for part in ("td.td-02 a", "td.td-02 span", "td.td-03"))
    kind = _page_kind(row, row.css_first("td.td-01"), pin="td.td-01 i", ad="i.icon-txt-recommend")
    return _page_row(row, _text(name), _text(heat), kind, _text(label))


def _page_kind(row: LexborNode, rank: LexborNode | None, *, pin: str, ad: str) -> Kind:
    if row.css_first(pin):
        return Kind.PINNED
    paid = row.css_first(ad) or "topic_ad=1" in _address(row) or not _text(rank).isdigit()
    return Kind.AD if paid else Kind.RANKED


def _page_row(row: LexborNode, name: str | None, heat: str, kind: Kind, label: str | None = None) -> Item:
    query = re.search(r"[?&]q=([^&]+)", _address(row))
    if query is None:
        raise BodyBroken("a row has no link to a search")
    return _item(_bare(name), unquote_plus(query.group(1)), heat if kind is Kind.RANKED else None, kind, label=label)


def _address(row: LexborNode) -> str:
    """Where a row leads to. The desktop page opens its ads by a script, with the address beside."""
    link = row.css_first("a")
    return (link.attributes.get("href_to") or link.attributes.get("href") or "") if link else ""


def _topic_rows(rows: list[LexborNode]) -> list[Item]:
    return [_topic(_text(row.css_first("h2")), _text(row.css_first("article span")), _text(row.css_first("p"))) for row in rows]


_ROWS: dict[str, Callable[[list[LexborNode]], list[Item]]] = {
    "ul.list_a > li": _touch_rows,
    "#pl_top_realtimehot tbody tr": _desktop_rows,
    "ul.list_b > li": _topic_rows,
}


def _topic(title: str | None, counts: str | None, blurb: str | None) -> Item:
    """A row of a board of topics: "1.2万讨论 2255.1万阅读", of which the readings are taken for its heat."""
    found = re.search(r"([\d.]+[万亿]?)\s*阅读", counts or "")
    if not counts or found is None:
        raise BodyBroken("a topic has no counts")
    item = _item(_bare(title), f"#{_bare(title)}#", found.group(1), description=(blurb or "").strip("\u200b \n")[:300])
    return Item(title=item.title, url=item.url, heat=item.heat, heat_text=counts, extras=item.extras)


def _item(title: str, query: str, heat: int | str | None = None, kind: Kind = Kind.RANKED, **extras: str | None) -> Item:
    return Item(
        title=title,
        url=f"https://s.weibo.com/weibo?q={quote(query, safe='')}",
        heat=body.number(heat),
        heat_text=heat if heat and isinstance(heat, str) else None,
        kind=kind,
        extras={name: value for name, value in extras.items() if value},
    )


def _bare(written: str | None) -> str:
    """A title without the marks of a topic around it, which some forms write and others don't."""
    title = (written or "").strip()
    if len(title) > 2 and title[0] == title[-1] == "#":
        title = title[1:-1].strip()
    if not title:
        raise BodyBroken("a row has no title")
    return title


def _text(node: LexborNode | None) -> str:
    return node.text().strip() if node else ""

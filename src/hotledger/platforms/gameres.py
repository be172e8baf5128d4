"""GameRes 游资网: the newest articles for makers of games, from the front page. There is no second page that shows them."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._rows import ago, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

PLATFORM = Platform(
    id="gameres",
    title="GameRes 游资网资讯",
    home="https://www.gameres.com/",
    expect=range(10, 51),
    category="game",
    link="https://www.gameres.com/{id}.html",
    cadence_minutes=180,
    rest_hours=72,
    fresh_hours=96,
)

# The pane of all news had a number until 2026, then the class of the open one; with neither the page has one list.
_PANES = ('[data-news-pane-id="100000"]', ".news-tabs__pane.is-active", "body")
_ROW = "article.feed-item"


def plan() -> Generator[Request, Response, Response]:
    """The front page."""
    return (yield Request(url=PLATFORM.home))


def parse(response: Response) -> list[Item]:
    """The articles of the pane of all news, in the order of the page."""
    page = body.html(response, rows=_ROW)
    rows = _rows(page)
    if not rows and page.css_first(f"{_PANES[0]}, {_PANES[1]}") is None:
        raise BodyBroken("the page has no articles and no pane for them")
    if not rows:
        raise BodyEmpty("the pane has no articles")
    return [_article(row, response) for row in rows]


def _rows(page: LexborHTMLParser) -> list[LexborNode]:
    pane = next((found for selector in _PANES if (found := page.css_first(selector))), None)
    return pane.css(_ROW) if pane else []


def _article(row: LexborNode, response: Response) -> Item:
    link = row.css_first(".feed-item-title-a")
    path = (link.attributes.get("href") or "").partition("?")[0] if link else ""
    if link is None or not path:
        raise BodyBroken("an article has no address")
    found, when = re.search(r"/(\d+)\.html$", path), _beginning(row.css_first(".mark-info"))
    return Item(
        title=body.title(link.text()),
        id=found[1] if found else None,
        url=path if path.startswith("http") else f"https://www.gameres.com{path}",
        published_at=body.instant(when) or ago(when, response.received_at),
        extras=body.present(description=words(row.css_first(".feed-item-right > p"))[:300]),
    )


def _beginning(node: LexborNode | None) -> str:
    """The text before the first element inside: the time stands before the name and the comments."""
    first = node.child if node else None
    return first.text(deep=False).strip() if first and first.tag == "-text" else words(node)

"""GitHub Trending: the page of repositories (by day, week or month), and (for reading alone) the page of developers.

There is no API for these lists, and no second page that shows them.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

PLATFORM = Platform(
    id="github",
    title="GitHub Trending",
    home="https://github.com/trending",
    expect=range(8, 26),
    language="en",
    category="developer",
    heat="stars given to the repository in the period of the page, a day",
    heat_unit="stars",
    link="https://github.com/{id}",
    cadence_minutes=240,
    rest_hours=30,
    aliases=("github-trending", "github-trending-today"),
    known_from="recorded 2026-06-24",
)

FALLBACKS = ()

_SITE = "https://github.com"  # A page that a browser saved has whole addresses.
_ROWS = "article.Box-row"
_STARS_OF_PERIOD = re.compile(r"([\d,]+) stars? (today|this week|this month)")


def plan() -> Generator[Request, Response, Response]:
    """The repositories of the day."""
    return (yield Request(url="https://github.com/trending?since=daily"))


def parse(response: Response) -> list[Item]:
    """The repositories, or the developers, in the order of the page."""
    page = body.html(response, rows=_ROWS)
    rows = page.css(_ROWS)
    if not rows:
        if page.css_first(".blankslate"):
            raise BodyEmpty("the page says that nothing is trending")
        raise BodyBroken("the page has no rows of repositories or developers")
    return [_item(row) for row in rows]


def _item(row: LexborNode) -> Item:
    # The heading, not the first link: a sponsor button may stand before it.
    link = row.css_first("h2 a[href], h1.h3 a[href]")
    path = (link.attributes.get("href") or "").removeprefix(_SITE).strip("/") if link else ""
    if link and re.fullmatch(r"[\w.-]+/[\w.-]+", path):
        return _repository(row, path)
    if link and re.fullmatch(r"[\w.-]+", path):
        return _developer(row, path, _words(link))
    raise BodyBroken("a row has no heading that links to a repository or a developer")


def _repository(row: LexborNode, path: str) -> Item:
    period = next((found for span in row.css("span") if (found := _STARS_OF_PERIOD.fullmatch(_words(span)))), None)
    return Item(
        title=path,
        id=path,
        url=f"https://github.com/{path}",
        heat=body.number(period.group(1)) if period else None,
        heat_text=period.group(0) if period else None,
        extras=_present(
            description=_words(row.css_first("p")),
            language=_words(row.css_first('[itemprop="programmingLanguage"]')),
            stars=body.number(_words(row.css_first('a[href$="/stargazers"]'))),
            forks=body.number(_words(row.css_first('a[href$="/forks"]'))),
        ),
    )


def _developer(row: LexborNode, login: str, name: str) -> Item:
    repository = row.css_first("h1.h4 a[href]")
    path = (repository.attributes.get("href") or "").removeprefix(_SITE).strip("/") if repository else None
    return Item(title=name or login, id=login, url=f"https://github.com/{login}", extras=_present(repository=path))


def _words(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node else ""


def _present(**extras: str | int | float | None) -> dict[str, str | int | float]:
    return {name: value for name, value in extras.items() if value not in (None, "")}

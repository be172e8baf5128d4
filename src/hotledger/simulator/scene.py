"""What a page of a simulated site sees (`Scene`) and gives (`Answer`), and the words the pages share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

import msgspec

from hotledger.simulator.world import Board, Topic, World

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


class Asked(NamedTuple):
    """One request as it was meant for the site. Names of headers are in lower case; query values are decoded."""

    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]

    @property
    def cookies(self) -> dict[str, str]:
        pairs = (pair.partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


class Answer(NamedTuple):
    """One HTTP answer. `headers` are those beside Content-Type and Content-Length."""

    content: bytes
    content_type: str = JSON
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Scene(NamedTuple):
    """The world at the instant of a request. `at_most` cuts every list (0 makes it empty)."""

    world: World
    at: datetime
    asked: Asked
    at_most: int | None = None

    def topics(self, board: str | Board, count: int | None = None) -> list[Topic]:
        """The current rows of a board, cut to `at_most`."""
        rows = self.world.topics(board, self.at, count)
        return rows if self.at_most is None else rows[: self.at_most]

    @property
    def unix(self) -> int:
        return int(self.at.timestamp())


Page: TypeAlias = Callable[[Scene], Answer]
Routes: TypeAlias = Mapping[tuple[str, str], Page]
"""Pages by (host, path); a path that ends in `*` answers all that begin so, one that ends in `?name=value` only such a query."""


class Site(NamedTuple):
    """One simulated site: its pages, what it answers to those it takes for a robot, and the pages fetched only for their cookies.

    `board` is the list that its platform is to yield, where that is not one of `world.BOARDS`; `heats` says whether its rows show a heat.
    """

    platform: str
    routes: Routes
    blocked: Page
    preflights: Routes = MappingProxyType({})
    board: Board | None = None
    heats: bool = True

    @property
    def hosts(self) -> set[str]:
        return {host for host, _ in (*self.routes, *self.preflights)}

    def page(self, host: str, path: str, query: Mapping[str, str] = MappingProxyType({})) -> Page | None:
        """The page at an address, if the site has it."""
        exact = self.preflights.get((host, path)) or self.routes.get((host, path))
        if exact:
            return exact
        for (known_host, known), page in self.routes.items():
            known_path, _, chosen = known.partition("?")
            begins = known_path.endswith("*") and path.startswith(known_path[:-1])
            if known_host == host and (begins or path == known_path) and all(query.get(name) == value for name, value in parse_qsl(chosen)):
                return page
        return None


def as_json(value: Any, *, status: int = 200, content_type: str = JSON) -> Answer:
    """A JSON answer; Chinese text stays as it is."""
    return Answer(msgspec.json.encode(value), content_type, status)


def as_html(document: str, *, status: int = 200) -> Answer:
    """An HTML answer in UTF-8."""
    return Answer(document.encode(), HTML, status)


def whole(written: str | None, otherwise: int) -> int:
    """A positive number of the query, or what the site takes in its place."""
    return max(1, int(written)) if written and written.isdecimal() and len(written) < 10 else otherwise


def captcha(title: str, text: str) -> Answer:
    """A challenge page where the list should be, with status 200 as most sites do."""
    return as_html(
        f"<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>{title}</title></head>\n"
        f"<body><div id='captcha-box'><p>{text}</p></div><script src='/captcha/challenge.js'></script></body></html>\n"
    )

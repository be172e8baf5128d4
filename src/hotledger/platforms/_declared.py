"""Platforms that are declared in TOML, without Python: a table in, a reader out. Only `declared_in` touches files.

Each table of a file is a platform, and the table's name its id. Beside the facts of `Platform` it says how the list is read:
`kind` (feed, json or html), `url` (and `fallbacks` of the same shape), and for json and html where the `rows` and the parts of a `row` are.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Generator, Mapping
from datetime import timedelta, timezone, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

import msgspec
from msgspec import Meta, Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty, SettingsError
from hotledger.model import Identity, Item, Plan, Platform, Reader, Request, Response
from hotledger.platforms import _feed

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_PATH = re.compile(r"\.|[^.\s]+(?:\.[^.\s]+)*")
_WITH_ATTRIBUTE = re.compile(r"(?P<selector>.*?)(?:@(?P<attribute>[A-Za-z_][\w:.-]*))?", re.DOTALL)
_CODE = b"".join(Path(__file__).with_name(name).read_bytes() for name in ("_declared.py", "_feed.py"))

Words = Annotated[str, Meta(min_length=1, max_length=2000)]
Rows = Annotated[int, Meta(ge=0, le=10_000)]
Hours = Annotated[float, Meta(gt=0, le=100_000)]


class _Row(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the parts of a row are: a path in JSON, a selector (and `@attribute`) in HTML; "." is the row itself."""

    title: Words
    id: Words | None = None
    url: Words | None = None
    heat: Words | None = None
    published_at: Words | None = None


class _Declaration(Struct, frozen=True, forbid_unknown_fields=True):
    """One table: the facts of `Platform` first, then how the list is read."""

    title: Words
    kind: Literal["feed", "json", "html"]
    url: Words
    expect: tuple[Rows, Rows]
    home: Words | None = None
    language: str = "zh"
    category: str = "general"
    heat: str | None = None
    heat_unit: str | None = None
    heat_from_rank: bool = False
    may_be_empty: bool = False
    link: str | None = None
    cookie: str | None = None
    cadence_minutes: Annotated[int, Meta(ge=1, le=100_000)] = 60
    rest_hours: Hours = 24
    fresh_hours: Hours | None = None
    terms: str | None = None
    aliases: tuple[str, ...] = ()
    known_from: str = "documentation"
    off: str | None = None
    fallbacks: tuple[Words, ...] = ()
    headers: Mapping[str, str] = {}
    identity: Identity = Identity.DESKTOP
    own_cookie: bool = False
    zone_hours: Annotated[float, Meta(ge=-12, le=14)] | None = None
    strip_query: bool = False
    id_is_url: bool = False
    rows: Words | None = None
    row: _Row | None = None
    empty: Words | None = None

    @property
    def zone(self) -> tzinfo | None:
        """The zone of times that name none; `None` where the declaration does not say it."""
        return None if self.zone_hours is None else timezone(timedelta(hours=self.zone_hours))


def declared_in(folder: Path) -> dict[str, Reader]:
    """The platforms that the TOML files of a folder declare; none where there is no such folder. Raises `SettingsError`."""
    found: dict[str, Reader] = {}
    try:
        files = sorted(folder.glob("*.toml"))
        texts = {file: file.read_text("utf-8-sig") for file in files}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The files of platforms in {folder} can't be read ({error}): each has to be UTF-8 text in TOML.") from None
    for file, text in texts.items():
        for platform, each in declared(text, str(file)).items():
            if platform in found:
                raise SettingsError(
                    f"{file} declares the platform “{platform}”, which another file there declares too: give it another id."
                )
            found[platform] = each
    return found


def declared(text: str, file: str) -> dict[str, Reader]:
    """The platforms of one TOML document; `file` is its name in complaints. Raises `SettingsError`, one sentence that says what to do."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not TOML ({error}). Correct it there.") from None
    return {platform: declared_one(platform, table, file) for platform, table in tables.items()}


def is_id(written: str) -> bool:
    """Whether a text can be the id of a platform."""
    return bool(_ID.fullmatch(written))


def declared_one(platform: str, table: Any, file: str) -> Reader:
    """The reader that one table declares. Raises `SettingsError`."""
    try:
        if not is_id(platform):
            raise ValueError("an id is made of a-z, 0-9, - and _, and at most 63 of them")
        told = msgspec.convert(table, _Declaration)
        parse = _parser(told)
    except (msgspec.ValidationError, ValueError) as error:
        raise SettingsError(
            f"{file} can't declare the platform “{platform}”: {_problem(error)}. Correct its table there; the documentation's page "
            "“Your own platforms” shows each kind."
        ) from None
    source = msgspec.json.encode([platform, table], order="deterministic", enc_hook=str) + _CODE
    plans = tuple(_plan(told, url) for url in (told.url, *told.fallbacks))
    return Reader(_facts(platform, told), plans, parse, hashlib.sha256(source).hexdigest()[:12])


def _problem(error: Exception) -> str:
    """What is wrong, in our words where they are known to be msgspec's."""
    problem = str(error).rstrip(".").replace("Object missing required field", "it lacks")
    return problem.replace("Object contains unknown field", "there is no key").replace(" - at `$.", " in `").replace(" - at `$`", "")


def _facts(platform: str, told: _Declaration) -> Platform:
    least, most = told.expect
    shared = {name: getattr(told, name) for name in Platform.__struct_fields__ if name in _Declaration.__struct_fields__}
    parts = urlsplit(told.url)
    heat = told.heat or ("the number that the list shows" if told.row and told.row.heat else None)
    more = {"id": platform, "expect": range(least, most + 1), "home": told.home or f"{parts.scheme}://{parts.netloc}/", "heat": heat}
    return Platform(**{**shared, **more})


def _plan(told: _Declaration, url: str) -> Plan:
    def plan() -> Generator[Request | list[Request], Any, Response]:
        response: Response = yield Request(url=url, headers=told.headers, identity=told.identity, own_cookie=told.own_cookie)
        return response

    parts = urlsplit(url)
    plan.__doc__ = f"{'The feed' if told.kind == 'feed' else 'The list'} at {parts.netloc}{parts.path}."
    return plan


def _parser(told: _Declaration) -> Callable[[Response], list[Item]]:
    """The parser of a declaration that makes sense. Raises `ValueError` with what does not."""
    least, most = told.expect
    if most < max(least, 1):
        raise ValueError("`expect` is [least, most], the usual numbers of rows")
    for url in (told.url, *told.fallbacks):
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise ValueError(f"“{url}” is no address that begins with https:// or http://")
    if told.link is not None and not re.search(r"\{(?:id(?::[^{}]+)?|title)\}", told.link):
        raise ValueError("`link` is an address with {id} or {title} in it")
    if any(not (name + value).isprintable() or not name.isascii() for name, value in told.headers.items()):
        raise ValueError("the `headers` hold characters that no header can hold")
    return partial(_parsed, told, _reads(told))


def _reads(told: _Declaration) -> Callable[[Response], list[Item]]:
    if told.kind == "feed":
        if told.rows or told.row or told.empty:
            raise ValueError("a feed needs no `rows`, `row` or `empty`")
        return lambda response: _feed.items(response, told.zone)
    if not told.rows or told.row is None:
        raise ValueError(f"a platform of kind {told.kind} says where its list is: `rows`, and `row` with at least a title")
    check = _check_path if told.kind == "json" else _check_selector
    if told.kind == "json" and told.empty:
        raise ValueError("`empty` is for html: an empty list in JSON says so itself")
    for name, written in [("rows", told.rows), ("empty", told.empty), *msgspec.structs.asdict(told.row).items()]:
        if written is not None:
            check(name, written)
    return partial(_json_items if told.kind == "json" else _html_items, told, told.rows, told.row)


def _parsed(told: _Declaration, read: Callable[[Response], list[Item]], response: Response) -> list[Item]:
    try:
        found = read(response)
    except BodyEmpty:
        if told.may_be_empty:
            return []
        raise
    return [_told(told, item) for item in found]


def _told(told: _Declaration, item: Item) -> Item:
    """An item without the query of its address, and with that as its id, where the declaration wants it so."""
    url = urlunsplit((*urlsplit(item.url)[:3], "", "")) if item.url and told.strip_query else item.url
    return msgspec.structs.replace(item, url=url, id=url if told.id_is_url else item.id)


def _check_path(name: str, path: str) -> None:
    if not _PATH.fullmatch(path):
        raise ValueError(f"`{name}` is no path: write names and list indexes with dots, such as data.items or data.0.word")


def _check_selector(name: str, written: str) -> None:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    selector, attribute = _selected(written)
    if attribute and name in ("rows", "empty"):
        raise ValueError(f"`{name}` names elements, not the attribute @{attribute}")
    try:
        if selector not in ("", ".") or name in ("rows", "empty"):
            LexborHTMLParser("<p></p>").css_first(selector)
    except SelectolaxError:
        raise ValueError(f"`{name}` is no CSS selector: {written}") from None


def _json_items(told: _Declaration, rows: str, parts: _Row, response: Response) -> list[Item]:
    found = _at(body.decode(response, Any), rows)
    if not isinstance(found, list):
        raise BodyBroken(f"there is no list at “{rows}” in the body")
    if not found:
        raise BodyEmpty(f"the list at “{rows}” has no rows")
    return _items(told, parts, found, _at, response.url)


def _at(value: Any, path: str | None) -> Any:
    """What is at a path of names and list indexes; `None` where there is nothing."""
    for step in path.split(".") if path and path != "." else ():
        if isinstance(value, list):
            value = value[int(step)] if step.isdecimal() and len(step) < 6 and int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value if path else None


def _html_items(told: _Declaration, rows: str, parts: _Row, response: Response) -> list[Item]:
    page = body.html(response, rows=rows)
    found = page.css(rows)
    if not found and told.empty and page.css_first(told.empty):
        raise BodyEmpty(f"the page has no rows, and “{told.empty}” says so")
    if not found:
        raise BodyBroken(f"nothing in the page is “{rows}”")
    return _items(told, parts, found, _in_element, response.url)


def _selected(written: str) -> tuple[str, str | None]:
    found = _WITH_ATTRIBUTE.fullmatch(written)
    return (found["selector"].strip(), found["attribute"]) if found else (written, None)


def _in_element(row: LexborNode, written: str | None) -> str | None:
    """The text, or the attribute, of the first element in a row that a selector finds; `None` where there is none."""
    if not written:
        return None
    selector, attribute = _selected(written)
    node = row if selector in ("", ".") else row.css_first(selector)
    if node is None:
        return None
    return node.attributes.get(attribute) if attribute else " ".join(node.text().split())


def _items(told: _Declaration, parts: _Row, rows: list[Any], part: Callable[[Any, str | None], Any], base: str) -> list[Item]:
    def item(title: str, row: Any) -> Item:
        heat = part(row, parts.heat)
        number = body.number(heat) if isinstance(heat, (str, int, float)) and not isinstance(heat, bool) else None
        id_ = part(row, parts.id)
        return Item(
            title=title,
            id=(str(id_).strip() or None) if isinstance(id_, (str, int)) and not isinstance(id_, bool) else None,
            url=_feed.address(_text(part(row, parts.url)), base),
            heat=number,
            heat_text=heat if number is not None and isinstance(heat, str) else None,
            published_at=_feed.instant(part(row, parts.published_at), told.zone),
        )

    return _feed.titled([(_feed.plain(_text(part(row, parts.title))), row) for row in rows], item)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None

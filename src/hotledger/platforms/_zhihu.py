"""What the lists of Zhihu share: the page of the words that people search for, and what a row says beside its title."""

from __future__ import annotations

from urllib.parse import quote

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Response


class _Word(Struct, frozen=True, rename="camel"):
    query_display: str
    real_query: str
    query_description: str | None = None


class _Words(Struct, frozen=True):
    data: list[_Word]


class _State(Struct, frozen=True):
    topsearch: _Words | None = None


class _Page(Struct, frozen=True, rename="camel"):
    initial_state: _State


def search_words(response: Response) -> list[Item]:
    """The words that people search for, which are inside the page of that board. They come without heat."""
    page = body.html(response, rows="script#js-initialData")
    state = page.css_first("script#js-initialData")
    words = body.decode_text(state.text(), _Page).initial_state.topsearch if state else None
    if words is None:
        # The state of every page of this site speaks of captchas, so that only the title tells the page of one.
        title = page.css_first("title")
        if title and "安全验证" in title.text():
            raise BodyBlocked("the page is the site's check for robots (安全验证)")
        raise BodyBroken("the page has no search words")
    if not words.data:
        raise BodyEmpty("the board has no search words")
    return [_word(word) for word in words.data]


def _word(word: _Word) -> Item:
    url = f"https://www.zhihu.com/search?q={quote(word.real_query, safe='')}"
    return Item(title=written(word.query_display), url=url, extras=extras(word.query_description, None))


def written(title: str) -> str:
    """A title as it is written. Raises `BodyBroken` where it is blank."""
    if not title.strip():
        raise BodyBroken("a row has no title")
    return title.strip()


def extras(excerpt: str | None, answers: int | None) -> dict[str, str | int]:
    """What the row says of itself and of its answers."""
    found = {"description": (excerpt or "").strip()[:300], "answers": answers}
    return {name: value for name, value in found.items() if value}

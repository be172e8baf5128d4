"""WeRead 微信读书飙升榜: the books whose readers grow fastest. Its one endpoint, which often gives guests an empty list."""

from __future__ import annotations

from collections.abc import Generator
from hashlib import md5

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="weread",
    title="微信读书飙升榜",
    home="https://weread.qq.com/web/category/rising",
    expect=range(15, 21),
    category="books",
    heat="people who read the book (readingCount)",
    heat_unit="readers",
    cookie="The cookie of your browser, signed in at weread.qq.com; without it the list is often empty.",
    cadence_minutes=360,
    rest_hours=72,
)

FALLBACKS = ()

# Not signed in, the session has ended.
_REFUSALS = frozenset({-2010, -2012, -2013})


class _Book(Struct, frozen=True, rename="camel"):
    book_id: str | int
    title: str
    author: str | None = None
    category: str | None = None
    intro: str | None = None


class _Row(Struct, frozen=True, rename="camel"):
    book_info: _Book
    reading_count: int | str | None = None


class _Answer(Struct, frozen=True, rename="camel"):
    books: list[_Row] | None = None
    err_code: int | None = None
    err_msg: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The first page of the list."""
    url = "https://weread.qq.com/web/bookListInCategory/rising?rank=1"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}, own_cookie=True))


def parse(response: Response) -> list[Item]:
    """The books in the order of the list."""
    answer = body.decode(response, _Answer)
    if answer.err_code or answer.books is None:
        refusal = BodyBlocked if answer.err_code in _REFUSALS else BodyBroken
        raise refusal(f"the site answered with code {answer.err_code}: {answer.err_msg}"[:300])
    if not answer.books:
        raise BodyEmpty("the list has no books (the site may want a login)")
    return [_item(row.book_info, row.reading_count) for row in answer.books]


def _item(book: _Book, readers: int | str | None) -> Item:
    return Item(
        title=body.title(book.title),
        id=body.id_of(book.book_id),
        url=f"https://weread.qq.com/web/bookDetail/{page(str(book.book_id))}",
        heat=body.number(readers),
        heat_text=readers if isinstance(readers, str) and readers else None,
        extras=body.present(author=book.author, category=book.category, description=(book.intro or "").strip()[:300]),
    )


def page(book: str) -> str:
    """The name of a book's page: its id in hexadecimal pieces, each behind its length, between parts of two MD5 sums.

    Ids of digits alone are cut into pieces of nine digits (kind 3); any other is one piece, letter by letter (kind 4).
    """
    plain = book.isascii() and book.isdecimal()
    pieces = [f"{int(book[at : at + 9]):x}" for at in range(0, len(book), 9)] if plain else ["".join(f"{ord(letter):x}" for letter in book)]
    digest = _md5(book)
    name = f"{digest[:3]}{3 if plain else 4}2{digest[-2:]}" + "g".join(f"{len(piece):02x}{piece}" for piece in pieces)
    name += digest[: max(0, 20 - len(name))]
    return name + _md5(name)[:3]


def _md5(written: str) -> str:
    return md5(written.encode(), usedforsecurity=False).hexdigest()

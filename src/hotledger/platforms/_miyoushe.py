"""What the games of Miyoushe 米游社 share: one endpoint, which tells them apart by `gids`, and its shape."""

from __future__ import annotations

from msgspec import Struct, field

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Request, Response

_WANTS_A_CHECK = 1034  # The code with which the site asks for its captcha.


class _Post(Struct, frozen=True):
    post_id: int | str
    subject: str
    created_at: int | str | None = None
    content: str | None = None


class _User(Struct, frozen=True):
    nickname: str | None = None


class _Row(Struct, frozen=True):
    post: _Post
    user: _User | None = None


class _Data(Struct, frozen=True):
    rows: list[_Row] | None = field(name="list")


class _Answer(Struct, frozen=True):
    retcode: int
    message: str | None = None
    data: _Data | None = None


def announcements(game: int, host: str = "bbs-api-static.miyoushe.com") -> Request:
    """The request for the newest announcements of a game, by its number; the second host is `bbs-api.miyoushe.com`."""
    url = f"https://{host}/painter/wapi/getNewsList?client_type=4&gids={game}&last_id=&page_size=20&type=1"
    return Request(url=url, headers={"Referer": "https://www.miyoushe.com/"})


def posts(response: Response, section: str) -> list[Item]:
    """The posts in the order of the list; `section` is the game's part of the address of a post."""
    answer = body.decode(response, _Answer)
    said = f"the site answered with code {answer.retcode}: {answer.message}"[:300]
    if answer.retcode == _WANTS_A_CHECK:
        raise BodyBlocked(said)
    if answer.retcode != 0 or answer.data is None:
        raise BodyBroken(said)
    if not answer.data.rows:
        raise BodyEmpty("the list has no posts")
    return [_post(row, section) for row in answer.data.rows]


def _post(row: _Row, section: str) -> Item:
    return Item(
        title=body.title(row.post.subject),
        id=body.id_of(row.post.post_id),
        url=f"https://www.miyoushe.com/{section}/article/{row.post.post_id}",
        published_at=body.instant(row.post.created_at),
        extras=body.present(author=row.user.nickname if row.user else None, description=(row.post.content or "").strip()[:300]),
    )

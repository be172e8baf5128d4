"""崩坏3: the announcements of the game on Miyoushe, from its static host, else from the other."""

from __future__ import annotations

from collections.abc import Generator

from hotledger.model import Item, Platform, Request, Response
from hotledger.platforms._miyoushe import announcements, posts

PLATFORM = Platform(
    id="honkai",
    title="崩坏3公告",
    home="https://www.miyoushe.com/bh3/home/6",
    expect=range(15, 21),
    category="game",
    link="https://www.miyoushe.com/bh3/article/{id}",
    cadence_minutes=360,
    rest_hours=240,
    fresh_hours=336,
)

_GAME = 1


def plan() -> Generator[Request, Response, Response]:
    """The newest twenty."""
    return (yield announcements(_GAME))


def plan_second_host() -> Generator[Request, Response, Response]:
    """The same from the host that is not static."""
    return (yield announcements(_GAME, "bbs-api.miyoushe.com"))


FALLBACKS = (plan_second_host,)


def parse(response: Response) -> list[Item]:
    """The posts in the order of the list."""
    return posts(response, "bh3")

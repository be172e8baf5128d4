"""HelloGitHub 精选: open-source projects that its editors chose. Two hosts serve the same list."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import Struct

from hotledger import body
from hotledger.errors import BodyBroken, BodyEmpty
from hotledger.model import Item, Platform, Request, Response

PLATFORM = Platform(
    id="hellogithub",
    title="HelloGitHub 精选",
    home="https://hellogithub.com/",
    expect=range(10, 21),
    category="developer",
    heat="clicks on the project since it was listed",
    heat_unit="clicks",
    link="https://hellogithub.com/repository/{id}",
    cadence_minutes=120,
    rest_hours=96,
)


class _Row(Struct, frozen=True):
    item_id: str | int
    title: str
    clicks_total: int | str | None
    summary: str | None = None
    author: str | None = None
    full_name: str | None = None
    primary_lang: str | None = None


class _Answer(Struct, frozen=True):
    data: list[_Row] | None
    success: bool | None = None
    message: str | None = None


def plan() -> Generator[Request, Response, Response]:
    """The first page, from the host for readers abroad."""
    url = "https://abroad.hellogithub.com/v1/?sort_by=featured&tid=&page=1"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


def plan_home() -> Generator[Request, Response, Response]:
    """The first page, from the host for readers in China."""
    url = "https://api.hellogithub.com/v1/?sort_by=featured&page=1&rank_by=newest&tid=all"
    return (yield Request(url=url, headers={"Referer": PLATFORM.home}))


FALLBACKS = (plan_home,)


def parse(response: Response) -> list[Item]:
    """The projects in the order of the list, by their headlines rather than their names."""
    answer = body.decode(response, _Answer)
    if answer.success is False or answer.data is None:
        raise BodyBroken(f"the site answered without success: {answer.message}"[:300])
    if not answer.data:
        raise BodyEmpty("the list has no projects")
    return [_project(row) for row in answer.data]


def _project(row: _Row) -> Item:
    return Item(
        title=body.title(row.title),
        id=str(row.item_id),
        url=f"https://hellogithub.com/repository/{row.item_id}",
        heat=body.number(row.clicks_total),
        heat_text=row.clicks_total if isinstance(row.clicks_total, str) else None,
        extras=body.present(
            author=row.author,
            repository=row.full_name,
            language=row.primary_lang,
            description=(row.summary or "").strip()[:300],
        ),
    )

"""Lists: the boards side by side, now or at a moment, each row with how it moved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response

from hotledger.ledger.titles import ListAt, ListsAt
from hotledger.web.application import ledger_of
from hotledger.web.asked import address, at_most, heat_text, moment_of
from hotledger.web.here import Here, here_of
from hotledger.web.pages.platforms import category_of
from hotledger.web.showing import language_of, show
from hotledger.web.tables import Table, as_file, format_of

PATH, NAME, ORDER = "/lists", "lists.name", 40
# Those that most visitors come for stand first.
WANTED = ("weibo", "zhihu", "baidu", "douyin", "bilibili", "toutiao", "hackernews", "github", "thepaper", "36kr", "v2ex", "tieba")
ROWS, MOST_ROWS, BOARDS, MOST_BOARDS = 10, 50, 24, 500
COLUMNS = (
    "platform",
    "platform_title",
    "collected_at",
    "verdict",
    "rank",
    "title",
    "heat",
    "moved",
    "is_new",
    "url",
    "id",
    "first_seen_at",
)
_STEPS = {
    "week_earlier": timedelta(days=-7), "day_earlier": timedelta(days=-1), "hour_earlier": timedelta(hours=-1),
    "hour_later": timedelta(hours=1), "day_later": timedelta(days=1),
}  # fmt: skip
router = APIRouter(include_in_schema=False)


@router.get(PATH)
async def lists(request: Request, category: str = "", rows: str = "", after: str = "") -> Response:
    """The boards: `platform` (any number), `category`, `rows`, `at`, and `after` for those that follow."""
    here, language, at = here_of(request), language_of(request), moment_of(request)
    chosen = [name for name in request.query_params.getlist("platform") if name][:100]
    shown_rows = at_most(rows, ROWS, MOST_ROWS)
    names = chosen or ([name for name, reader in here.known.items() if reader.facts.category == category] if category else None)
    wanted = format_of(request)
    found = await ledger_of(request).lists(
        names, at=at, at_most=shown_rows, preferred=() if chosen else WANTED, boards=MOST_BOARDS if wanted else BOARDS, after=after or None
    )
    if wanted:
        return as_file(_table(found.lists, here), wanted)
    asked: dict[str, object] = {"platform": chosen, "category": category, "rows": rows, "at": request.query_params.get("at")}
    return show(
        request, "lists.html", boards=found.lists, titles={each.platform: _title(each, here) for each in found.lists},
        moment_shown=found.at, at=at, chosen=chosen, category=category, rows=shown_rows, most_rows=MOST_ROWS, asked=asked,
        choices=_choices(found, here, chosen), categories=_categories(here, language),
        next=address(PATH, asked | {"after": found.next}) if found.next else None,
        steps=_steps(at, found.at, asked), address=address, heat=heat_text,
        local_at=at.astimezone().strftime("%Y-%m-%dT%H:%M") if at else "",
    )  # fmt: skip


def _title(board: ListAt, here: Here) -> str:
    facts = here.facts(board.platform)
    return (facts.title if facts else None) or board.title or board.platform


def _choices(found: ListsAt, here: Here, chosen: Iterable[str]) -> list[tuple[str, str]]:
    """The platforms that can be chosen, by title: those that this machine knows, that have a list, or that are chosen."""
    titles = {name: reader.facts.title for name, reader in here.known.items()}
    titles |= {board.platform: _title(board, here) for board in found.lists}
    titles |= {name: titles.get(name, name) for name in chosen}
    return sorted(titles.items(), key=lambda each: (each[0] not in WANTED, each[1]))


def _categories(here: Here, language: str) -> list[tuple[str, str]]:
    found = {reader.facts.category: category_of(reader.facts, language) for reader in here.known.values()}
    return sorted(found.items(), key=lambda each: each[1])


def _steps(at: datetime | None, shown: datetime, asked: dict[str, object]) -> list[tuple[str, str]]:
    """What leads to this page a while earlier and, where it shows the past, later and now: the key of its text, and its address."""
    steps = [(key, step) for key, step in _STEPS.items() if at or step < timedelta(0)]
    moved = [(f"lists.{key}", address(PATH, asked | {"at": f"{(shown + step).astimezone(UTC):%Y-%m-%dT%H:%MZ}"})) for key, step in steps]
    return moved + ([("lists.to_now", address(PATH, asked | {"at": None}))] if at else [])


def _table(boards: Iterable[ListAt], here: Here) -> Table:
    rows = [
        (board.platform, _title(board, here), board.collected_at, board.verdict, row.rank, row.title, row.heat, row.moved, row.is_new,
         row.url, row.id, row.first_seen_at)
        for board in boards for row in board.items
    ]  # fmt: skip
    return Table("lists", COLUMNS, rows)

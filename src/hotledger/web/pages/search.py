"""Search: titles over all history by any part of them."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from fastapi import APIRouter, HTTPException, Request, Response

from hotledger.ledger.titles import FoundPlace, FoundTitle, FoundTitles
from hotledger.web.application import ledger_of
from hotledger.web.asked import address, heat_text
from hotledger.web.here import Here, here_of
from hotledger.web.showing import language_of, show
from hotledger.web.tables import Table, as_file, format_of
from hotledger.web.words import said

PATH, NAME, ORDER = "/search", "search.name", 50
COLUMNS = ("platform", "title", "first_seen_at", "last_seen_at", "best_rank", "peak_heat", "times_seen", "url", "id")
AT_ONCE, IN_A_FILE = 50, 500
_LONGEST = 200
_SLOW_SECONDS = 0.3
_LARGEST = 2**31 - 1
router = APIRouter(include_in_schema=False)


@router.get(PATH)
async def search(request: Request, q: str = "", platform: str = "", sort: str = "newest", after: str = "") -> Response:
    """The titles that hold all words of `q`, newest or hottest first."""
    here, ledger, wanted = here_of(request), ledger_of(request), format_of(request)
    asked = {"q": q[:_LONGEST].strip(), "platform": platform, "sort": sort if sort == "hottest" else ""}
    began = monotonic()
    found = FoundTitles(items=[], indexed=True) if not asked["q"] else await ledger.search(
        asked["q"], platforms=[platform] if platform else None, hottest=sort == "hottest", at_most=IN_A_FILE if wanted else AT_ONCE,
        after=_place(request, after),
    )  # fmt: skip
    if wanted:
        return as_file(_table(found.items), wanted)
    return show(
        request, "search.html", asked=asked, found=found, choices=_choices(here, found.items, platform), heat=heat_text,
        titles={each.platform: _title(each, here) for each in found.items}, file_address=address(PATH, asked),
        next=address(PATH, asked | {"after": f"{found.next.value}~{found.next.id}"}) if found.next else None,
        slow=not found.indexed and monotonic() - began > _SLOW_SECONDS,
    )  # fmt: skip


def _place(request: Request, after: str) -> FoundPlace | None:
    if not after:
        return None
    value, _, entry = after.partition("~")
    try:
        return FoundPlace(value=str(float(value)), id=int(entry) if -_LARGEST <= int(entry) <= _LARGEST else _LARGEST)
    except ValueError:
        raise HTTPException(400, said("search.bad_cursor", language_of(request))) from None


def _title(each: FoundTitle, here: Here) -> str:
    facts = here.facts(each.platform)
    return (facts.title if facts else None) or each.platform_title or each.platform


def _choices(here: Here, items: Sequence[FoundTitle], chosen: str) -> list[tuple[str, str]]:
    titles = {name: reader.facts.title for name, reader in here.known.items()} | {each.platform: _title(each, here) for each in items}
    return sorted((titles | ({chosen: titles.get(chosen, chosen)} if chosen else {})).items(), key=lambda each: each[1])


def _table(items: Sequence[FoundTitle]) -> Table:
    rows = [
        (
            each.platform,
            each.title,
            each.first_seen_at,
            each.last_seen_at,
            each.best_rank,
            each.peak_heat,
            each.times_seen,
            each.url,
            each.id,
        )
        for each in items
    ]
    return Table("search", COLUMNS, rows)

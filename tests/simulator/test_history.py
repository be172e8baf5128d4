"""The made-up history: what it tells follows from an instant, holds its troubles, and is judged as if it had happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from tests.database import Database

from hotledger.demonstration import remembered
from hotledger.ledger.ledger import Ledger
from hotledger.model import Verdict
from hotledger.platforms import readers
from hotledger.simulator.history import BROKEN_NOW, DAYS, EVERY, rounds

UNTIL = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
SOME = ("zhihu", "tieba", BROKEN_NOW, "ithome", "hackernews")


def known(*names: str) -> dict:  # type: ignore[type-arg]
    return {name: readers()[name] for name in names}


def test_same_instant_same_history() -> None:
    """It follows from the instant alone, ends one round before it, and has one night without runs."""
    first = [[(each.platform, each.collected_at, each.items) for each in told] for told in rounds(known("v2ex"), UNTIL)]
    assert first == [[(each.platform, each.collected_at, each.items) for each in told] for told in rounds(known("v2ex"), UNTIL)]
    begun = [told[0].started_at for told in rounds(known("v2ex"), UNTIL)]
    assert UNTIL - begun[0] < timedelta(days=DAYS) <= UNTIL - begun[0] + timedelta(seconds=1)
    assert UNTIL - EVERY <= begun[-1] < UNTIL
    assert [later - earlier > 2 * EVERY for earlier, later in pairwise(begun)].count(True) == 1


def test_what_came_was_read_by_the_parsers() -> None:
    """Each list has what the platform's parser reads of it; each failure says why, as the parser or the fetcher does."""
    for told in list(rounds(readers(), UNTIL))[-30:]:
        for each in told:
            assert bool(each.items) == (each.verdict is Verdict.OK)
            assert bool(each.evidence) == (each.verdict is not Verdict.OK)
            assert each.platform == BROKEN_NOW or each.items


async def test_the_ledger_finds_the_troubles(ledger: Ledger, database: Database) -> None:
    """The judge and the ledger tell of each platform what went wrong with it and nothing else; the first batch marks the demonstration."""
    some = known(*SOME)
    done = await remembered(ledger, rounds(some, UNTIL), some)
    assert done["items"] > 40_000
    found = {(each["platform"], each["kind"], each["closed_at"] is None) for each in await ledger.incidents(only_open=False)}
    assert {each for each in found if each[1] != "missed"} == {
        ("zhihu", "blocked", False),
        ("hackernews", "short", False),
        ("ithome", "broken", False),
        ("tieba", "frozen", False),
        ("hackernews", "timeout", False),
        ("zhihu", "drifted", False),
        (BROKEN_NOW, "broken", True),
    }
    assert {each for each in found if each[1] == "missed"} == {(name, "missed", False) for name in SOME}
    assert (await ledger.about())["demo"]
    assert await database.value("SELECT count(*) FROM batch_jobs WHERE status = 'failed'") == 1

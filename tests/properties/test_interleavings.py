"""Every ordered pair of calls to one batch, on two connections: one inside the transaction of the other, both in the midst of their work.

All that happens must be what one after the other would have given. A deadlock would show as an exception, waiting without end as a timeout.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from tests.database import Database
from tests.properties.pairs import (
    GATES,
    MORE,
    NAMED,
    OF_SELF_TESTS,
    OPENINGS,
    PATIENCE_SECONDS,
    STATES,
    Call,
    Case,
    Connection,
    allowed,
    answered,
    held_up,
    observed,
    prepared,
    sessions,
)
from tests.properties.tables import DEEP

Names = tuple[str, str]


def pairs(names: tuple[str, ...]) -> Iterator[Names]:
    """Each with each, and with itself."""
    return product(names, names)


def overlaps(*names: str) -> tuple[str, ...]:
    """The policies of overlap that make a difference to these calls."""
    return ("allow", "skip", "replace") if DEEP or set(names) & set(OPENINGS) else ("allow",)


def states(*names: str) -> tuple[str, ...]:
    """The states of a batch in which these calls write most; in depth, all."""
    told = {"alive": True, "run out": "reap" in names, "ended": "purge" in names}
    return STATES if DEEP else tuple(state for state, matters in told.items() if matters)


async def one_inside(database: Database, pair: list[Connection], state: str, overlap: str, names: Names, *, commits: bool) -> None:
    case = await prepared(database, state, overlap)
    first, second = calls = tuple(case.call(name) for name in names)
    await pair[0].execute("BEGIN")
    answers = [await answered(pair[0], first)]
    task = asyncio.create_task(answered(pair[1], second))
    await held_up(database, pair[1], task)
    await pair[0].execute("COMMIT" if commits else "ROLLBACK")
    async with asyncio.timeout(PATIENCE_SECONDS):
        answers.append(await task)
    landed = calls if commits else calls[1:]
    found = await observed(database)
    assert allowed(case, landed, answers[-len(landed) :], found), (state, overlap, names, answers, found)
    for call, answer in zip(landed, answers[-len(landed) :], strict=True):
        if answer.get("outcome") == "recorded":
            await same_again(database, call, answer)


async def same_again(database: Database, call: Call, answer: dict[str, Any]) -> None:
    """A record that landed answers the same when it is replayed, unless its batch was purged, and changes nothing."""
    before = await observed(database)
    again = await answered(database.connection, call)
    if again.get("reason") != "unknown_batch":
        assert again == answer | {"replayed": True, "batch_status": again["batch_status"]}
    assert await observed(database) == before


@pytest.mark.parametrize("commits", [True, False], ids=["commit", "rollback"])
@pytest.mark.parametrize("state", STATES)
async def test_one_call_inside_the_transaction_of_another(database: Database, state: str, commits: bool) -> None:
    """Whichever comes second waits or goes on, and never sees half of the first; when that is taken back, it is as if it had never been."""
    async with sessions(database) as pair:
        for names in pairs(NAMED + MORE if DEEP else NAMED):
            for overlap in overlaps(*names):
                await one_inside(database, pair, state, overlap, names, commits=commits)
    await database.call("batch_reap")


async def both_inside(database: Database, gate: str, three: list[Connection], case: Case, names: Names) -> int:
    calls = tuple(case.call(name) for name in names)
    keeper, *pair = three
    await keeper.execute("BEGIN")
    await keeper.execute(GATES[gate].encode())
    tasks = []
    stopped = 0
    for connection, call in zip(pair, calls, strict=True):
        tasks.append(asyncio.create_task(answered(connection, call)))
        stopped += await held_up(database, connection, tasks[-1])
    await keeper.execute("ROLLBACK")
    async with asyncio.timeout(PATIENCE_SECONDS):
        answers = list(await asyncio.gather(*tasks))
    found = await observed(database)
    assert allowed(case, calls, answers, found), (gate, names, answers, found)
    return stopped


@pytest.mark.parametrize("gate", GATES)
async def test_two_calls_in_the_midst_of_their_work(database: Database, gate: str) -> None:
    """Both are held up at the same place, each with what it holds already, and let go at once: both end, as if one came after the other."""
    stopped = 0
    async with sessions(database, 3) as three:
        for names in pairs(NAMED + MORE):
            for state in states(*names):
                for overlap in overlaps(*names) if DEEP else ("replace" if set(names) & set(OPENINGS) else "allow",):
                    case = await prepared(database, state, overlap)
                    stopped += await both_inside(database, gate, three, case, names)
    assert stopped > 10
    await database.call("batch_reap")


@pytest.mark.parametrize("gate", GATES)
async def test_self_tests_in_the_midst_of_their_work(database: Database, gate: str) -> None:
    """Self-tests that share their units don't hurt each other, neither by what they record nor by their removal."""
    async with sessions(database, 3) as three:
        for names in pairs(OF_SELF_TESTS):
            await both_inside(database, gate, three, await prepared(database, "alive", self_test=True), names)

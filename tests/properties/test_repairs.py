"""A repair beside every other call to the same batch, on two connections, both in the midst of their work.

What one after the other gives, in either order, is found by doing so; nothing else is allowed. A deadlock would show as an exception,
waiting without end as a timeout.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from tests.database import Database
from tests.made import NOON
from tests.properties.model import Seen
from tests.properties.pairs import GATES, PATIENCE_SECONDS, Call, Case, answered, held_up, observed, prepared, sessions

HASH = "ab" * 32
REPAIR, AGAIN = "repair", "repair otherwise"
OTHERS = (REPAIR, AGAIN, "open", "record", "close", "beat", "reap", "purge", "replay", "record another", "open with titles", "import")
SKIPPING = ("reap", "purge")
PLACES = {
    **{gate: statement for gate, statement in GATES.items() if gate not in ("at the rivals", "at a new platform")},
    "at the reading": "SELECT FROM hot_readings FOR UPDATE",
}


class Done(NamedTuple):
    """What two calls came to: their outcomes, and what the tables hold, by names in place of ids."""

    outcomes: tuple[Any, Any]
    tables: Any


def call_of(case: Case, name: str) -> Call:
    """A call of the pairs, or a repair of the platform that was recorded."""
    if name not in (REPAIR, AGAIN):
        return case.call(name)
    titles, version = (("a", "d"), "v2") if name == REPAIR else (("c", "e", "a"), "v3")
    reading = {"verdict": "ok", "items": [{"title": each} for each in titles], "body_hash": HASH, "parser_version": version}
    return Call(
        "reading_repair",
        {"batch_id": case.id, "platform": case.planned[0], "reading": reading, "read_at": NOON + timedelta(days=1)},
    )


async def made(database: Database, state: str) -> Case:
    """Clean tables, with a batch whose recorded reading has a body."""
    case = await prepared(database, state)
    with_body = "UPDATE hot_readings SET details = COALESCE(details, '{}') || %(body)s::JSONB WHERE batch_id = %(id)s"
    await database.rows(with_body, {"id": case.id, "body": f'{{"body_hash": "{HASH}"}}'})
    return case


async def one_after_the_other(database: Database, state: str, names: tuple[str, str]) -> list[Done]:
    """What the calls come to in either order; who looks for batches to end or to delete may pass over one that the other holds."""
    allowed = []
    alone = [(place,) for place in (0, 1) if names[1 - place] in SKIPPING]
    for order in ((0, 1), (1, 0), *alone):
        case = await made(database, state)
        answers: dict[int, Any] = {0: {}, 1: {}}
        for place in order:
            answers[place] = await answered(database.connection, call_of(case, names[place]))
        allowed.append(done(case, [answers[0], answers[1]], await observed(database)))
    return allowed


async def both_inside(database: Database, gate: str, state: str, names: tuple[str, str]) -> tuple[Done, int]:
    """What they come to when both were held up at the same place; and how many were."""
    case = await made(database, state)
    async with sessions(database, 3) as (keeper, *pair):
        await keeper.execute("BEGIN")
        await keeper.execute(PLACES[gate].encode())
        tasks, stopped = [], 0
        for connection, name in zip(pair, names, strict=True):
            tasks.append(asyncio.create_task(answered(connection, call_of(case, name))))
            stopped += await held_up(database, connection, tasks[-1])
        await keeper.execute("ROLLBACK")
        async with asyncio.timeout(PATIENCE_SECONDS):
            answers = list(await asyncio.gather(*tasks))
    return done(case, answers, await observed(database)), stopped


def done(case: Case, answers: list[Any], found: Seen) -> Done:
    """Without what differs from case to case."""
    names = {case.id: "the batch", case.another: "another", **{case.derived(each): each for each in ("newer", "past", "new")}}

    def named(key: Any) -> Any:
        return tuple(map(named, key)) if isinstance(key, tuple) else names.get(key, key)

    tables = tuple({named(key): value for key, value in each.items()} for each in found)
    return Done((answers[0].get("outcome"), answers[1].get("outcome")), tables)


@pytest.mark.parametrize("other", OTHERS)
async def test_a_repair_and_another_call_in_the_midst_of_their_work(database: Database, other: str) -> None:
    """Held up at the same place and let go at once, both end, and come to what they come to one after the other."""
    stopped = 0
    state = {"purge": "ended", "reap": "run out"}.get(other, "alive")
    for names in ((REPAIR, other), (other, REPAIR)):
        allowed = await one_after_the_other(database, state, names)
        for gate in PLACES:
            found, held = await both_inside(database, gate, state, names)
            assert found in allowed, (gate, names, found, allowed)
            stopped += held
    assert stopped > len(PLACES)
    await database.call("batch_reap")

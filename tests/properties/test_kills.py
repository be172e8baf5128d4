"""A server process that is killed in the midst of each function: before its first write to each table, and wherever it can wait."""

from __future__ import annotations

import asyncio
from itertools import product

import psycopg
import pytest
from tests.database import Database
from tests.properties.pairs import (
    CALLS,
    GATES,
    MORE,
    NAMED,
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

WRITERS = (*NAMED, *MORE)


async def killed(database: Database, connection: Connection) -> None:
    """End a server process as an administrator does, and wait until it has gone."""
    assert await database.value("SELECT pg_terminate_backend(%(pid)s, 30000)", {"pid": connection.info.backend_pid})


async def killed_at(database: Database, gate: str, case: Case, call: Call) -> bool:
    """Whether the call was held up at the gate, and killed there: then nothing of it is there, and it lands when it is made again."""
    before = await observed(database)
    async with sessions(database) as (keeper, victim):
        await keeper.execute("BEGIN")
        await keeper.execute(GATES[gate].encode())
        task = asyncio.create_task(answered(victim, call))
        if not await held_up(database, victim, task):
            await task
            return False
        await killed(database, victim)
        with pytest.raises(psycopg.OperationalError):
            await task
    assert await observed(database) == before
    answer = await answered(database.connection, call)
    assert allowed(case, (call,), [answer], await observed(database)), (gate, call, answer)
    return True


@pytest.mark.parametrize("name", [*WRITERS, "remove"])
async def test_a_call_that_is_killed_leaves_nothing(database: Database, name: str) -> None:
    """Killed wherever it can be held up, a call has changed nothing; made again it does what it would have done."""
    stopped = set()
    self_test = name == "remove"
    for state in STATES if DEEP else STATES[1:3] if name != "purge" else STATES[3:]:
        for gate in GATES:
            case = await prepared(database, state, "replace", self_test=self_test)
            if await killed_at(database, gate, case, case.call(name)):
                stopped.add(gate)
    await database.call("batch_reap")
    assert len(stopped) >= (1 if name == "replay" else 2), "a replay writes nothing, and can only wait for its batch"


async def test_a_call_that_is_killed_before_its_commit_leaves_nothing(database: Database) -> None:
    """All is written, and the process dies before it commits."""
    for name, state in product(WRITERS, STATES):
        case = await prepared(database, state, "replace")
        before = await observed(database)
        async with sessions(database, 1) as (victim,):
            await victim.execute("BEGIN")
            await answered(victim, case.call(name))
            await killed(database, victim)
        assert await observed(database) == before, (name, state)
    await database.call("batch_reap")


def test_every_call_is_killed() -> None:
    """No call of the pairs is left out, save variants of one."""
    assert set(CALLS) - {*WRITERS, "remove"} == {"record nothing", "remove another"}

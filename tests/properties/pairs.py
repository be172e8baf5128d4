"""Two calls at once on one batch: the calls, the batches they meet, where they can be held up, and the results that are allowed.

Allowed is what one call after the other would have given, in either order (`outcomes`). Who looks for rows to end or to delete may pass over
those that the other one holds, and nothing else may differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from itertools import permutations
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from tests.database import Database
from tests.made import NOON
from tests.properties.model import Model, Rejected, Seen
from tests.properties.tables import CLEAN, OBSERVE, seen, statement

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
PLANNED = ["weibo", "baidu"]
PATIENCE_SECONDS = 30


class Call(NamedTuple):
    """A function and its arguments."""

    function: str
    arguments: dict[str, Any]


class Case:
    """One batch, and the calls that are made to it."""

    def __init__(self, overlap: str) -> None:
        self.id, self.token = str(uuid4()), str(uuid4())
        self.overlap = overlap
        self.others = [str(uuid4()) for _ in range(2)]
        self.model = Model()

    def call(self, name: str) -> Call:
        """One of `CALLS`."""
        return CALLS[name](self)

    def record(self, platform: str, *titles: str, minutes: int) -> Call:
        reading = {"verdict": "ok", "items": [{"title": each} for each in titles], "collected_at": NOON.replace(minute=minutes)}
        return Call("batch_record", {"batch_id": self.id, "token": self.token, "platform": platform, "reading": reading})

    def opening(self, batch_id: str, title: str | None = None) -> Call:
        facts = {"platforms": [{"name": each, "title": title} for each in PLANNED]} if title else {}
        arguments = {"batch_id": batch_id, "job_type": "data_collection", "planned": PLANNED, "token": self.token, "lease_seconds": 3600}
        return Call("batch_open", {**arguments, "overlap": self.overlap, **facts})

    def owned(self, function: str, **arguments: Any) -> Call:
        return Call(function, {"batch_id": self.id, "token": self.token, **arguments})


CALLS: Mapping[str, Callable[[Case], Call]] = {
    "open": lambda case: case.opening(case.id),
    "record": lambda case: case.record("baidu", "a", "b", minutes=1),
    "close": lambda case: case.owned("batch_close", reason="interrupted"),
    "beat": lambda case: case.owned("batch_beat", lease_seconds=3600),
    "reap": lambda _: Call("batch_reap", {}),
    "purge": lambda _: Call("batch_purge", {"older_than": "0 seconds", "keep_last": 0, "dry_run": False}),
    "replay": lambda case: case.record("weibo", "a", "c", minutes=0),
    "record another": lambda case: case.record("new", "a", minutes=2),
    "open with titles": lambda case: case.opening(case.id, "Another title"),
    "open another": lambda case: case.opening(case.others[0], "A title"),
}
NAMED = ("open", "record", "close", "beat", "reap", "purge", "replay")
OPENINGS = ("open", "open with titles", "open another")
STATES = ("unborn", "alive", "run out", "ended")


async def prepared(database: Database, state: str, overlap: str = "allow") -> Case:
    """Clean tables with one batch in them, of which one platform is recorded (unless it is unborn)."""
    case = Case(overlap)
    await database.connection.execute(CLEAN.encode())
    calls = {"unborn": [], "ended": ["open", "replay", "close"]}.get(state, ["open", "replay"])
    for name in calls:
        call = case.call(name)
        assert (await answered(database.connection, call)).items() >= getattr(case.model, call.function)(**call.arguments).items()
    if state == "run out":
        await database.connection.execute("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 second'")
        case.model.run_out(case.id)
    return case


async def answered(connection: Connection, call: Call) -> dict[str, Any]:
    """Make a call."""
    cursor = await connection.execute(*statement(call.function, call.arguments))
    (answer,) = await cursor.fetchone() or ({},)
    return dict(answer)


async def observed(database: Database) -> Seen:
    """What the tables hold."""
    return seen(await (await database.connection.execute(OBSERVE)).fetchone() or ())


def outcomes(model: Model, *calls: Call) -> Iterator[tuple[list[Mapping[str, Any]], Seen]]:
    """The answers to the calls, and the tables in the end, for each order of the calls."""
    for order in permutations(range(len(calls))):
        for skipping in range(2 ** len(calls)):
            after = model.copy()
            answers: dict[int, Mapping[str, Any]] = {}
            for place in order:
                after.skipping = bool(skipping >> place & 1)
                call = calls[place]
                try:
                    answers[place] = getattr(after, call.function)(**call.arguments)
                except Rejected as rejected:
                    answers[place] = {"rejected": rejected.sqlstate}
            yield [answers[place] for place in range(len(calls))], after.seen()


def allowed(case: Case, calls: tuple[Call, ...], answers: list[dict[str, Any]], found: Seen) -> bool:
    """Whether this is what some order of the calls would have given."""
    return any(
        tables == found and all(answer.items() >= said.items() for answer, said in zip(answers, expected, strict=True))
        for expected, tables in outcomes(case.model, *calls)
    )


async def held_up(database: Database, connection: Connection, task: asyncio.Task[Any]) -> bool:
    """Wait until a call has ended, or waits for somebody else: whether it waits."""
    query = "SELECT cardinality(pg_blocking_pids(%(pid)s)) > 0"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not task.done():
            if await database.value(query, {"pid": connection.info.backend_pid}):
                return True
            await asyncio.sleep(0)
    return False


@asynccontextmanager
async def sessions(database: Database, number: int = 2) -> AsyncIterator[list[Connection]]:
    """Connections that are closed afterwards."""
    made = [await database.connect() for _ in range(number)]
    try:
        yield made
    finally:
        for each in made:
            await each.close()


GATES: Mapping[str, str] = {
    # Held so, a table takes no writes, while rows of it can be read and locked: a call stops before its first write to it.
    **{
        f"before writing {table}": f"LOCK TABLE {table} IN SHARE MODE"
        for table in ("batch_jobs", "hot_leases", "hot_readings", "hot_entries", "hot_platforms")
    },
    "at the row of the batch": "SELECT FROM batch_jobs FOR UPDATE",
    "at the lease": "SELECT FROM hot_leases FOR UPDATE",
    "at the platforms": "SELECT FROM hot_platforms FOR UPDATE",
    "at the entries": "SELECT pg_advisory_xact_lock('hot_entries'::regclass::oid::INTEGER, id) FROM hot_platforms",
    "at a new platform": "INSERT INTO hot_platforms (name) VALUES ('new')",
    "at the rivals": "SELECT pg_advisory_xact_lock('hot_leases'::regclass::oid::INTEGER, hashtext('data_collection'))",
}

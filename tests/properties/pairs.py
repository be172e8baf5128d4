"""Two calls at once on one batch: the calls, the batches they meet, where they can be held up, and the results that are allowed.

Allowed is what one call after the other would have given, in either order (`outcomes`). Who looks for rows to end or to delete may pass
over those that the other one holds, and nothing else may differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import permutations
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

import psycopg
from tests.database import Database
from tests.made import NOON
from tests.properties.model import Model, Rejected, Seen
from tests.properties.tables import CLEAN, OBSERVE, seen, statement

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
PLATFORMS = ("weibo", "baidu")
UNITS = ("self_test/one", "self_test/two")
PATIENCE_SECONDS = 30


class Call(NamedTuple):
    """A function and its arguments."""

    function: str
    arguments: dict[str, Any]


class Case:
    """One batch, and the calls that are made to it."""

    def __init__(self, overlap: str, job_type: str, planned: tuple[str, str]) -> None:
        self.id, self.another, self.token = (str(uuid4()) for _ in range(3))
        self.overlap, self.job_type, self.planned = overlap, job_type, planned
        self.model = Model()

    def call(self, name: str) -> Call:
        """One of `CALLS`."""
        return CALLS[name](self)

    def record(self, platform: str, *titles: str, minutes: int) -> Call:
        return self.owned("batch_record", platform=platform, reading=_reading("ok", titles, minutes))

    def opening(self, batch_id: str, *planned: str, **more: Any) -> Call:
        arguments = {"batch_id": batch_id, "job_type": self.job_type, "planned": list(planned), "token": self.token, "lease_seconds": 3600}
        return Call("batch_open", {**arguments, "overlap": self.overlap, **more})

    def titled(self, batch_id: str, title: str) -> Call:
        return self.opening(batch_id, *self.planned, platforms=[{"name": each, "title": title} for each in self.planned])

    def owned(self, function: str, **arguments: Any) -> Call:
        return Call(function, {"batch_id": self.id, "token": self.token, **arguments})

    def derived(self, name: str) -> str:
        """The id of a further batch, always the same."""
        return str(uuid5(UUID(self.id), name))

    def newer(self) -> Call:
        """An import of later lists of the planned platforms, so that the batch is not the last success of any, which would keep it."""
        readings = [{"platform": each, **_reading("ok", ("a",), 30)} for each in self.planned]
        return Call("batch_import", {"batches": [{"batch_id": self.derived("newer"), "job_type": "past", "readings": readings}]})

    def past(self) -> Call:
        """An import that meets two platforms for the first time: the second in the alphabet gave a list, the first did not."""
        readings = [{"platform": "alpha", **_reading("blocked", (), -9)}, {"platform": "zeta", **_reading("ok", ("a",), -8)}]
        return Call("batch_import", {"batches": [{"batch_id": self.derived("past"), "job_type": "past", "readings": readings}]})


def _reading(verdict: str, titles: Sequence[str], minutes: int) -> dict[str, Any]:
    return {"verdict": verdict, "items": [{"title": each} for each in titles], "collected_at": NOON + timedelta(minutes=minutes)}


CALLS: Mapping[str, Callable[[Case], Call]] = {
    "open": lambda case: case.opening(case.id, *case.planned),
    "record": lambda case: case.record(case.planned[1], "a", "b", minutes=1),
    "close": lambda case: case.owned("batch_close", reason="interrupted"),
    "beat": lambda case: case.owned("batch_beat", lease_seconds=3600),
    "reap": lambda _: Call("batch_reap", {}),
    "purge": lambda _: Call("batch_purge", {"older_than": "0 seconds", "keep_last": 0, "dry_run": False}),
    "replay": lambda case: case.record(case.planned[0], "a", "c", minutes=0),
    "record nothing": lambda case: case.record(case.planned[1], minutes=1),
    "record another": lambda case: case.record("new", "a", minutes=2),
    "open with titles": lambda case: case.titled(case.id, "Another title"),
    "open another": lambda case: case.titled(case.another, "A title"),
    "open on new platforms": lambda case: case.opening(case.derived("new"), "alpha", "zeta"),
    "import": Case.past,
    "remove": lambda case: Call("scratch_remove", {"batch_id": case.id}),
    "remove another": lambda case: Call("scratch_remove", {"batch_id": case.another}),
}
NAMED = ("open", "record", "close", "beat", "reap", "purge", "replay")
MORE = ("record another", "open with titles", "open another", "open on new platforms", "import")
OF_SELF_TESTS = ("open", "record", "record nothing", "replay", "close", "purge", "remove", "remove another")
OPENINGS = ("open", "open with titles", "open another", "open on new platforms")
STATES = ("unborn", "alive", "run out", "ended")


async def prepared(database: Database, state: str, overlap: str = "allow", *, self_test: bool = False) -> Case:
    """Clean tables with one batch in them, of which one platform is recorded (unless it is unborn). A self-test has another beside it."""
    case = Case(overlap, "self_test", UNITS) if self_test else Case(overlap, "data_collection", PLATFORMS)
    await database.connection.execute(CLEAN.encode())
    names: list[str] = [] if state == "unborn" else ["open", "replay", *(["close"] if state == "ended" else [])]
    calls = [case.call(name) for name in names]
    if not self_test:
        calls.append(case.newer())
    else:
        beside = {"batch_id": case.another}
        calls += [Call(each.function, each.arguments | beside) for each in (case.call("open"), case.call("record"))]
    for call in calls:
        assert (await answered(database.connection, call)).items() >= getattr(case.model, call.function)(**call.arguments).items()
    if state == "run out":
        past = "UPDATE hot_leases SET expires_at = now() - INTERVAL '1 second' WHERE batch_id = %(id)s"
        await database.connection.execute(past, {"id": case.id})
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
        for table in ("batch_jobs", "hot_leases", "hot_readings", "hot_entries", "hot_platforms", "hot_states", "hot_days")
    },
    "at the row of the batch": "SELECT FROM batch_jobs FOR UPDATE",
    "at the lease": "SELECT FROM hot_leases FOR UPDATE",
    "at the platforms": "SELECT FROM hot_platforms FOR UPDATE",
    "at the entries": "SELECT pg_advisory_xact_lock('hot_entries'::regclass::oid::INTEGER, id) FROM hot_platforms",
    "at the states": "SELECT pg_advisory_xact_lock('hot_states'::regclass::oid::INTEGER, id) FROM hot_platforms",
    "at a new platform": "INSERT INTO hot_platforms (name) VALUES ('new')",
    "at the rivals": "SELECT pg_advisory_xact_lock('hot_leases'::regclass::oid::INTEGER, hashtext('data_collection'))",
}

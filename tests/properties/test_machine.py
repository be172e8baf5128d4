"""The SQL functions against a model, in whatever order: owners and strangers, collectors, replays, leases that run out, raw SQL.

After each step all tables are what the model says, and the ledger reconciles. `HYPOTHESIS_PROFILE=deep` takes longer, and goes new ways.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from psycopg.conninfo import make_conninfo
from tests.made import NOON
from tests.properties.model import FAILS, KEEPS, Model, Rejected
from tests.properties.tables import CLEAN, DEEP, OBSERVE, seen, statement

PLATFORMS = ("weibo", "baidu", "zhihu")
UNPLANNED = "extra"
SCRATCH = ("self_test/one", "self_test/two")
JOB_TYPES = ("data_collection", "report")
COLLECTORS = ("laptop", "stranger")
_MOST_OPEN = 8

SETTINGS = settings(
    max_examples=600 if DEEP else 60,
    stateful_step_count=60 if DEEP else 40,
    deadline=None,
    database=None,
    derandomize=not DEEP,
    suppress_health_check=list(HealthCheck),
)


class Call(NamedTuple):
    """A call as it was made, to be made again."""

    function: str
    arguments: dict[str, Any]


titles = st.lists(st.sampled_from("abcdef"), min_size=0, max_size=5)
plans = st.lists(st.sampled_from(PLATFORMS), unique=True, max_size=3)
leases = st.sampled_from([3600, 3600, 3600, 0, -1])
verdicts = st.one_of(st.just("ok"), st.sampled_from(sorted(KEEPS | FAILS)), st.sampled_from(["ok", "ok", "splendid"]))
true_verdicts = st.one_of(st.just("ok"), st.sampled_from(sorted(KEEPS | FAILS)))
heats = st.lists(st.one_of(st.none(), st.integers(1, 9).map(float)), min_size=5, max_size=5)
overlaps = st.sampled_from(["allow", "allow", "skip", "replace"])
choices = st.integers(0, 1_000_000)


def only(cursor: psycopg.Cursor[Any]) -> Any:
    """The one value that was selected."""
    row = cursor.fetchone()
    assert row is not None
    return row[0]


class LedgerMachine(RuleBasedStateMachine):
    """One ledger, and all hands that may be laid on it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        super().__init__()
        self.connection = connection
        self.connection.execute(CLEAN.encode())
        self.model = Model()
        self.calls: list[Call] = []
        self.tokens: dict[str, str] = {}
        self.made = 0
        for name in COLLECTORS[:1]:
            self.call("collector_add", name=name, token_hash=hashlib.sha256(name.encode()).hexdigest(), calls_per_minute=1_000_000)

    def call(self, function: str, /, **arguments: Any) -> None:
        """Call a function of the database and its twin of the model, which must agree."""
        self.calls.append(Call(function, arguments))
        self.agree(lambda: getattr(self.model, function)(**arguments), *statement(function, arguments))

    def agree(self, said: Callable[[], Any], text: Any, values: Any) -> None:
        """Both answer alike, as far as the model knows the answer, or both reject."""
        try:
            expected = said()
        except Rejected as rejected:
            expected = rejected.sqlstate
        if isinstance(expected, str):
            with pytest.raises(psycopg.Error) as raised:
                self.connection.execute(text, values)
            assert raised.value.sqlstate == expected
            return
        cursor = self.connection.execute(text, values)
        if expected is not None:
            answer = only(cursor)
            if "reaped" in answer:
                answer["reaped"].sort()
            assert {name: answer.get(name) for name in expected} == expected

    def a_batch(self, choice: int) -> str:
        return list(self.tokens)[choice % len(self.tokens)]

    def a_reading(self, verdict: str, listed: list[str], warmth: list[float | None], minutes: int) -> dict[str, Any]:
        items = [{"title": title} | ({} if heat is None else {"heat": heat}) for title, heat in zip(listed, warmth, strict=False)]
        return {"verdict": verdict, "items": items, "collected_at": self.moment(minutes), "duration_ms": 5, "evidence": "made up"}

    def moment(self, minutes: int) -> datetime:
        """An instant that no other reading has, in whatever order."""
        self.made += 1
        return NOON + timedelta(minutes=minutes, microseconds=self.made)

    def by_door(self, door: str | None, function: str, /, **arguments: Any) -> None:
        """Call as oneself, or as a collector."""
        if door is None:
            self.call(function, **arguments)
        else:
            self.call("collector_call", collector_token=door, function=function, arguments=arguments)

    # Calls

    @precondition(lambda self: len([each for each in self.model.batches.values() if each.lease and each.lease.open]) < _MOST_OPEN)
    @rule(job_type=st.sampled_from(JOB_TYPES), plan=plans, lease=leases, overlap=overlaps, door=st.sampled_from([None, None, *COLLECTORS]))
    def open(self, job_type: str, plan: list[str], lease: int, overlap: str, door: str | None) -> None:
        batch_id, token = str(uuid4()), str(uuid4())
        self.tokens[batch_id] = token
        arguments = {
            "batch_id": batch_id,
            "job_type": job_type,
            "planned": plan,
            "token": token,
            "lease_seconds": lease,
            "overlap": overlap,
        }
        self.by_door(door, "batch_open", **arguments)

    @precondition(lambda self: len([each for each in self.model.batches.values() if each.lease and each.lease.open]) < _MOST_OPEN)
    @rule(plan=st.lists(st.sampled_from(SCRATCH), unique=True, min_size=1))
    def open_a_self_test(self, plan: list[str]) -> None:
        batch_id, token = str(uuid4()), str(uuid4())
        self.tokens[batch_id] = token
        self.call("batch_open", batch_id=batch_id, job_type="self_test", planned=plan, token=token, lease_seconds=3600)

    @precondition(lambda self: self.tokens)
    @rule(
        choice=choices,
        verdict=verdicts,
        listed=titles,
        warmth=heats,
        minutes=st.integers(0, 9),
        place=st.integers(0, 9),
        door=st.sampled_from([None, None, None, *COLLECTORS]),
        stranger=st.sampled_from([False] * 5 + [True]),
    )
    def record(
        self,
        choice: int,
        verdict: str,
        listed: list[str],
        warmth: list[float | None],
        minutes: int,
        place: int,
        door: str | None,
        stranger: bool,
    ) -> None:
        batch_id = self.a_batch(choice)
        known = self.model.batches.get(batch_id)
        units = [*(known.planned if known else ()), UNPLANNED]
        arguments = {
            "batch_id": batch_id,
            "token": str(uuid4()) if stranger else self.tokens[batch_id],
            "platform": units[place % len(units)],
        }
        self.by_door(door, "batch_record", **arguments, reading=self.a_reading(verdict, listed, warmth, minutes))

    @precondition(lambda self: self.tokens)
    @rule(choice=choices, count=st.integers(0, 50))
    def record_a_count(self, choice: int, count: int) -> None:
        """A unit that has no list, but a number."""
        batch_id = self.a_batch(choice)
        reading = self.a_reading("ok", [], [], 0) | {"item_count": count}
        self.call("batch_record", batch_id=batch_id, token=self.tokens[batch_id], platform=UNPLANNED, reading=reading)

    @precondition(lambda self: self.tokens)
    @rule(
        choice=choices,
        reason=st.sampled_from([None, "interrupted", "error"]),
        door=st.sampled_from([None, *COLLECTORS]),
        stranger=st.sampled_from([False, False, True]),
    )
    def close(self, choice: int, reason: str | None, door: str | None, stranger: bool) -> None:
        batch_id = self.a_batch(choice)
        token = str(uuid4()) if stranger else self.tokens[batch_id]
        self.by_door(door, "batch_close", batch_id=batch_id, token=token, reason=reason, message=reason)

    @precondition(lambda self: self.tokens)
    @rule(choice=choices, lease=leases, door=st.sampled_from([None, None, *COLLECTORS]), stranger=st.sampled_from([False, False, True]))
    def beat(self, choice: int, lease: int, door: str | None, stranger: bool) -> None:
        batch_id = self.a_batch(choice)
        token = str(uuid4()) if stranger else self.tokens[batch_id]
        self.by_door(door, "batch_beat", batch_id=batch_id, token=token, lease_seconds=lease)

    @rule()
    def reap(self) -> None:
        self.call("batch_reap")

    @rule(keep_last=st.integers(0, 3), at_most=st.integers(1, 4), dry_run=st.booleans())
    def purge(self, keep_last: int, at_most: int, dry_run: bool) -> None:
        self.call("batch_purge", older_than="0 seconds", keep_last=keep_last, dry_run=dry_run, at_most=at_most)

    @rule(
        lists=st.lists(
            st.tuples(st.sampled_from(PLATFORMS), true_verdicts, titles, heats, st.booleans(), st.booleans()),
            min_size=1,
            max_size=4,
        ),
        choice=choices,
    )
    def import_the_past(self, lists: list[tuple[str, str, list[str], list[float | None], bool, bool]], choice: int) -> None:
        """Batches of the past; some of their readings are of a moment of which the platform has one already."""
        past: list[dict[str, Any]] = []
        taken: dict[str, list[datetime]] = {}
        for (_, platform), stored in sorted(self.model.readings.items()):
            taken.setdefault(platform, []).append(stored.collected_at)
        for platform, verdict, listed, warmth, joins, again in lists:
            reading: dict[str, Any] = {"platform": platform} | self.a_reading(verdict, listed, warmth, -self.made)
            in_last = [each["platform"] for each in past[-1]["readings"]] if past else [platform]
            if platform in in_last or not joins:
                past.append({"batch_id": str(uuid4()), "job_type": "data_collection", "readings": []})
            elif again and platform in taken:
                reading["collected_at"] = taken[platform][choice % len(taken[platform])]
            past[-1]["readings"].append(reading)
            taken.setdefault(platform, []).append(reading["collected_at"])
        self.call("batch_import", batches=past)

    @precondition(lambda self: self.tokens)
    @rule(choice=choices)
    def remove_scratch(self, choice: int) -> None:
        self.call("scratch_remove", batch_id=self.a_batch(choice))

    @rule()
    def revoke(self) -> None:
        self.call("collector_revoke", name=COLLECTORS[0])

    @rule(function=st.sampled_from(["batch_purge", "batch_reap", "scratch_remove"]))
    def overreach(self, function: str) -> None:
        """A collector tries what it may not."""
        self.call("collector_call", collector_token=COLLECTORS[0], function=function, arguments={})

    @precondition(lambda self: self.calls)
    @rule(choice=choices, recent=st.booleans())
    def replay(self, choice: int, recent: bool) -> None:
        """Any earlier call comes once more, exactly as it was."""
        among = self.calls[-5:] if recent else self.calls
        again = among[choice % len(among)]
        if self.room() or again.function not in ("batch_open", "collector_call"):
            self.call(again.function, **again.arguments)

    def room(self) -> bool:
        return len([each for each in self.model.batches.values() if each.lease and each.lease.open]) < _MOST_OPEN

    # Hands from outside

    @precondition(lambda self: any(each.lease and each.lease.open for each in self.model.batches.values()))
    @rule(choice=choices)
    def let_a_lease_run_out(self, choice: int) -> None:
        living = [name for name, each in self.model.batches.items() if each.lease and each.lease.open]
        batch_id = living[choice % len(living)]
        self.connection.execute("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 second' WHERE batch_id = %s", [batch_id])
        self.model.run_out(batch_id)

    @rule(status=st.sampled_from(["pending", "in_progress", "completed", "failed"]))
    def insert_a_row(self, status: str) -> None:
        """Other software writes a batch of its own, to which our functions may not write."""
        batch_id = str(uuid4())
        self.tokens[batch_id] = str(uuid4())
        self.connection.execute("INSERT INTO batch_jobs (id, job_type, status) VALUES (%s, 'theirs', %s)", [batch_id, status])
        self.model.insert_row(batch_id, "theirs", status)

    @precondition(lambda self: self.model.batches)
    @rule(choice=choices, status=st.sampled_from(["pending", "in_progress", "completed", "failed", "done"]))
    def set_a_status(self, choice: int, status: str) -> None:
        """Any move by raw SQL: the database lets forward ones pass, and no others."""
        batch_id = list(self.model.batches)[choice % len(self.model.batches)]
        text = "UPDATE batch_jobs SET status = %(status)s WHERE id = %(id)s"
        self.agree(lambda: self.model.set_status(batch_id, status), text, {"status": status, "id": batch_id})

    @precondition(lambda self: any(each.status in ("completed", "failed") for each in self.model.batches.values()))
    @rule(
        choice=choices,
        change=st.sampled_from(
            ["total_items = total_items + 1", "platforms_processed = '{x}'", "metadata = '{}'", "completed_at = NULL", "job_type = 'other'"]
        ),
    )
    def change_what_has_ended(self, choice: int, change: str) -> None:
        """Raw SQL that would change what stands."""
        ended = [name for name, each in self.model.batches.items() if each.status in ("completed", "failed")]
        with pytest.raises(psycopg.errors.CheckViolation):
            self.connection.execute(f"UPDATE batch_jobs SET {change} WHERE id = %s".encode(), [ended[choice % len(ended)]])

    @precondition(lambda self: self.model.batches)
    @rule(choice=choices)
    def delete_a_row(self, choice: int) -> None:
        """Somebody deletes a batch, open or not, by raw SQL."""
        batch_id = list(self.model.batches)[choice % len(self.model.batches)]
        self.connection.execute("DELETE FROM batch_jobs WHERE id = %s", [batch_id])
        self.model.delete_row(batch_id)

    @invariant()
    def tables_and_model_agree(self) -> None:
        found, expected = seen(self.connection.execute(OBSERVE).fetchone() or ()), self.model.seen()
        for kind in found._fields:
            assert getattr(found, kind) == getattr(expected, kind), kind

    def teardown(self) -> None:
        """When the leases that ran out have been reaped nothing at all is wrong with the ledger."""
        self.connection.execute("SELECT batch_reap()")
        found = only(self.connection.execute("SELECT ledger_verify()"))
        assert found["sound"], found["discrepancies"]


@pytest.fixture(scope="module")
def connection(postgres: str, template: str) -> Iterator[psycopg.Connection[Any]]:
    """A database for all examples, which each cleans for itself."""
    name = f"hotledger_test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as administrator:
        administrator.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        with psycopg.connect(make_conninfo(postgres, dbname=name), autocommit=True, prepare_threshold=None) as made:
            yield made
        administrator.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_the_functions_and_the_model_agree(connection: psycopg.Connection[Any]) -> None:
    """Whatever is called in whatever order by whomever, answers and tables are those of the model."""
    run_state_machine_as_test(lambda: LedgerMachine(connection), settings=SETTINGS)  # type: ignore[arg-type]  # a function will do

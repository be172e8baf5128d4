"""Any sequence of calls, by owners and strangers, with leases that run out at any time, against a small model of what must hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule, run_state_machine_as_test
from psycopg.types.json import Jsonb
from tests.database import Database
from tests.made import reading

NAMES = st.sampled_from(["a", "b", "c"])
CONNECTION: list[psycopg.Connection[Any]] = []


class Model:
    """What must be true of one batch."""

    def __init__(self, planned: list[str]) -> None:
        self.id = uuid4()
        self.token = uuid4()
        self.planned = planned
        self.landed: dict[str, int | None] = {}
        self.status = "in_progress"
        self.failure: str | None = None
        self.expired = False
        self.deleted = False

    @property
    def open(self) -> bool:
        return self.status == "in_progress" and not self.deleted

    def refusal(self, token: UUID) -> str | None:
        if self.deleted:
            return "unknown_batch"
        if token != self.token:
            return "not_the_owner"
        if self.open:
            return None
        return "batch_was_lost" if self.failure == "lost" else "batch_has_ended"

    def end(self, reason: str | None) -> None:
        good = any(items is not None for items in self.landed.values())
        self.failure = reason or (None if good or not (self.planned or self.landed) else "no_list")
        self.status = "failed" if self.failure == "lost" or (self.failure and not good) else "completed"


class Machine(RuleBasedStateMachine):
    """Calls in any order."""

    batches = Bundle("batches")

    def __init__(self) -> None:
        super().__init__()
        self.models: list[Model] = []

    def call(self, function: str, **arguments: Any) -> Any:
        named = ", ".join(f"{name} => %({name})s" for name in arguments)
        return CONNECTION[0].execute(f"SELECT {function}({named})", arguments).fetchone()[0]  # type: ignore[index, call-overload]

    def reaped(self) -> None:
        for model in self.models:
            if model.open and model.expired:
                model.end("lost")

    @rule(target=batches, planned=st.lists(NAMES, unique=True))
    def open_one(self, planned: list[str]) -> Model:
        model = Model(planned)
        self.reaped()
        self.models.append(model)
        assert self.call("batch_open", batch_id=model.id, job_type="machine", planned=planned, token=model.token)["outcome"] == "opened"
        return model

    @rule(model=batches)
    def open_again(self, model: Model) -> None:
        if model.deleted:
            return
        self.reaped()
        answer = self.call("batch_open", batch_id=model.id, job_type="machine", planned=model.planned, token=model.token)
        assert answer.get("reason") == model.refusal(model.token)

    @rule(model=batches, name=NAMES, items=st.none() | st.integers(0, 3), owner=st.integers(0, 4).map(bool))
    def record(self, model: Model, name: str, items: int | None, owner: bool) -> None:
        token = model.token if owner else uuid4()
        given = reading(*"xyz"[: items or 0], verdict="ok" if items is not None else "blocked")
        answer = self.call("batch_record", batch_id=model.id, token=token, platform=name, reading=Jsonb(given))
        refusal = model.refusal(token)
        if name in model.landed and (refusal is None or refusal.startswith("batch_")):
            assert answer["replayed"]
            assert answer["items"] == (model.landed[name] or 0)
            return
        assert answer.get("reason") == refusal
        if refusal is None:
            model.landed[name] = items
            if model.planned and set(model.planned) <= model.landed.keys():
                model.end(None)
            assert (answer["items"], answer["batch_status"], answer["replayed"]) == (items or 0, model.status, False)

    @rule(model=batches, reason=st.sampled_from([None, "interrupted", "error"]), owner=st.integers(0, 4).map(bool))
    def close(self, model: Model, reason: str | None, owner: bool) -> None:
        token = model.token if owner else uuid4()
        refusal = model.refusal(token)
        answer = self.call("batch_close", batch_id=model.id, token=token, reason=reason)
        if refusal is None:
            model.end(reason)
            assert (answer["batch_status"], answer["replayed"]) == (model.status, False)
        elif refusal == "batch_has_ended":
            assert (answer["batch_status"], answer["replayed"]) == (model.status, True)
        else:
            assert answer["reason"] == refusal

    @rule(model=batches, owner=st.booleans())
    def beat(self, model: Model, owner: bool) -> None:
        token = model.token if owner else uuid4()
        assert self.call("batch_beat", batch_id=model.id, token=token).get("reason") == model.refusal(token)
        if owner and model.open:
            model.expired = False

    @rule(model=batches)
    def run_out(self, model: Model) -> None:
        CONNECTION[0].execute("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 s' WHERE batch_id = %s", (model.id,))
        model.expired = True

    @rule()
    def reap(self) -> None:
        lost = {str(model.id) for model in self.models if model.open and model.expired}
        assert set(self.call("batch_reap")["reaped"]) == lost
        self.reaped()

    @rule(model=consumes(batches))
    def delete(self, model: Model) -> None:
        CONNECTION[0].execute("DELETE FROM batch_jobs WHERE id = %s", (model.id,))
        model.deleted = True

    @precondition(lambda self: self.models)
    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        columns = "status, total_items, platforms_processed, metadata #>> '{summary,failure}', completed_at IS NOT NULL"
        rows = {row[0]: row[1:] for row in CONNECTION[0].execute(f"SELECT id, {columns} FROM batch_jobs".encode())}
        expected = {
            model.id: (
                model.status,
                sum(items or 0 for items in model.landed.values()),
                list(model.landed),
                model.failure,
                model.status != "in_progress",
            )
            for model in self.models
            if not model.deleted
        }
        assert {name: rows.get(name) for name in expected} == expected

    @invariant()
    def the_ledger_is_sound(self) -> None:
        found = self.call("ledger_verify")["discrepancies"]
        expired = {str(model.id) for model in self.models if model.open and model.expired}
        assert {(each["kind"], each["subject"]) for each in found} == {("lease", subject) for subject in expired}

    def teardown(self) -> None:
        CONNECTION[0].execute("DELETE FROM batch_jobs")
        CONNECTION[0].execute("DELETE FROM hot_readings")


def test_any_sequence_of_calls_keeps_the_ledger_true(database: Database) -> None:
    """Rows, refusals, replays and totals are at every step what the model says, and the ledger is sound."""
    with psycopg.connect(database.url, autocommit=True, prepare_threshold=None) as connection:
        CONNECTION[:] = [connection]
        quick = settings(max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        run_state_machine_as_test(Machine, settings=quick)  # type: ignore[no-untyped-call]

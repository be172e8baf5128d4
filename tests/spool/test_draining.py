"""What a drain does with calls that the ledger does not simply take, and what an outage may cost."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from drill.stages import PLATFORMS, Clock, collected, reading
from tests.database import Database

from hotledger.errors import OverlapSkipped, SpoolFailed, StoreUnavailable
from hotledger.ledger.batch import OpenBatch
from hotledger.ledger.ledger import Ledger
from hotledger.ledger.spool import Spool
from hotledger.ledger.spooled import SpooledStore
from hotledger.model import Status
from hotledger.store.port import Store

OPENING = ("batch_open", 1)


class Away:
    """A store of a database that is away: it refuses at once, or never answers."""

    def __init__(self, *, silent: bool = False) -> None:
        self._silent = silent
        self.calls = 0

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        self.calls += 1
        if self._silent:
            await asyncio.Event().wait()
        raise StoreUnavailable("The database is away.")

    def another(self) -> Store:
        return self

    async def close(self) -> None:
        return


def spooled(store: Store, spool: Spool, **options: Any) -> SpooledStore:
    return SpooledStore(store, spool, **{"target": "drill", "limit_seconds": 10, **options})


class Switched:
    """A store whose database can be taken away: by setting `away`, or by itself before the `nth` call of a function."""

    def __init__(self, store: Store, *, away: bool = False) -> None:
        self._store = store
        self._of: Switched = self
        self._seen: Counter[str] = Counter()
        self._moment: tuple[str, int] | None = None
        self.away = away

    def until(self, function: str, nth: int) -> Switched:
        self._moment = (function, nth)
        return self

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        of = self._of
        of._seen[function] += 1
        of.away = of.away or (function, of._seen[function]) == of._moment
        if of.away:
            raise StoreUnavailable("The database is away.")
        return await self._store.call(function, arguments)

    def another(self) -> Store:
        twin = Switched(self._store.another())
        twin._of = self._of
        return twin

    async def close(self) -> None:
        await self._store.close()


async def cut_off(database: Database, spool: Spool, run: str, *, away_from: tuple[str, int] = ("batch_record", 2)) -> OpenBatch:
    """A batch of which a part is in the spool: the database is away from some call on."""
    batch = await collected(spooled(Switched(database.store()).until(*away_from), spool), run)
    assert batch.spooled is not None
    return batch


async def lose(database: Database, *ids: Any) -> None:
    """Let leases run out, and let somebody find out."""
    await database.rows("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 second' WHERE batch_id = ANY(%(ids)s)", {"ids": list(ids)})
    await database.call("batch_reap")


async def test_what_a_lost_batch_can_not_take_goes_into_a_recovery_batch(database: Database, spool: Spool) -> None:
    """The readings that had landed stay in the lost batch, the others are in one beside it, at their true times, and each is there once."""
    batch = await cut_off(database, spool, "lost")
    await lose(database, batch.id)
    done = await spooled(database.store(), spool).drain()
    assert (done.set_aside, done.waiting, done.stopped) == (0, 0, None)
    recovered = await database.call("batch_get", batch_id=done.recovered[str(batch.id)])
    lost = await database.call("batch_get", batch_id=batch.id)
    assert (lost["status"], lost["metadata"]["summary"]["failure"], lost["platforms_processed"]) == ("failed", "lost", ["one"])
    assert (recovered["status"], recovered["platforms_processed"]) == ("completed", ["two", "three", "four"])
    assert recovered["metadata"]["summary"]["outcome"] == "full"
    assert recovered["metadata"]["source"] == f"recovery of {batch.id}"
    assert recovered["started_at"] == lost["started_at"]
    assert datetime.fromisoformat(recovered["completed_at"]) < datetime(2026, 3, 5, tzinfo=UTC)
    assert await database.rows("SELECT DISTINCT times_seen FROM hot_entries") == [(1,)]


async def test_a_recovery_batch_that_is_lost_too_is_recovered(database: Database, spool: Spool) -> None:
    """A drain that is cut off in a recovery batch, and comes back after that was lost as well, still loses nothing."""
    batch = await cut_off(database, spool, "twice", away_from=OPENING)
    opened = (await spool.waiting("drill"))[0]
    await database.call("batch_open", **opened.arguments)
    await lose(database, batch.id)
    cut = await spooled(Switched(database.store()).until("batch_record", 4), spool).drain()
    assert (cut.landed, cut.waiting) == (3, 3)
    [recovery] = cut.recovered.values()
    await lose(database, UUID(recovery))
    done = await spooled(database.store(), spool).drain()
    assert (done.waiting, done.set_aside) == (0, 0)
    titles = await database.rows("SELECT platform, count(*) FROM hot_items WHERE title LIKE 'twice%%' GROUP BY platform", {})
    assert dict(titles) == dict.fromkeys(PLATFORMS, 5)


async def test_a_drain_that_was_killed_before_it_could_note_its_work_is_repeated(database: Database, spool: Spool) -> None:
    """Calls that have landed all, to the end of the batch, land once more without a change, and none is set aside."""
    batch = await cut_off(database, spool, "again", away_from=OPENING)
    calls = await spool.waiting("drill")
    await spooled(database.store(), spool).drain()
    before = await database.call("batch_get", batch_id=batch.id)
    for call in calls:
        await spool.append("drill", call.batch_id, call.function, call.arguments, call.opening)
    done = await spooled(database.store(), spool).drain()
    assert (done.landed, done.set_aside, done.waiting) == (6, 0, 0)
    after = await database.call("batch_get", batch_id=batch.id)
    assert {name: value for name, value in after.items() if name != "lease"} == {
        name: value for name, value in before.items() if name != "lease"
    }


async def test_the_end_of_a_lost_batch_alone_makes_no_recovery_batch(database: Database, spool: Spool) -> None:
    """Where no reading is left, there is nothing to recover, and nothing is set aside either."""
    async with Ledger(database.store()).batch("job", ["unread"]) as batch:
        opening = {"started_at": datetime.now(UTC), "planned": ["unread"], "batch_id": batch.id, "job_type": "job", "token": batch.token}
        end = {"batch_id": batch.id, "token": batch.token, "completed_at": datetime.now(UTC)}
        await spool.append("drill", str(batch.id), "batch_close", end, opening)
        await lose(database, batch.id)
        done = await spooled(database.store(), spool).drain()
        batch.status = Status.FAILED
    assert (done.landed, done.set_aside, dict(done.recovered)) == (1, 0, {})
    assert await database.value("SELECT count(*) FROM batch_jobs") == 1


async def test_a_batch_that_the_database_has_forgotten_is_opened_anew(database: Database, spool: Spool) -> None:
    """A database that was put back to an older state, without the batch, gets it back with what the spool holds."""
    batch = await cut_off(database, spool, "forgotten")
    await database.rows("DELETE FROM hot_readings")
    await database.rows("DELETE FROM batch_jobs")
    done = await spooled(database.store(), spool).drain()
    job = await database.call("batch_get", batch_id=batch.id)
    assert (done.waiting, done.set_aside) == (0, 0)
    assert job["platforms_processed"] == ["two", "three", "four"]
    assert job["status"] == "completed"


async def test_a_rejected_call_is_set_aside_and_blocks_no_other(database: Database, spool: Spool) -> None:
    """A call that the database refuses is kept with the reason; the calls after it land, those of its own batch too."""
    batch = await cut_off(database, spool, "rejected", away_from=OPENING)
    calls = await spool.waiting("drill")
    await spool.remove([call.number for call in calls])
    for call in calls:
        arguments = dict(call.arguments)
        if arguments.get("platform") == "two":
            arguments["reading"] = {**arguments["reading"], "verdict": "wonderful"}
        await spool.append("drill", call.batch_id, call.function, arguments, call.opening)
    done = await spooled(database.store(), spool).drain()
    assert (done.landed, done.set_aside, done.waiting) == (5, 1, 0)
    [aside] = spool.status().set_aside
    assert aside.arguments["platform"] == "two"
    assert "refused" in str(aside.reason)
    job = await database.call("batch_get", batch_id=batch.id)
    assert job["platforms_processed"] == ["one", "three", "four"]
    assert (job["status"], job["metadata"]["summary"]["outcome"]) == ("completed", "partial")


async def test_a_damaged_call_is_set_aside(database: Database, spool: Spool, tmp_path: Path) -> None:
    """Even the opening: the batch is opened by what the other calls know of it."""
    batch = await cut_off(database, spool, "damaged", away_from=OPENING)
    with closing(sqlite3.connect(tmp_path / "spool" / "spool.db")) as connection, connection:
        connection.execute("UPDATE calls SET arguments = substr(arguments, 2) WHERE function = 'batch_open'")
    done = await spooled(database.store(), spool).drain()
    assert (done.landed, done.set_aside, done.waiting) == (5, 1, 0)
    assert "checksum" in str(spool.status().set_aside[0].reason)
    assert (await database.call("batch_get", batch_id=batch.id))["total_items"] == 20


async def test_a_foreign_token_is_set_aside(database: Database, spool: Spool) -> None:
    """Whoever does not own a batch can't write to it through the spool either."""
    async with Ledger(database.store()).batch("job", ["one"]) as batch:
        arguments = {"batch_id": batch.id, "token": uuid4(), "platform": "one", "reading": {"verdict": "ok"}, "recorded_at": None}
        await spool.append("drill", str(batch.id), "batch_record", arguments, None)
        done = await spooled(database.store(), spool).drain()
    assert (done.landed, done.set_aside) == (0, 1)
    assert "not_the_owner" in str(spool.status().set_aside[0].reason)


async def test_a_call_that_always_fails_holds_up_no_other_batch(database: Database, spool: Spool) -> None:
    """While the database answers, a call that it can't do is passed over for this time, with the rest of its batch alone."""
    stuck = await cut_off(database, spool, "stuck", away_from=OPENING)
    fine = await cut_off(database, spool, "fine", away_from=OPENING)

    class Choosy:
        def __init__(self, store: Store) -> None:
            self._store = store

        async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
            if arguments["batch_id"] == str(stuck.id):
                raise StoreUnavailable("canceling statement due to statement timeout")
            return await self._store.call(function, arguments)

        def another(self) -> Store:
            return Choosy(self._store.another())

        async def close(self) -> None:
            await self._store.close()

    done = await spooled(Choosy(database.store()), spool).drain()
    assert (done.landed, done.waiting) == (6, 6)
    assert done.stopped is not None
    assert (await database.call("batch_get", batch_id=fine.id))["status"] == "completed"


async def test_two_drainers_at_once_do_each_call_once(database: Database, tmp_path: Path, spool: Spool) -> None:
    """The second one waits for the first, and finds nothing left."""
    await cut_off(database, spool, "two", away_from=OPENING)
    other = Spool(tmp_path / "spool")
    both = await asyncio.gather(spooled(database.store(), spool).drain(), spooled(database.store(), other).drain())
    other.close()
    assert sum(done.landed for done in both) == 6
    assert await database.value("SELECT sum(refused) FROM hot_leases") == 0


async def test_what_was_spooled_is_recorded_beside_a_running_batch(database: Database, spool: Spool) -> None:
    """A batch of the past is no rival of one that runs now, whatever the overlap says."""
    with pytest.raises(StoreUnavailable):
        async with Ledger(Away(), overlap="skip").batch("data_collection"):
            pass
    async with Ledger(spooled(Away(), spool), overlap="skip", now=Clock()).batch("data_collection", PLATFORMS) as batch:
        for platform in PLATFORMS:
            await batch.record(reading(platform, "past"))
    async with Ledger(database.store(), overlap="skip").batch("data_collection", ["one"]):
        done = await spooled(database.store(), spool).drain()
    assert (done.landed, done.set_aside) == (6, 0)
    assert (await database.call("batch_get", batch_id=batch.id))["total_items"] == 20


async def test_a_rival_is_told_by_whom_since_when_and_until_when(database: Database) -> None:
    """A batch that may not overlap another one is not opened, and says whom it leaves the job to."""
    async with Ledger(database.store(), overlap="skip", owner="the first").batch("data_collection", ["one"]) as first:
        with pytest.raises(OverlapSkipped, match="the first") as skipped:
            async with Ledger(database.store(), overlap="skip").batch("data_collection", ["one"]):
                pass
    running = skipped.value.running
    assert running["batch_id"] == str(first.id)
    assert datetime.fromisoformat(running["since"]) < datetime.fromisoformat(running["until"])
    assert skipped.value.exit_code == 0


async def test_a_full_spool_fails_the_batch_loudly(tmp_path: Path) -> None:
    """When neither the database nor the spool can take a call, the caller is told."""
    spool = Spool(tmp_path / "spool", mib=1)

    async def overfill() -> None:
        async with Ledger(spooled(Away(), spool)).batch("job", ["one"]) as batch:
            while True:
                async with batch.unit("one") as unit:
                    unit.evidence = "x" * 100_000

    with pytest.raises(SpoolFailed) as failed:
        await overfill()
    assert failed.value.exit_code == 4
    spool.close()


async def test_after_the_first_failure_no_call_waits_for_the_database(spool: Spool) -> None:
    """One call finds out (twice, lest it was the connection's fault), one looks at the end; all others go to the spool at once."""
    away = Away()
    await collected(spooled(away, spool), "away")
    assert away.calls == 3


def test_an_outage_costs_one_and_a_half_limits(tmp_path: Path) -> None:
    """A database that never answers slows a batch by 1.5 times the limit, measured by a clock that jumps to whatever is waited for."""

    class JumpingLoop(asyncio.SelectorEventLoop):
        jumped = 0.0

        def time(self) -> float:
            return super().time() + self.jumped

        def jump(self, seconds: float) -> None:
            self.jumped += seconds

    limit_seconds = 1000.0
    spool = Spool(tmp_path / "spool")
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, JumpingLoop)

        class Silent(Away):
            async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
                loop.call_soon(loop.jump, limit_seconds / 2)  # time goes by while nobody answers
                loop.call_soon(loop.call_soon, loop.jump, limit_seconds / 2 if function != "batch_beat" else 0)
                return await super().call(function, arguments)

        began = loop.time()
        batch = runner.run(collected(spooled(Silent(silent=True), spool, limit_seconds=limit_seconds), "silent"))
        took = loop.time() - began
    spool.close()
    assert batch.spooled is not None
    assert batch.spooled.calls == 6
    assert limit_seconds <= took < 1.6 * limit_seconds


async def test_the_work_can_not_starve_the_beats(database: Database) -> None:
    """A parser that keeps the event loop busy for two leases does not lose the batch."""
    async with Ledger(database.store(), lease_seconds=1).batch("job", ["one"]) as batch:
        until = datetime.now(UTC) + timedelta(seconds=2.5)
        while datetime.now(UTC) < until:  # busy, without ever coming back to the event loop
            sum(range(1000))
        assert await database.call("batch_reap") == {"reaped": []}
        async with batch.unit("one") as unit:
            unit.items = 1
    assert batch.status is Status.COMPLETED


async def test_the_beats_go_on_while_the_batch_is_in_the_spool(database: Database, spool: Spool) -> None:
    """A batch that another process has drained while it still runs stays alive until its own end is drained."""
    switched = Switched(database.store(), away=True)
    async with Ledger(spooled(switched, spool), lease_seconds=1).batch("job", ["one"]) as batch:
        switched.away = False
        assert (await spooled(database.store(), spool).drain()).landed == 1
        until = datetime.now(UTC) + timedelta(seconds=2.5)
        while datetime.now(UTC) < until:
            await asyncio.sleep(0.1)
        assert await database.call("batch_reap") == {"reaped": []}
        async with batch.unit("one") as unit:
            unit.items = 1
        assert await spool.count("drill") == 1
    assert (batch.status, batch.spooled) == (Status.COMPLETED, None)

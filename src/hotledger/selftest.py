"""Self-tests beside the diagnosis: the rules on a throw-away database, and a whole collection through the simulator."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hotledger.app import DataCollector, Say, chosen_readers, opened_database, opened_store
from hotledger.collect.collector import CollectionResult
from hotledger.config import Settings
from hotledger.diagnosis import Finding
from hotledger.diagnosis.scratch import SCRATCH
from hotledger.embedded.server import EmbeddedServer
from hotledger.errors import HotledgerError, LeaseLost
from hotledger.ledger.identity import uuid7
from hotledger.ledger.ledger import Ledger, utc_now
from hotledger.simulator import Simulator
from hotledger.store.postgres import PostgresStore

_KILLED_LONG_AGO = timedelta(hours=1)


async def check_logic(settings: Settings, say: Say) -> AsyncIterator[Finding]:
    """The rules of the ledger, proved on a database that exists for this only."""
    try:
        with _throw_away_home() as home:
            apart = settings.model_copy(update={"database_url": None, "supabase_url": None, "supabase_key": None, "home": home})
            async with opened_database(apart, say) as store:
                ledger = Ledger(store)
                for what, check in _RULES.items():
                    yield await _tried(what, check(store, ledger))
    except HotledgerError as error:
        yield Finding("A throw-away database is made", False, str(error), "See docs/troubleshooting.md.")


@contextmanager
def _throw_away_home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hotledger-logic-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # root's server runs as another account, which must be able to pass through
        try:
            yield home
        finally:
            # Where that account can't come here all the same, the data lies elsewhere.
            shutil.rmtree(EmbeddedServer(home).status().data_directory.parent, ignore_errors=True)


async def check_collection(settings: Settings, say: Say) -> AsyncIterator[Finding]:
    """A whole collection, by real HTTP to the simulator, into a scratch batch that is removed again."""
    try:
        async with opened_store(settings, say) as store:
            ledger = Ledger(store)  # without the spool: what can't be written now must not come later
            try:
                async with Simulator() as url:
                    here = settings.model_copy(update={"via": url, "cookie": {}})
                    result = await DataCollector(here).collect_into(
                        ledger, chosen_readers(settings), job_type=SCRATCH, prefix=f"{SCRATCH}/"
                    )
                for finding in await _checked(ledger, result):
                    yield finding
            finally:
                left = await _remove_scratch(ledger)
            yield Finding("The scratch batch is gone again", not left, f"left: {', '.join(left)}" if left else "")
    except HotledgerError as error:
        yield Finding("A collection is recorded", False, str(error), "Run `hotledger doctor database` first.")


async def _checked(ledger: Ledger, result: CollectionResult) -> list[Finding]:
    job = await ledger.job(result.batch_job_id)
    landed = job["total_items"] if job else 0
    sound = await ledger.verify()
    return [
        *(
            Finding(f"{reading.platform.removeprefix(SCRATCH + '/')} is collected", reading.verdict.keeps_list, reading.evidence)
            for reading in result.readings
        ),
        Finding("The batch is recorded as completed", job is not None and job["status"] == "completed", f"batch {result.batch_job_id}"),
        Finding("Its total is what landed", landed == result.total_items > 0, f"{landed} items"),
        Finding("The ledger agrees with what is stored", sound["sound"], str(sound["discrepancies"] or ""), "Run `hotledger verify`."),
    ]


async def _remove_scratch(ledger: Ledger) -> list[str]:
    """Remove the scratch batches of this process, and old ones of processes that were killed. Returns the ids of those that stayed."""
    oldest = utc_now() - _KILLED_LONG_AGO
    mine = []
    for batch in await ledger.jobs(job_type=SCRATCH, at_most=1000):
        job = await ledger.job(batch.id)
        owner = (job or {}).get("lease") or {}
        if owner.get("owner") == ledger.owner or (batch.created_at is not None and batch.created_at < oldest):
            await ledger.remove_scratch(batch.id)
            mine.append(batch.id)
    return [batch_id for batch_id in mine if await ledger.job(batch_id) is not None]


async def _tried(what: str, check: Awaitable[str]) -> Finding:
    try:
        return Finding(what, True, await check)
    except (HotledgerError, AssertionError) as error:
        return Finding(what, False, str(error) or type(error).__name__, "Please report this as a fault of hotledger.")


def _that(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


async def _a_batch_is_recorded(store: PostgresStore, ledger: Ledger) -> str:
    async with ledger.batch("rules", ["one", "two"]) as batch:
        async with batch.unit("one") as unit:
            unit.items = 3
        async with batch.unit("two") as unit:
            unit.items = 4
    job = await ledger.job(str(batch.id)) or {}
    _that(job["status"] == "completed" and job["total_items"] == 7, f"the batch is {job['status']} with {job['total_items']} items")
    _that(job["platforms_processed"] == ["one", "two"], "the units are not in the order in which they ended")
    _that(job["metadata"]["one_items"] == 3 and job["metadata"]["summary"]["outcome"] == "full", "the metadata is wrong")
    return job["metadata"]["summary"]["explanation"]  # type: ignore[no-any-return]


async def _a_failure_is_recorded(store: PostgresStore, ledger: Ledger) -> str:
    async with ledger.batch("rules", ["one", "two"]) as batch:
        for name, fails in (("one", True), ("two", False)):
            try:
                async with batch.unit(name) as unit:
                    unit.items = 1
                    _that(not fails, "made to fail")
            except AssertionError:
                continue
    job = await ledger.job(str(batch.id)) or {}
    _that(job["status"] == "completed" and job["total_items"] == 1, "one failed unit has hurt the other")
    _that(job["metadata"]["errors"][0]["message"] == "made to fail", "the error is not in the metadata")
    return job["metadata"]["summary"]["explanation"]  # type: ignore[no-any-return]


async def _a_crash_is_told(store: PostgresStore, ledger: Ledger) -> str:
    await store.call("batch_open", _opening(token := uuid7(utc_now()), lease_seconds=-1))
    reaped = await ledger.reap()
    _that(len(reaped) == 1, "a batch without a sign of life was not closed")
    late = await store.call("batch_record", {"batch_id": UUID(reaped[0]), "token": token, "platform": "one", "reading": {"verdict": "ok"}})
    _that(late["outcome"] == "refused", "a writer that had lost its lease was not refused")
    job = await ledger.job(reaped[0]) or {}
    _that(job["status"] == "failed" and job["metadata"]["summary"]["failure"] == "lost", "it is not told as lost")
    return job["metadata"]["summary"]["explanation"]  # type: ignore[no-any-return]


async def _a_repeat_changes_nothing(store: PostgresStore, ledger: Ledger) -> str:
    opening = _opening(uuid7(utc_now()))
    reading = {"batch_id": opening["batch_id"], "token": opening["token"], "platform": "one", "reading": {"verdict": "ok", "item_count": 5}}
    for function, arguments in (("batch_open", opening), ("batch_open", opening), ("batch_record", reading), ("batch_record", reading)):
        answer = await store.call(function, arguments)
    job = await ledger.job(str(opening["batch_id"])) or {}
    _that(answer["replayed"] and job["total_items"] == 5, f"a repeat changed something: {job['total_items']} items")
    return "the same calls twice: 5 items"


async def _a_foreign_writer_is_refused(store: PostgresStore, ledger: Ledger) -> str:
    try:
        async with ledger.batch("rules", ["one"]) as batch:
            batch.token = uuid7(utc_now())
            async with batch.unit("one") as unit:
                unit.items = 1
    except LeaseLost as error:
        return str(error)
    raise AssertionError("a writer with another token was let in")


async def _an_illegal_move_is_refused(store: PostgresStore, ledger: Ledger) -> str:
    async with store.connection() as connection:
        try:
            await connection.execute("UPDATE batch_jobs SET status = 'pending' WHERE status = 'completed'")
        except Exception as error:
            return str(error).splitlines()[0]
    raise AssertionError("a completed batch went back to pending")


async def _an_unknown_status_is_refused(store: PostgresStore, ledger: Ledger) -> str:
    async with store.connection() as connection:
        try:
            await connection.execute("INSERT INTO batch_jobs (job_type, status) VALUES ('rules', 'done')")
        except Exception as error:
            return str(error).splitlines()[0]
    raise AssertionError("a status that does not exist was let in")


async def _purging_keeps_what_it_must(store: PostgresStore, ledger: Ledger) -> str:
    counted = await ledger.purge(timedelta(0), keep_last=1, dry_run=True)
    done = await ledger.purge(timedelta(0), keep_last=1, dry_run=False)
    _that(counted["purged"] == done["purged"] > 0, f"the dry run counted {counted['purged']}, {done['purged']} went")
    _that(len(await ledger.jobs()) >= 1, "nothing is left")
    return f"{done['purged']} of {done['older']} batches deleted"


async def _all_agrees(store: PostgresStore, ledger: Ledger) -> str:
    found = await ledger.verify()
    _that(found["sound"], str(found["discrepancies"]))
    return "verify finds nothing"


def _opening(token: UUID, *, lease_seconds: int = 60) -> dict[str, Any]:
    return {"batch_id": uuid7(utc_now()), "job_type": "rules", "planned": ["one"], "token": token, "lease_seconds": lease_seconds}


Rule = Callable[[PostgresStore, Ledger], Awaitable[str]]
_RULES: dict[str, Rule] = {
    "A batch is recorded, with its units, totals and metadata": _a_batch_is_recorded,
    "A unit that fails is told, and hurts no other": _a_failure_is_recorded,
    "A crashed batch is told as lost, and its late writer is refused": _a_crash_is_told,
    "The same call twice changes nothing the second time": _a_repeat_changes_nothing,
    "A writer with another token is refused": _a_foreign_writer_is_refused,
    "A batch that has ended can't be moved back, even by plain SQL": _an_illegal_move_is_refused,
    "A status that does not exist is refused, even by plain SQL": _an_unknown_status_is_refused,
    "Purging deletes what the dry run counted, and keeps the newest": _purging_keeps_what_it_must,
    "The ledger agrees with what is stored": _all_agrees,
}

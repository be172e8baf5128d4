"""The ledger in plain Python: what each SQL function must answer, and what the tables must hold afterwards.

One method per function, named as the function is, with its arguments. It says nothing of clocks: a lease has run out or it has not.
Everything that tests compare is in `Seen`; `tables` reads the same from a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

KEEPS = frozenset({"ok", "short", "frozen", "stale", "drifted"})
FAILS = frozenset({"empty", "blocked", "wrong_list", "unreachable", "refused", "timeout", "broken"})
ENDED = frozenset({"completed", "failed"})
SCRATCH = "self_test/"
COLLECTOR_FUNCTIONS = frozenset({"batch_open", "batch_record", "batch_close", "batch_beat"})
_PAST = datetime(2000, 1, 1, tzinfo=UTC)

Answer = Mapping[str, Any]


class Rejected(Exception):
    """The database refuses the call as a whole, with this SQLSTATE."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


class SeenBatch(NamedTuple):
    """A row of `batch_jobs`, as far as the model knows it."""

    job_type: str
    status: str
    processed: tuple[str, ...]
    total: int
    items: tuple[tuple[str, int], ...]
    outcome: str | None
    failure: str | None
    has_end: bool


class SeenLease(NamedTuple):
    """A row of `hot_leases`."""

    open: bool
    run_out: bool
    refused: int
    exclusive: str | None


class SeenReading(NamedTuple):
    """A row of `hot_readings`, with its titles in rank order."""

    status: str
    verdict: str
    items: int
    new_items: int
    titles: tuple[str, ...]
    heats: tuple[float | None, ...] | None
    collected_at: datetime


class SeenEntry(NamedTuple):
    """A row of `hot_entries`."""

    times: int
    best: int
    peak: float | None
    first: datetime
    last: datetime


class Seen(NamedTuple):
    """All of the ledger. Readings go by batch and platform, entries by platform and title."""

    batches: dict[str, SeenBatch]
    leases: dict[str, SeenLease]
    readings: dict[tuple[str, str], SeenReading]
    entries: dict[tuple[str, str], SeenEntry]


@dataclass
class Lease:
    token: str
    exclusive: str | None
    run_out: bool
    open: bool = True
    refused: int = 0


@dataclass
class Batch:
    job_type: str
    status: str
    created: tuple[datetime, int]
    planned: tuple[str, ...] = ()
    processed: list[str] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    outcome: str | None = None
    failure: str | None = None
    lease: Lease | None = None

    @property
    def total(self) -> int:
        """What landed: the sum over its readings, never a counter of its own."""
        return sum(self.items[name] for name in self.processed)


class Model:
    """A whole ledger. With `skipping`, rows that another transaction holds are passed over by those who look for rows to end or delete."""

    def __init__(self) -> None:
        self.batches: dict[str, Batch] = {}
        self.readings: dict[tuple[str, str], SeenReading] = {}
        self.entries: dict[tuple[str, str], SeenEntry] = {}
        self.collectors: dict[str, bool] = {}
        self.skipping = False
        self._made = 0

    def copy(self) -> Model:
        """The same ledger, to go another way from here."""
        return deepcopy(self)

    def seen(self) -> Seen:
        """What the tables must hold."""
        return Seen(
            {
                name: SeenBatch(
                    each.job_type,
                    each.status,
                    tuple(each.processed),
                    each.total,
                    tuple(sorted(each.items.items())),
                    each.outcome,
                    each.failure,
                    each.status in ENDED,
                )
                for name, each in self.batches.items()
            },
            {
                name: SeenLease(each.lease.open, each.lease.run_out and each.lease.open, each.lease.refused, each.lease.exclusive)
                for name, each in self.batches.items()
                if each.lease is not None
            },
            self.readings,
            self.entries,
        )

    # The functions

    def batch_open(
        self, batch_id: str, job_type: str, planned: Sequence[str], token: str, lease_seconds: int = 60, overlap: str = "allow", **_: Any
    ) -> Answer:
        found = self.batches.get(batch_id)
        purged = found is None and any(batch == batch_id for batch, _ in self.readings)
        rival = self._rival(job_type, overlap) if found is None and not purged and overlap != "allow" else None
        self.batch_reap()
        if purged:
            return self._refuse(batch_id, "batch_was_purged")
        if rival is not None:
            self._refuse(rival, "overlap")
            return {"outcome": "skipped"}
        if found is None:
            lease = Lease(token, None if overlap == "allow" else job_type, lease_seconds <= 0)
            self.batches[batch_id] = Batch(job_type, "in_progress", self._created(), tuple(planned), lease=lease)
        elif (why := self._why_not(batch_id, token)) is not None:
            return self._refuse(batch_id, why)
        return {"outcome": "opened", "batch_id": batch_id}

    def batch_record(self, batch_id: str, token: str, platform: str, reading: Mapping[str, Any], **_: Any) -> Answer:
        why = self._why_not(batch_id, token)
        known = self.readings.get((batch_id, platform))
        if known is not None and (why is None or why.startswith("batch_")):
            return self._recorded(batch_id, known, replayed=True)
        if why is not None:
            return self._refuse(batch_id, why)
        if reading["verdict"] not in KEEPS | FAILS:
            raise Rejected("23514")
        batch = self.batches[batch_id]
        stored = self._store(batch_id, platform, reading)
        batch.processed.append(platform)
        batch.items[platform] = stored.items
        if batch.planned and set(batch.planned) <= set(batch.processed):
            self._settle(batch_id, None)
        return self._recorded(batch_id, stored, replayed=False)

    def batch_close(self, batch_id: str, token: str, reason: str | None = None, **_: Any) -> Answer:
        why = self._why_not(batch_id, token)
        if why not in (None, "batch_has_ended"):
            return self._refuse(batch_id, why)
        if why is None:
            self._settle(batch_id, reason)
        return {"outcome": "closed", "replayed": why is not None, "batch_status": self.batches[batch_id].status}

    def batch_beat(self, batch_id: str, token: str, lease_seconds: int = 60) -> Answer:
        why = self._why_not(batch_id, token)
        if why is not None:
            return self._refuse(batch_id, why)
        lease = self.batches[batch_id].lease
        assert lease is not None
        lease.run_out = lease_seconds <= 0
        return {"outcome": "beaten"}

    def batch_reap(self, at_most: int = 100) -> Answer:
        """`at_most` is never reached in these tests: which of the lost go first is a matter of clocks."""
        lost = (
            [] if self.skipping else [name for name, each in self.batches.items() if each.lease and each.lease.open and each.lease.run_out]
        )
        assert len(lost) <= min(at_most, 10)
        for name in lost:
            self._settle(name, "lost")
        return {"reaped": sorted(lost)}

    def batch_purge(self, older_than: str, keep_last: int = 10, dry_run: bool = True, at_most: int = 1000) -> Answer:
        """Every batch is older than no time at all."""
        assert older_than == "0 seconds"
        newest_first = sorted(self.batches, key=lambda name: self.batches[name].created, reverse=True)
        kept = {name for name in newest_first if self._is_open(name)} | self._last_successes()
        for job_type in {each.job_type for each in self.batches.values()}:
            kept |= set([name for name in newest_first if self.batches[name].job_type == job_type][:keep_last])
        doomed = [] if self.skipping else [name for name in reversed(newest_first) if name not in kept]
        doomed = doomed if dry_run else doomed[:at_most]
        answer = {"dry_run": dry_run, "older": len(self.batches), "purged": len(doomed)}
        for name in () if dry_run else doomed:
            del self.batches[name]
        return answer

    def batch_import(self, batches: Sequence[Mapping[str, Any]]) -> Answer:
        """A title is new in the list in which it was first seen, in whatever order the lists come."""
        done: dict[str, int] = {"batches": 0, "readings": 0, "known_readings": 0, "items": 0}
        entries, readings = set(self.entries), set(self.readings)
        for past in batches:
            self._import(past, done)
        for key in self.readings.keys() - readings:
            stored = self.readings[key]
            new = {(key[1], title) for title in stored.titles} - entries
            self.readings[key] = stored._replace(new_items=sum(self.entries[each].first == stored.collected_at for each in new))
        return done

    def scratch_remove(self, batch_id: str) -> Answer:
        found = self.batches.get(batch_id)
        if found is not None and found.job_type != "self_test":
            return {"removed": 0}
        removed = self.batches.pop(batch_id, None)
        self.readings = {key: each for key, each in self.readings.items() if key[0] != batch_id or not key[1].startswith(SCRATCH)}
        used = {platform for _, platform in self.readings}
        self.entries = {key: each for key, each in self.entries.items() if not key[0].startswith(SCRATCH) or key[0] in used}
        return {"removed": int(removed is not None)}

    def collector_add(self, name: str, token_hash: str, **_: Any) -> Answer:
        """A right that was taken away does not come back with the same token."""
        return {"added": self.collectors.setdefault(name, True)}

    def collector_revoke(self, name: str) -> Answer:
        self.collectors[name] = False
        return {"revoked": True}

    def collector_call(self, collector_token: str, function: str, arguments: Mapping[str, Any]) -> Answer:
        """The tokens of these tests are the names of their collectors."""
        if not self.collectors.get(collector_token) or function not in COLLECTOR_FUNCTIONS or arguments.get("overlap") == "replace":
            raise Rejected("28000")
        answer: Answer = getattr(self, function)(**arguments)
        return answer

    # Hands from outside

    def run_out(self, batch_id: str) -> None:
        """The lease of an open batch runs out."""
        lease = self.batches[batch_id].lease
        assert lease is not None
        lease.run_out = lease.open

    def insert_row(self, batch_id: str, job_type: str, status: str) -> None:
        """Other software writes a row of its own."""
        self.batches[batch_id] = Batch(job_type, status, self._created())

    def set_status(self, batch_id: str, status: str) -> None:
        """Somebody sets a status by raw SQL."""
        order = {"pending": 0, "in_progress": 1, "completed": 2, "failed": 2}
        batch = self.batches[batch_id]
        if status not in order or (status != batch.status and order[status] <= order[batch.status]):
            raise Rejected("23514")
        batch.status = status
        if status in ENDED and batch.lease is not None:
            batch.lease.open = False

    def delete_row(self, batch_id: str) -> None:
        """Somebody deletes a batch by raw SQL."""
        del self.batches[batch_id]

    # The rules

    def _created(self) -> tuple[datetime, int]:
        self._made += 1
        return (datetime.max.replace(tzinfo=UTC), self._made)

    def _is_open(self, batch_id: str) -> bool:
        lease = self.batches[batch_id].lease
        return lease is not None and lease.open

    def _why_not(self, batch_id: str, token: str) -> str | None:
        batch = self.batches.get(batch_id)
        if batch is None:
            return "unknown_batch"
        if batch.lease is None or batch.lease.token != token:
            return "not_the_owner"
        if batch.status in ENDED:
            return f"batch_was_{batch.failure}" if batch.failure in ("lost", "replaced") else "batch_has_ended"
        return None

    def _refuse(self, batch_id: str, reason: str | None) -> Answer:
        batch = self.batches.get(batch_id)
        if batch is not None and batch.lease is not None:
            batch.lease.refused += 1
        return {"outcome": "refused", "reason": reason, "batch_status": batch.status if batch else None}

    def _rival(self, job_type: str, overlap: str) -> str | None:
        for name, batch in self.batches.items():
            if batch.lease is not None and batch.lease.open and batch.lease.exclusive == job_type:
                if batch.lease.run_out or overlap == "replace":
                    self._settle(name, "lost" if batch.lease.run_out else "replaced")
                    return None
                return name
        return None

    def _recorded(self, batch_id: str, stored: SeenReading, *, replayed: bool) -> Answer:
        status = self.batches[batch_id].status
        return {"outcome": "recorded", "replayed": replayed, "items": stored.items, "new_items": stored.new_items, "batch_status": status}

    def _settle(self, batch_id: str, reason: str | None) -> None:
        batch = self.batches[batch_id]
        succeeded = sum(each.status == "completed" for (name, _), each in self.readings.items() if name == batch_id)
        missing = [name for name in batch.planned if name not in batch.processed]
        batch.failure = reason or (None if succeeded or not (batch.planned or batch.processed) else "no_list")
        batch.status = "failed" if reason == "lost" or (batch.failure and not succeeded) else "completed"
        full = reason is None and not missing and succeeded == len(batch.processed)
        batch.outcome = "failed" if batch.status == "failed" else "full" if full else "partial"
        batch.items |= dict.fromkeys(missing, 0)
        if batch.lease is not None:
            batch.lease.open = False

    def _store(self, batch_id: str, platform: str, reading: Mapping[str, Any], *, in_import: bool = False) -> SeenReading:
        kept = reading["verdict"] in KEEPS
        items = reading["items"] if kept else []
        titles = tuple(item["title"] for item in items)
        heats = tuple(item.get("heat") for item in items)
        new = 0
        for title in dict.fromkeys(titles):
            new += self._enter(platform, title, titles, heats, reading["collected_at"], in_import=in_import)
        count = len(titles) or (reading.get("item_count", 0) if kept else 0)
        stored = SeenReading(
            "completed" if kept else "failed",
            reading["verdict"],
            count,
            new,
            titles,
            None if all(heat is None for heat in heats) else heats,
            reading["collected_at"],
        )
        self.readings[batch_id, platform] = stored
        return stored

    def _enter(
        self, platform: str, title: str, titles: tuple[str, ...], heats: tuple[float | None, ...], at: datetime, *, in_import: bool
    ) -> bool:
        """Bring one title of a list up to date. Standing twice in it, its first place counts (and in an import, its highest heat)."""
        places = [place for place, each in enumerate(titles) if each == title]
        known = self.entries.get((platform, title))
        told = [known.peak] if known else []
        told += [heats[place] for place in (places if in_import else places[:1])]
        peak = max((heat for heat in told if heat is not None), default=None)
        rank = places[0] + 1
        self.entries[platform, title] = (
            SeenEntry(1, rank, peak, at, at)
            if known is None
            else SeenEntry(known.times + 1, min(known.best, rank), peak, min(known.first, at), max(known.last, at))
        )
        return known is None

    def _last_successes(self) -> set[str]:
        last: dict[str, tuple[datetime, str]] = {}
        for (batch_id, platform), reading in self.readings.items():
            if reading.status == "completed":
                last[platform] = max(last.get(platform, (_PAST, "")), (reading.collected_at, batch_id))
        return {batch_id for _, batch_id in last.values()}

    def _import(self, past: Mapping[str, Any], done: dict[str, int]) -> None:
        """One batch of the past. Its readings are of moments that are new, or known to a reading of the same platform."""
        batch_id = past["batch_id"]
        readings = sorted(past["readings"], key=lambda each: str(each["platform"]))
        known = {(platform, each.collected_at) for (_, platform), each in self.readings.items()}
        fresh = [each for each in readings if (each["platform"], each["collected_at"]) not in known]
        done["known_readings"] += len(readings) - len(fresh)
        if not fresh:
            return
        began = min(each["collected_at"] for each in readings)
        batch = Batch(past["job_type"], "in_progress", (began, 0), tuple(each["platform"] for each in fresh))
        self.batches[batch_id] = batch
        for each in fresh:
            batch.items[each["platform"]] = self._store(batch_id, each["platform"], each, in_import=True).items
            batch.processed.append(each["platform"])
        self._settle(batch_id, None)
        done["batches"] += 1
        done["readings"] += len(fresh)
        done["items"] += batch.total

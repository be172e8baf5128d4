"""The ledger: typed calls over a store. Every rule is in the SQL function that is called; nothing here restates one."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from hotledger.errors import SettingsError
from hotledger.ledger.batch import Disabled, OpenBatch, Past, accepted, kept_alive, planned_once
from hotledger.ledger.beats import Beats
from hotledger.ledger.identity import uuid7
from hotledger.ledger.overview import BatchChange, BatchPage, Now, Place
from hotledger.ledger.repairs import Repair, WithBody
from hotledger.ledger.reports import Calendar, Sizes, Story
from hotledger.ledger.telling import Telling
from hotledger.ledger.titles import (
    BatchPeriods,
    Every,
    FoundPlace,
    FoundTitles,
    ListsAt,
    ReadingPeriods,
    TitlesIndex,
    Topic,
)
from hotledger.ledger.wire import clean, reading_arguments
from hotledger.model import Batch, Platform, Reading
from hotledger.store.port import Store


def utc_now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


class Ledger:
    """Batches of any kind of job, and the lists that were collected.

    `overlap` says what happens while another batch of the same job type runs: `allow`, `skip` this one, or `replace` the other one.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], datetime] = utc_now,
        lease_seconds: int = 60,
        owner: str | None = None,
        overlap: str = "allow",
    ) -> None:
        self._store = store
        self._overlap = overlap
        self._now = now
        self._lease_seconds = lease_seconds
        self.owner = owner or f"{socket.gethostname()}:{os.getpid()}"

    @asynccontextmanager
    async def batch(
        self, job_type: str, planned: Sequence[str] = (), *, platforms: Sequence[Platform] = (), source: str | None = None
    ) -> AsyncIterator[OpenBatch]:
        """Open a batch, keep its lease alive, and end it truthfully.

        `job_type` is at most 50 characters; `planned` names the units of work, each at most 100. The planned unit that is
        recorded last ends the batch. Raises `OverlapSkipped` when another batch runs, and this one may not run beside it, `AllDisabled`
        when all that is planned is switched off.
        """
        now = self._now()
        batch_id, token = uuid7(now), uuid7(now)
        arguments: dict[str, Any] = {
            "batch_id": batch_id,
            "job_type": job_type,
            "planned": planned_once(planned),
            "token": token,
            "owner": self.owner,
            "lease_seconds": self._lease_seconds,
            "started_at": now,
            "source": source,
            "overlap": self._overlap,
        }
        if platforms:
            arguments["platforms"] = _facts(platforms)
        answer = await self._store.call("batch_open", arguments)
        accepted(answer, batch_id, "The opening of the batch")
        past = msgspec.convert(answer["platforms"], dict[str, Past])
        opened = OpenBatch(self._store, batch_id, token, past, self._now)
        opened.disabled = msgspec.convert(answer.get("disabled", {}), dict[str, Disabled])
        beats = Beats(self._store.another(), batch_id, token, self._lease_seconds)
        async with kept_alive(opened, beats) as batch:
            yield batch

    async def jobs(
        self,
        *,
        job_type: str | None = None,
        status: str | None = None,
        platform: str | None = None,
        at_most: int = 10,
        by_size: bool = False,
    ) -> list[Batch]:
        """Batches, newest first, or largest first."""
        arguments = {"job_type": job_type, "status": status, "platform": platform, "at_most": at_most, "by_size": by_size}
        return msgspec.convert(await self._store.call("batch_list", arguments), list[Batch])

    async def find(self, beginning: str) -> list[str]:
        """The ids of the batches whose id begins so, newest first, at most ten."""
        return msgspec.convert(await self._store.call("batch_find", {"beginning": beginning}), list[str])

    async def job(self, batch_id: str) -> dict[str, Any] | None:
        """One batch, whole, as `batch_get` gives it; `None` when there is none."""
        answer: dict[str, Any] | None = await self._store.call("batch_get", {"batch_id": batch_id})
        return answer

    @property
    def telling(self) -> Telling:
        """What has happened that may be told, and what was told on which channel."""
        return Telling(self._store)

    async def now(self) -> Now:
        """How the ledger stands: what runs, the last batch and the next one, what is wrong, how fresh each platform is."""
        return msgspec.convert(await self._store.call("ledger_now", {}), Now)

    async def page(
        self,
        *,
        job_type: str | None = None,
        status: str | None = None,
        platform: str | None = None,
        outcome: str | None = None,
        at_most: int = 50,
        before: Place | None = None,
    ) -> BatchPage:
        """A page of batches, newest first, after the place `before`."""
        chosen: dict[str, Any] = {"job_type": job_type, "status": status, "platform": platform, "outcome": outcome, "at_most": at_most}
        place = {"before_at": before.created_at, "before_id": before.id} if before else {}
        return msgspec.convert(await self._store.call("batch_page", chosen | place), BatchPage)

    async def change(self, batch_id: str) -> BatchChange | None:
        """A batch beside the one before of the same job type; `None` when there is none."""
        return msgspec.convert(await self._store.call("batch_change", {"batch_id": batch_id}), BatchChange | None)

    async def trend(self, *, job_type: str | None = None, days: int = 30) -> list[dict[str, Any]]:
        """By day, newest first: `date`, `total_jobs`, `successful`, `failed`, `avg_items`."""
        return msgspec.convert(await self._store.call("batch_trend", {"job_type": job_type, "at_most": days}), list[dict[str, Any]])

    async def top(self, platform: str, *, at_most: int = 50, at: datetime | None = None) -> dict[str, Any] | None:
        """The latest list of a platform (or the one that stood at a moment), as `list_top` gives it; `None` when there is none."""
        answer: dict[str, Any] | None = await self._store.call("list_top", {"platform": platform, "at_most": at_most, "at": at})
        return answer

    async def entries(self, platform: str, *, at_most: int = 50) -> dict[str, Any] | None:
        """The titles that are new on a platform, the latest first, as `entries_new` gives them; `None` when it is unknown."""
        answer: dict[str, Any] | None = await self._store.call("entries_new", {"platform": platform, "at_most": at_most})
        return answer

    async def topic(self, platform: str, title: str) -> dict[str, Any] | None:
        """Rank and heat of a title over time, as `topic_history` gives it; `None` when it was never seen."""
        answer: dict[str, Any] | None = await self._store.call("topic_history", {"platform": platform, "title": title})
        return answer

    async def lists(
        self,
        platforms: Sequence[str] | None = None,
        *,
        at: datetime | None = None,
        at_most: int = 10,
        boards: int = 500,
        preferred: Sequence[str] = (),
        after: str | None = None,
    ) -> ListsAt:
        """The lists of some platforms, or of all that have one, as they stood at a moment, each row with its change of rank.

        Those `preferred` stand first; `after` is the `next` of the lists before.
        """
        chosen: dict[str, Any] = {"platforms": _cleaned(platforms), "at": at, "at_most": at_most, "boards": boards}
        order = {"preferred": list(preferred), "after": clean(after)}
        return msgspec.convert(await self._store.call("lists_at", chosen | order), ListsAt)

    async def topics(self, title: str, *, at_most: int = 2000) -> list[Topic]:
        """A title over time on every platform where it stood, the earliest first."""
        return msgspec.convert(await self._store.call("topic_everywhere", {"title": clean(title), "at_most": at_most}), list[Topic])

    async def search(
        self,
        query: str,
        *,
        platforms: Sequence[str] | None = None,
        hottest: bool = False,
        at_most: int = 50,
        after: FoundPlace | None = None,
    ) -> FoundTitles:
        """A page of the titles that hold all words of a query, newest or hottest first, after the place `after`."""
        place = msgspec.to_builtins(after) if after else None
        arguments = {"query": clean(query), "platforms": _cleaned(platforms), "hottest": hottest, "at_most": at_most, "after": place}
        return msgspec.convert(await self._store.call("title_search", arguments), FoundTitles)

    async def index_titles(self, *, wanted: bool = True) -> TitlesIndex:
        """Make the index by which any title is found at once, or remove it. Only who owns the tables may."""
        return msgspec.convert(await self._store.call("titles_index", {"wanted": wanted}), TitlesIndex)

    async def batch_periods(
        self, every: Every = "day", *, job_type: str | None = None, at_most: int = 30, before: datetime | None = None
    ) -> BatchPeriods:
        """Batches by day, week or month, newest first."""
        arguments = {"every": every, "job_type": clean(job_type), "at_most": at_most, "before": before}
        return msgspec.convert(await self._store.call("batch_periods", arguments), BatchPeriods)

    async def reading_periods(
        self, every: Every = "day", *, platform: str | None = None, at_most: int = 30, before: date | None = None
    ) -> ReadingPeriods:
        """Readings of a platform or of all by day, week or month, newest first; they are told also when they are deleted."""
        arguments = {"every": every, "platform": clean(platform), "at_most": at_most, "before": before}
        return msgspec.convert(await self._store.call("reading_periods", arguments), ReadingPeriods)

    async def platforms(self) -> list[dict[str, Any]]:
        """The platforms that the database knows, as `platform_list` gives them."""
        return msgspec.convert(await self._store.call("platform_list", {}), list[dict[str, Any]])

    async def enable(self, platform: str, *, reason: str | None = None) -> dict[str, Any]:
        """Switch a platform on for all collectors; with a `reason`, off."""
        arguments = {"platform": platform, "enabled": reason is None, "reason": reason}
        return msgspec.convert(await self._store.call("platform_enable", arguments), dict[str, Any])

    async def incidents(
        self, *, only_open: bool = True, platform: str | None = None, at_most: int = 100, after: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Troubles with a beginning and an end, as `incident_list` gives them: the open ones first, then the newest first; those that
        follow `after`, the last one of the page before."""
        arguments = {"only_open": only_open, "platform": platform, "at_most": at_most, "after": after}
        return msgspec.convert(await self._store.call("incident_list", arguments), list[dict[str, Any]])

    async def acknowledge(self, incident_id: str, *, by: str | None = None) -> dict[str, Any]:
        """Note that somebody has seen an incident: `id`, `acknowledged_at`, `acknowledged_by` of the first who did."""
        return msgspec.convert(await self._store.call("incident_acknowledge", {"id": incident_id, "by": by}), dict[str, Any])

    async def metrics(self, *, at_most: int = 500) -> dict[str, Any]:
        """The numbers for a monitor, of so many platforms at most, as `ledger_metrics` gives them."""
        return msgspec.convert(await self._store.call("ledger_metrics", {"at_most": at_most}), dict[str, Any])

    async def health(self, *, days: int = 7, platform: str | None = None) -> list[dict[str, Any]]:
        """How each platform has done in the last days, as `platform_health` gives it, by name."""
        return msgspec.convert(await self._store.call("platform_health", {"days": days, "platform": platform}), list[dict[str, Any]])

    async def calendar(self, *, days: int = 28, after: str | None = None, at_most: int = 500) -> Calendar:
        """How the last days of each platform went, by name; `after` is the `next` of the platforms before."""
        arguments = {"days": days, "after": after, "at_most": at_most}
        return msgspec.convert(await self._store.call("platform_calendar", arguments), Calendar)

    async def story(
        self, platform: str, *, since: datetime | None = None, until: datetime | None = None, at_most: int = 400, bodies: int = 20
    ) -> Story | None:
        """How a platform did between two moments, in at most so many points; `None` when the database does not know it."""
        arguments = {"platform": platform, "since": since, "until": until, "at_most": at_most, "bodies": bodies}
        return msgspec.convert(await self._store.call("platform_story", arguments), Story | None)

    async def sizes(self) -> Sizes:
        """How large the ledger is, how it grows, and which leases and refusals it holds."""
        return msgspec.convert(await self._store.call("ledger_sizes", {}), Sizes)

    async def purge(self, older_than: timedelta, *, keep_last: int, dry_run: bool) -> Mapping[str, int]:
        """Delete old batches, a thousand a call; `older` is how many are so old, `purged` how many went (or would go)."""
        total = 0
        while True:
            arguments = {
                "older_than": f"{int(older_than.total_seconds())} seconds",
                "keep_last": keep_last,
                "dry_run": dry_run,
                "at_most": 1000,
            }
            answer = await self._store.call("batch_purge", arguments)
            total += answer["purged"]
            if dry_run or not answer["purged"]:
                return {"older": answer["older"] + (0 if dry_run else total), "purged": total}

    async def reap(self) -> list[str]:
        """Close batches whose lease has run out, and return their ids."""
        return msgspec.convert((await self._store.call("batch_reap", {}))["reaped"], list[str])

    async def verify(self) -> dict[str, Any]:
        """Reconcile the ledger with what is stored: `sound`, `checked`, `discrepancies`."""
        return msgspec.convert(await self._store.call("ledger_verify", {}), dict[str, Any])

    async def about(self) -> dict[str, Any]:
        """Versions, size and counts of the database, as `ledger_about` gives them."""
        return msgspec.convert(await self._store.call("ledger_about", {}), dict[str, Any])

    async def register(self, platforms: Sequence[Platform]) -> None:
        """Enter the titles and link templates of platforms."""
        await self._store.call("platform_register", {"platforms": _facts(platforms)})

    async def baselines(self, platforms: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
        """What the judge knows of platforms, or of all, after their latest readings; those that it knows nothing of are left out."""
        return msgspec.convert(await self._store.call("baseline_get", {"platforms": platforms}), dict[str, dict[str, Any]])

    async def import_batches(self, batches: Sequence[Mapping[str, Any]]) -> Mapping[str, int]:
        """Record batches of the past, as `batch_import` takes them; how many `batches`, `readings`, `known_readings`, `items`."""
        if not batches:
            return {"batches": 0, "readings": 0, "known_readings": 0, "items": 0}
        return msgspec.convert(await self._store.call("batch_import", {"batches": list(batches)}), dict[str, int])

    async def hot2sql(self) -> AsyncIterator[dict[str, Any]]:
        """The lists that hot2sql's tables in this database hold, by time, as they are imported. Raises `SettingsError` without them."""
        until = None
        while True:
            answer = await self._store.call("hot2sql_lists", {"after": until})
            if answer is None:
                raise SettingsError(
                    "There are no tables of hot2sql (hot_search_snapshots) in this database: name files, or set DATABASE_URL."
                )
            until = answer["until"]
            for each in answer["lists"]:
                yield each
            if until is None:
                return

    async def with_bodies(
        self, platform: str | None = None, *, since: datetime | None = None, until: datetime | None = None, only_failed: bool = False
    ) -> AsyncIterator[WithBody]:
        """The readings whose body was kept by the machine that collected them, oldest first."""
        after = None
        while True:
            asked = {"platform": platform, "since": since, "until": until, "only_failed": only_failed, "after": after}
            page = await self._store.call("readings_with_bodies", asked)
            for each in msgspec.convert(page["readings"], list[WithBody]):
                yield each
            after = page["next"]
            if after is None:
                return

    async def repair(
        self, batch_id: str, reading: Reading, link: str | None, *, read_at: datetime, forced: bool = False, dry_run: bool = False
    ) -> Repair:
        """Let a reading hold what was made of its kept body now; `link` is the template of the platform's addresses."""
        arguments: dict[str, Any] = {"batch_id": batch_id, "platform": reading.platform, "reading": reading_arguments(reading, link)}
        answer = await self._store.call("reading_repair", arguments | {"read_at": read_at, "forced": forced, "dry_run": dry_run})
        return msgspec.convert(answer, Repair)

    async def remove_scratch(self, batch_id: str) -> None:
        """Remove a batch of a self-test with all that it stored."""
        await self._store.call("scratch_remove", {"batch_id": batch_id})


def _facts(platforms: Sequence[Platform]) -> list[dict[str, Any]]:
    return [{"name": facts.id, "title": facts.title, "link": facts.link} for facts in platforms]


def _cleaned(names: Sequence[str] | None) -> list[str | None] | None:
    """Names that PostgreSQL can be asked for."""
    return None if names is None else [clean(name) for name in names]

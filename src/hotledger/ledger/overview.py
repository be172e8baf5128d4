"""What the ledger says of itself at a glance: how it stands now, batches page by page, a batch beside the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import msgspec


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """A batch in a line, as `batch_brief` gives it; what is unknown is `None`. `seconds` is how long it took."""

    id: str
    job_type: str
    status: str | None = None
    outcome: str | None = None
    failure: str | None = None
    explanation: str | None = None
    source: str | None = None
    total_items: int | None = None
    new_items: int | None = None
    planned: int | None = None
    processed: int | None = None
    succeeded: int | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    created_at: datetime | None = None
    seconds: float | None = None

    @property
    def word(self) -> str | None:
        """How it ended in one word: the outcome where it is known, else the status."""
        return self.outcome or self.status


class Running(Brief, frozen=True, kw_only=True):
    """A batch that has not ended. `silent` means that its lease has run out: nobody has given a sign of life since `beat_at`."""

    owner: str | None = None
    beat_at: datetime | None = None
    silent: bool = False


class Place(msgspec.Struct, frozen=True):
    """A place in the order of batches, newest first: after it goes the next page. In an address it is one word."""

    created_at: datetime
    id: UUID

    @classmethod
    def read(cls, word: str) -> Self:
        """The place that a word names. Raises `ValueError`."""
        at, _, batch_id = word.partition("_")
        created_at = datetime.fromisoformat(at)
        if created_at.tzinfo is None:
            raise ValueError("an instant without its zone")
        return cls(created_at, UUID(batch_id))

    def __str__(self) -> str:
        return f"{self.created_at.isoformat()}_{self.id}"


class BatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of batches. `searched_until` is how far back was looked, where the page is not full though there may be more."""

    batches: tuple[Brief, ...]
    at: datetime
    next: Place | None = None
    searched_until: datetime | None = None


class PlatformChange(msgspec.Struct, frozen=True, kw_only=True):
    """A platform in two batches. `change` is `better`, `worse`, `same`, `new` or `gone`."""

    platform: str
    change: str
    verdict_before: str | None = None
    verdict: str | None = None
    items_before: int | None = None
    items: int | None = None
    items_more: int | None = None


class BatchChange(msgspec.Struct, frozen=True, kw_only=True):
    """A batch beside the one before of the same job type."""

    before: Brief
    platforms: tuple[PlatformChange, ...]
    items_more: int | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Batches of one type: the last one that has ended, and when the next is due, where they have a rhythm."""

    job_type: str
    last: Brief
    usual_seconds: float | None = None
    due_at: datetime | None = None
    late: bool = False


class Fresh(msgspec.Struct, frozen=True, kw_only=True):
    """How fresh a platform is: its last reading and its last good one, the usual number of items, and the kinds of its open incidents."""

    platform: str
    enabled: bool
    current: bool
    title: str | None = None
    disabled_reason: str | None = None
    last_at: datetime | None = None
    last_good_at: datetime | None = None
    batch_id: str | None = None
    verdict: str | None = None
    evidence: str | None = None
    items: int | None = None
    usual_items: int | None = None
    incident: tuple[str, ...] | None = None


class Now(msgspec.Struct, frozen=True, kw_only=True):
    """How the ledger stands, as `ledger_now` gives it; see there what `state` and `counts` mean."""

    at: datetime
    state: str
    counts: dict[str, int]
    running: tuple[Running, ...]
    jobs: tuple[Job, ...]
    incidents: tuple[dict[str, Any], ...]
    platforms: tuple[Fresh, ...]

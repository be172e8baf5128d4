"""What the reports of platforms and of the ledger itself answer, as records: see the SQL functions of the same names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

import msgspec


class CalendarDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day of a platform: how many readings, how many of them good, and the worst verdict."""

    day: date
    readings: int
    good: int
    worst: str | None = None


class CalendarRow(msgspec.Struct, frozen=True, kw_only=True):
    """The days of a platform on which it was read, and whether it is switched on."""

    platform: str
    enabled: bool
    days: list[CalendarDay]
    title: str | None = None
    disabled_reason: str | None = None
    disabled_at: datetime | None = None
    last_at: datetime | None = None
    last_good_at: datetime | None = None


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """Platforms by name over the days from `first` to `last`; `next` begins the platforms that follow."""

    first: date
    last: date
    platforms: list[CalendarRow]
    next: str | None = None


class StoryPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A reading, or some days together: items are a mean then, turnover is a share, heat the middle one of a list."""

    at: datetime
    readings: int
    good: int
    verdict: str | None = None
    verdicts: Mapping[str, int] = msgspec.field(default_factory=dict)
    batch_id: str | None = None
    items: float | None = None
    turnover: float | None = None
    duration_ms: float | None = None
    slowest_ms: float | None = None
    heat: float | None = None
    parser_version: str | None = None


class ParserChange(msgspec.Struct, frozen=True, kw_only=True):
    """When another version of the parser was first seen."""

    at: datetime
    version: str
    before: str


class KeptReading(msgspec.Struct, frozen=True, kw_only=True):
    """A reading of which the body was kept by the machine that collected it; `others` counts further bodies."""

    collected_at: datetime
    batch_id: str
    verdict: str
    body_hash: str | None = None
    bytes: int | None = None
    http_status: int | None = None
    endpoint: str | None = None
    others: int = 0


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """How a platform did between two moments, a point for each reading or for some days; `days` are always by day."""

    platform: str
    enabled: bool
    created_at: datetime
    since: datetime
    until: datetime
    by: Literal["reading", "day"]
    step_days: int
    points: list[StoryPoint]
    days: list[StoryPoint]
    parsers: list[ParserChange]
    bodies: list[KeptReading]
    title: str | None = None
    disabled_reason: str | None = None
    disabled_at: datetime | None = None


class TableSize(msgspec.Struct, frozen=True, kw_only=True):
    """A table of ours: `rows` may be an estimate; `bytes_a_day` is what a day adds, as far as it is known."""

    table: str
    bytes: int
    index_bytes: int
    rows: int
    bytes_a_day: float | None = None


class OpenLease(msgspec.Struct, frozen=True, kw_only=True):
    """Who may write to an open batch, and until when."""

    batch_id: str
    attempt: int
    opened_at: datetime
    beat_at: datetime
    expires_at: datetime
    expired: bool
    owner: str | None = None


class RefusedWrites(msgspec.Struct, frozen=True, kw_only=True):
    """How many writes to a batch were refused; `last` says of the last one when, what and why."""

    batch_id: str
    opened_at: datetime
    refused: int
    owner: str | None = None
    last: Mapping[str, Any] | None = None


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How large the ledger is, how it grows by day, and what stands open in it."""

    now: datetime
    server_version: str
    schema_version: int
    database: str
    role: str
    size_bytes: int
    tables: list[TableSize]
    growth_days: float
    refused_writes: int
    old_batches: int
    purge_days: int
    open_leases: list[OpenLease]
    refused: list[RefusedWrites]
    edition: str | None = None
    bytes_a_day: float | None = None
    oldest_reading_at: datetime | None = None
    newest_reading_at: datetime | None = None
    oldest_batch_at: datetime | None = None

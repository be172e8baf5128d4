"""What is told of lists, topics, titles and times: the answers of the SQL functions of these names, as records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, TypeAlias

import msgspec

Every: TypeAlias = Literal["day", "week", "month"]


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a list. `moved` is by how many ranks it has risen since the list before; it is `None` where it did not stand there."""

    rank: int
    title: str
    id: str | None = None
    url: str | None = None
    heat: float | None = None
    moved: int | None = None
    is_new: bool = False
    first_seen_at: datetime


class ListAt(msgspec.Struct, frozen=True, kw_only=True):
    """The list of a platform at a moment; `latest_…` tell of the latest reading until then, which may have brought no list."""

    platform: str
    title: str | None = None
    collected_at: datetime
    age_seconds: float
    batch_id: str
    verdict: str
    evidence: str | None = None
    items_in_all: int
    before_at: datetime | None = None
    latest_at: datetime
    latest_verdict: str
    latest_evidence: str | None = None
    items: list[ListRow]


class ListsAt(msgspec.Struct, frozen=True, kw_only=True):
    """The lists of several platforms at a moment; `next` begins those that follow."""

    at: datetime
    lists: list[ListAt]
    next: str | None = None


class TopicPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A reading while a topic was there: its rank, `None` where it did not stand in it."""

    collected_at: datetime
    rank: int | None = None
    heat: float | None = None


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A title on one platform over time; `titles` are all that it had there under one id."""

    platform: str
    platform_title: str | None = None
    titles: list[str]
    url: str | None = None
    first_seen_at: datetime
    last_seen_at: datetime
    best_rank: int
    best_rank_at: datetime | None = None
    peak_heat: float | None = None
    peak_heat_at: datetime | None = None
    times_seen: int
    seconds_on_list: float
    points: list[TopicPoint] | None = None


class FoundTitle(msgspec.Struct, frozen=True, kw_only=True):
    """A title that was found, on one platform."""

    entry: int
    platform: str
    platform_title: str | None = None
    title: str
    id: str | None = None
    url: str | None = None
    first_seen_at: datetime
    last_seen_at: datetime
    best_rank: int
    peak_heat: float | None = None
    times_seen: int


class FoundPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page of titles ends: what the titles are ordered by, and the entry."""

    value: str
    id: int


class FoundTitles(msgspec.Struct, frozen=True, kw_only=True):
    """A page of titles; `among_latest` says that only so many of the latest ones were looked at."""

    items: list[FoundTitle]
    next: FoundPlace | None = None
    among_latest: int | None = None
    indexed: bool


class TitlesIndex(msgspec.Struct, frozen=True, kw_only=True):
    """Whether there is an index of titles, and how large it is."""

    indexed: bool
    bytes: int


class BatchPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """The batches of a day, week or month that begins at `begins`."""

    begins: date | None = None
    batches: int
    completed: int
    failed: int
    success_rate: float | None = None
    items: int | None = None
    average_items: float | None = None
    average_seconds: float | None = None


class BatchPeriods(msgspec.Struct, frozen=True, kw_only=True):
    """Batches by time, newest first; `next` begins the older ones."""

    every: Every
    at: datetime
    periods: list[BatchPeriod]
    next: datetime | None = None


class ReadingPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """The readings of a day, week or month that begins at `begins`."""

    begins: date
    readings: int
    good: int
    success_rate: float | None = None
    items: int
    new_items: int
    average_ms: float | None = None


class ReadingPeriods(msgspec.Struct, frozen=True, kw_only=True):
    """Readings by time, newest first; `next` begins the older ones."""

    every: Every
    at: datetime
    periods: list[ReadingPeriod]
    next: date | None = None

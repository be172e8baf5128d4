"""One list of the past, whatever project kept it, and what it must have to be recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from hotledger.model import Verdict

CHINA = ZoneInfo("Asia/Shanghai")
_LONGEST_NAME = 100
_LARGEST_HEAT = 1e300
_EARLIEST, _LATEST = 1970, 9999


class Hints(NamedTuple):
    """What files may leave unsaid: whose lists they are, and the zone of times that name none."""

    platform: str | None = None
    zone: ZoneInfo = CHINA


class PastItem(msgspec.Struct, frozen=True):
    """One row of an old list."""

    title: str
    heat: int | float | None = None
    id: str | int | None = None
    url: str | None = None


class PastList(msgspec.Struct, frozen=True):
    """What one platform gave at one moment. `collected_at` must have a zone.

    `verdict` and `evidence` are there where no list came, and it is known why.
    """

    platform: str
    collected_at: datetime
    items: list[PastItem]
    verdict: Verdict | None = None
    evidence: str | None = None


class Unreadable(ValueError):
    """Why a part of a file is no list, and which part; whoever reads the file names it."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason)
        self.place = place


class Damaged(Unreadable):
    """A document that is not even JSON, as an archive keeps it whose disk was full or whose download was cut off."""


def kept(platform: str, at: datetime, rows: list[PastItem]) -> PastList:
    """A list as another project kept it. A row without a title is left out; where most have none, the site had changed: broken."""
    items = [row for row in rows if row.title.strip()]
    if 2 * len(items) < len(rows):
        return PastList(platform, at, [], Verdict.BROKEN, f"{len(rows) - len(items)} of {len(rows)} rows have no title")
    return PastList(platform, at, items)


def checked(each: PastList) -> PastList:
    """The list with its time in UTC. Raises `Unreadable` with the reason when it can't be recorded."""
    if not 0 < len(each.platform) <= _LONGEST_NAME or not each.platform.isprintable():
        raise Unreadable(f"the platform needs a name of at most {_LONGEST_NAME} printable characters")
    if each.collected_at.tzinfo is None:
        raise Unreadable("collected_at has no zone: write it as 2024-06-01T01:17:22Z")
    if not _EARLIEST < each.collected_at.year < _LATEST:
        raise Unreadable(f"collected_at can't be right ({each.collected_at.isoformat()})")
    for rank, row in enumerate(each.items, 1):
        if not row.title.strip():
            raise Unreadable(f"item {rank} has no title")
        if row.heat is not None and abs(row.heat) > _LARGEST_HEAT:
            raise Unreadable(f"the heat of item {rank} is too large to be one")
    return msgspec.structs.replace(each, collected_at=each.collected_at.astimezone(UTC))


def aware(written: datetime, hints: Hints) -> datetime:
    """An instant; one without a zone is meant in the zone of the hints."""
    return written if written.tzinfo else written.replace(tzinfo=hints.zone)

"""What the judge knows of a platform: small enough to travel with each reading, whole enough to judge the next one by.

A record of integers. Days are kept rather than readings, so that nights and weekends are known at any cadence: up to thirty days that had a
good reading, and of each the extremes. Whoever keeps it (the ledger) need not understand it.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any

import msgspec

VERSION = 1
DAYS = 30

Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
Whole = Annotated[int, msgspec.Meta(ge=-(10**9), le=10**9)]
Moment = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Instant = Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]
Name = Annotated[str, msgspec.Meta(max_length=100)]
Packed = Annotated[str, msgspec.Meta(max_length=4_000)]


class Day(msgspec.Struct, frozen=True, array_like=True):
    """The extremes of one day with good readings. What was not seen on that day is `None`.

    `least_changed` is the smallest number of rows that were new from one reading to the next, `rest` the longest time without any change in
    minutes, `loss` the quickest turnover of titles (1/1000 per hour, exponential), `low` and `high` the level of the heats and `shift` the
    largest move of all heats together (1/100 of a natural logarithm), `age` the oldest newest row in minutes.
    """

    day: Whole
    readings: Count
    fewest: Count
    most: Count
    least_changed: Count | None = None
    rest: Count = 0
    loss: Count | None = None
    low: Whole | None = None
    high: Whole | None = None
    shift: Count | None = None
    age: Count | None = None


class Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """One list, as hashes: 32 bits a title, 16 bits a row, 16 bits the logarithm of a heat (0 where there is none)."""

    at: Moment
    titles: Packed
    rows: Packed
    heats: Packed


class Pending(msgspec.Struct, frozen=True, array_like=True):
    """What is being warned of: each cause with the number of consistent readings so far, and the latest of these lists.

    `moved` is by how much all heats had moved when they first did (1/100 of a natural logarithm).
    """

    causes: dict[Name, Count]
    since: Moment
    at: Moment
    count: Count
    list: Snapshot
    level: Whole | None = None
    newest: Instant | None = None
    moved: Whole | None = None


class Shape(msgspec.Struct, frozen=True, array_like=True):
    """The key paths that were in every body of one endpoint, as hashes of 32 bits."""

    endpoint: Count | Annotated[int, msgspec.Meta(ge=0, le=2**32)]
    readings: Count
    paths: Packed


class Rest(msgspec.Struct, frozen=True, array_like=True):
    """A time without change that was warned of, in minutes, and when it ended."""

    at: Moment
    minutes: Count


class Baseline(msgspec.Struct, frozen=True):
    """The state of the judge for one platform. Moments are seconds since 1970, UTC.

    `print` is the latest list as one number, there since `same_since`. `good` is the latest list that nothing was wrong with.
    `turnover` is how often the whole list has been replaced bit by bit (1/100), `changes` how many readings were another list than the one
    before. `fields` is how much of the rows have each field at least (percent, slowly forgotten), `kin` are the platforms that share titles
    by their nature. `moved` is by how much heats had moved that were adopted, so that they may move back.
    """

    version: int
    at: Moment
    since: Moment
    print: Annotated[int, msgspec.Meta(ge=0, le=2**32)]
    same_since: Moment
    readings: Count = 0
    changes: Count = 0
    turnover: Count = 0
    gaps: tuple[Count, ...] = ()
    days: tuple[Day, ...] = ()
    good: Snapshot | None = None
    fields: dict[Name, Count] = msgspec.field(default_factory=dict)
    shape: Shape | None = None
    pending: Pending | None = None
    odd_rests: tuple[Rest, ...] = ()
    kin: tuple[Name, ...] = ()
    moved: Whole | None = None


def load(written: Mapping[str, Any] | None) -> Baseline | None:
    """A baseline as the ledger kept it; `None` when there is none, or none that this version understands."""
    if written is None or written.get("version") != VERSION:
        return None
    try:
        known = msgspec.convert(written, Baseline)
        _examine(known.good)
        _examine(known.pending.list if known.pending else None)
        if known.shape:
            unpacked(known.shape.paths, "I")
    except (msgspec.ValidationError, struct.error, binascii.Error, ValueError):
        return None
    return known


def _examine(kept: Snapshot | None) -> None:
    """Raise when the parts of a list are damaged, or not of one length."""
    if kept and len({len(unpacked(kept.titles, "I")), len(unpacked(kept.rows, "H")), len(unpacked(kept.heats, "H"))}) != 1:
        raise ValueError("the parts of a list are of different lengths")


def dump(known: Baseline) -> dict[str, Any]:
    """The baseline as plain JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(known)
    return plain


def packed(numbers: Iterable[int], kind: str) -> str:
    """Numbers of 32 (`I`) or 16 (`H`) bits as text."""
    every = tuple(numbers)
    return base64.b64encode(struct.pack(f"<{len(every)}{kind}", *every)).decode("ascii")


@lru_cache(maxsize=512)
def unpacked(written: str, kind: str) -> tuple[int, ...]:
    """The numbers that were packed. Raises `ValueError` or `struct.error` for what was not."""
    content = base64.b64decode(written, validate=True)
    return struct.unpack(f"<{len(content) // struct.calcsize(kind)}{kind}", content)


@lru_cache(maxsize=512)
def titles_of(kept: Snapshot) -> frozenset[int]:
    """The titles of a list, as hashes."""
    return frozenset(unpacked(kept.titles, "I"))

"""Reads lists of the past from JSON lines, and groups them into one batch for each hour of collection."""

from __future__ import annotations

import gzip
import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import msgspec

from hotledger.collect.judge import judge
from hotledger.errors import SettingsError
from hotledger.ledger.batch import Past
from hotledger.ledger.identity import uuid7_of
from hotledger.ledger.wire import item_arguments
from hotledger.model import Item, Listing, Platform, Reader

JOB_TYPE = "data_collection"


class PastItem(msgspec.Struct, frozen=True):
    """One row of an old list."""

    title: str
    heat: int | float | None = None
    id: str | int | None = None
    url: str | None = None


class PastList(msgspec.Struct, frozen=True):
    """One line: what one platform gave at one moment. `collected_at` must have a zone."""

    platform: str
    collected_at: datetime
    items: list[PastItem]


class PastBatch(NamedTuple):
    """The lists of one hour, as `batch_import` takes them, and how many there are."""

    arguments: dict[str, Any]
    lists: int


def count_lines(files: Sequence[Path]) -> int:
    """How many lists the files hold. Raises `SettingsError` for a file that can't be read."""
    total = 0
    for file in files:
        with _opened(file) as lines:
            total += sum(1 for line in lines if line.strip())
    return total


def batches(files: Sequence[Path], readers: dict[str, Reader]) -> Iterator[PastBatch]:
    """The batches of all files, oldest first. Files should be in the order of time, each in itself.

    Raises `SettingsError` naming file and line when a line is not a list.
    """
    merged = heapq.merge(*(_lists(file) for file in files), key=lambda each: each.collected_at)
    for hour, lists in groupby(merged, key=lambda each: each.collected_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)):
        rounds: list[dict[str, PastList]] = []
        times: defaultdict[str, int] = defaultdict(int)
        for each in lists:
            turn = times[each.platform]
            times[each.platform] += 1
            if turn == len(rounds):
                rounds.append({})
            rounds[turn][each.platform] = each
        yield from (_batch(hour, turn, by_platform, readers) for turn, by_platform in enumerate(rounds))


def _batch(hour: datetime, turn: int, by_platform: dict[str, PastList], readers: dict[str, Reader]) -> PastBatch:
    name = f"import {hour.isoformat()} {turn} {' '.join(sorted(by_platform))}"
    readings = [_reading(each, readers.get(each.platform)) for each in by_platform.values()]
    arguments = {"batch_id": str(uuid7_of(hour, name)), "job_type": JOB_TYPE, "source": "import", "readings": readings}
    return PastBatch(arguments, len(readings))


def _reading(each: PastList, reader: Reader | None) -> dict[str, Any]:
    facts = reader.facts if reader else Platform(id=each.platform, title=each.platform, home="", expect=range(1, 2))
    items = [Item(title=row.title, heat=row.heat, id=None if row.id is None else str(row.id), url=row.url) for row in each.items]
    verdict, evidence = judge(facts, Listing.of(items), Past())
    return {
        "platform": each.platform,
        "verdict": verdict.value,
        "evidence": evidence,
        "collected_at": each.collected_at.isoformat(),
        "items": [item_arguments(item, facts.link) for item in items],
    }


def _lists(file: Path) -> Iterator[PastList]:
    decoder = msgspec.json.Decoder(PastList)
    with _opened(file) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                each = decoder.decode(line)
            except msgspec.DecodeError as error:
                raise SettingsError(
                    f"{file}, line {number}, is not a list ({error}): correct or remove that line, and import again."
                ) from None
            if each.collected_at.tzinfo is None:
                raise SettingsError(f"{file}, line {number}: collected_at has no zone: write it as 2024-06-01T01:17:22Z.")
            yield each


def _opened(file: Path) -> IO[bytes]:
    try:
        with file.open("rb") as start:
            zipped = start.read(2) == b"\x1f\x8b"
        return cast(IO[bytes], gzip.open(file)) if zipped else file.open("rb")
    except OSError as error:
        raise SettingsError(f"{file} can't be read ({error.strerror}). Name a file with one list per line.") from None

"""Reads lists of the past from JSON lines, and groups them into one batch for each hour of collection."""

from __future__ import annotations

import gzip
import heapq
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from hotledger.collect.judge import judge
from hotledger.errors import SettingsError
from hotledger.ledger.batch import Past
from hotledger.ledger.identity import uuid7_of
from hotledger.ledger.wire import item_arguments
from hotledger.model import Item, Listing, Platform, Reader

JOB_TYPE = "data_collection"
_LONGEST_NAME = 100
_LARGEST_HEAT = 1e300
_EARLIEST, _LATEST = 1970, 9999


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


class Survey(NamedTuple):
    """Files that have been looked through: how many lists they hold, and those whose lists are not in the order of time."""

    files: tuple[Path, ...]
    lists: int
    unordered: frozenset[Path]


def survey(files: Sequence[Path]) -> Survey:
    """Look through files before anything is imported. Raises `SettingsError` naming file and line when a line is not a list."""
    total = 0
    unordered = set()
    once = tuple(dict.fromkeys(files))
    for file in once:
        before = None
        for each in _lists(file):
            if before is not None and each.collected_at < before:
                unordered.add(file)
            before = each.collected_at
            total += 1
    return Survey(once, total, frozenset(unordered))


def batches(surveyed: Survey, readers: dict[str, Reader]) -> Iterator[PastBatch]:
    """The batches of all files, oldest first. A file is streamed, unless its lists are not in the order of time."""
    merged = heapq.merge(*(_in_order(file, surveyed) for file in surveyed.files), key=_moment)
    for hour, lists in groupby(merged, key=_hour):
        rounds: list[dict[str, PastList]] = []
        times: defaultdict[str, int] = defaultdict(int)
        for each in lists:
            turn = times[each.platform]
            times[each.platform] += 1
            if turn == len(rounds):
                rounds.append({})
            rounds[turn][each.platform] = each
        yield from (_batch(hour, turn, by_platform, readers) for turn, by_platform in enumerate(rounds))


def _moment(each: PastList) -> datetime:
    return each.collected_at


def _hour(each: PastList) -> datetime:
    return each.collected_at.replace(minute=0, second=0, microsecond=0)


def _in_order(file: Path, surveyed: Survey) -> Iterable[PastList]:
    return sorted(_lists(file), key=_moment) if file in surveyed.unordered else _lists(file)


def _batch(hour: datetime, turn: int, by_platform: dict[str, PastList], readers: dict[str, Reader]) -> PastBatch:
    # The same lists make the same id; others of the same hour, from another file, make another.
    name = " ".join(f"{platform}@{each.collected_at.isoformat()}" for platform, each in sorted(by_platform.items()))
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
    for number, line in enumerate(_lines(file), 1):
        if line.strip():
            try:
                yield _checked(decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise SettingsError(
                    f"{file}, line {number}, is not a list ({error}): correct or remove that line, and import again."
                ) from None
            except ValueError as error:
                raise SettingsError(f"{file}, line {number}: {error}.") from None


def _checked(each: PastList) -> PastList:
    """The list with its time in UTC. Raises `ValueError` with the reason when it can't be recorded."""
    if not 0 < len(each.platform) <= _LONGEST_NAME or not each.platform.isprintable():
        raise ValueError(f"the platform needs a name of at most {_LONGEST_NAME} printable characters")
    if each.collected_at.tzinfo is None:
        raise ValueError("collected_at has no zone: write it as 2024-06-01T01:17:22Z")
    if not _EARLIEST < each.collected_at.year < _LATEST:
        raise ValueError(f"collected_at can't be right ({each.collected_at.isoformat()})")
    for rank, row in enumerate(each.items, 1):
        if not row.title.strip():
            raise ValueError(f"item {rank} has no title")
        if row.heat is not None and abs(row.heat) > _LARGEST_HEAT:
            raise ValueError(f"the heat of item {rank} is too large to be one")
    return msgspec.structs.replace(each, collected_at=each.collected_at.astimezone(UTC))


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of a file, unzipped where it is gzipped, whatever its name."""
    try:
        with file.open("rb") as start:
            zipped = start.read(2) == b"\x1f\x8b"
        with gzip.open(file) if zipped else file.open("rb") as lines:
            yield from lines
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SettingsError(f"{file} is a broken gzip file ({error}). Get it again, or unzip what can be saved.") from None
    except OSError as error:
        raise SettingsError(f"{file} can't be read ({error.strerror}). Name a file with one list per line.") from None

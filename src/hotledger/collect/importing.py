"""Groups lists of the past into one batch for each hour of collection, and judges them; so too readings that are told as such."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from hotledger.collect.history import Hints, PastList, files_of, lists_of
from hotledger.collect.retrospect import Retrospect
from hotledger.ledger.identity import uuid7_of
from hotledger.ledger.wire import item_arguments, reading_arguments
from hotledger.model import Item, Judgement, Listing, Reader, Reading

JOB_TYPE = "data_collection"


class PastBatch(NamedTuple):
    """The lists of one hour, as `batch_import` takes them, and how many there are."""

    arguments: dict[str, Any]
    lists: int


class Survey(NamedTuple):
    """Files that have been looked through: how many lists they hold, when each begins and ends, and those not in the order of time."""

    spans: tuple[Span, ...]
    lists: int
    unordered: frozenset[Path]
    hints: Hints

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that hold lists, in the order of their first ones."""
        return tuple(span.file for span in self.spans)


class Span(NamedTuple):
    """When the lists of a file begin and end."""

    first: datetime
    last: datetime
    file: Path


def survey(files: Sequence[Path], readers: dict[str, Reader], hints: Hints = Hints()) -> Survey:  # noqa: B008 - it is frozen
    """Look through files (and folders) before anything is imported. Raises `SettingsError` naming file and line that is not a list."""
    total = 0
    unordered, spans = set(), []
    for file in files_of(list(files)):
        first = last = before = None
        for each in lists_of(file, hints, readers):
            if before is not None and each.collected_at < before:
                unordered.add(file)
            before = each.collected_at
            first, last = min(first or before, before), max(last or before, before)
            total += 1
        if first and last:
            spans.append(Span(first, last, file))
    return Survey(tuple(sorted(spans)), total, frozenset(unordered), hints)


def batches(surveyed: Survey, readers: dict[str, Reader], retrospect: Retrospect) -> Iterator[PastBatch]:
    """The batches of all files, oldest first, each list judged. A file is streamed, unless its lists are not in the order of time."""
    for hour, lists in groupby(_merged(surveyed, readers), key=_hour):
        rounds: list[dict[str, PastList]] = []
        times: defaultdict[str, int] = defaultdict(int)
        for each in lists:
            turn = times[each.platform]
            times[each.platform] += 1
            if turn == len(rounds):
                rounds.append({})
            rounds[turn][each.platform] = each
        yield from (_batch(hour, turn, by_platform, retrospect) for turn, by_platform in enumerate(rounds))


def remembered(readings: Sequence[Reading], retrospect: Retrospect, source: str) -> PastBatch:
    """A batch of readings of the past whose failures are known; those with items are judged here."""
    began = min(each.started_at for each in readings)
    told = [_remembered(each, retrospect) for each in readings]
    batch_id = uuid7_of(began, f"{source} {began.isoformat()} {' '.join(sorted(each.platform for each in readings))}")
    return PastBatch({"batch_id": str(batch_id), "job_type": JOB_TYPE, "source": source, "readings": told}, len(told))


def _remembered(each: Reading, retrospect: Retrospect) -> dict[str, Any]:
    if each.verdict.keeps_list:
        ruling = retrospect.judged(each.platform, Listing(each.items, each.pinned, ()), each.collected_at)
        each = msgspec.structs.replace(each, verdict=ruling.verdict, evidence=ruling.evidence)
    return {"platform": each.platform} | reading_arguments(each, retrospect.facts(each.platform).link)


def _moment(each: PastList) -> datetime:
    return each.collected_at


def _hour(each: PastList) -> datetime:
    return each.collected_at.replace(minute=0, second=0, microsecond=0)


def _merged(surveyed: Survey, readers: dict[str, Reader]) -> Iterator[PastList]:
    """The lists of all files by time. Only files whose times overlap are open together."""
    together: list[Span] = []
    for span in surveyed.spans:
        if together and span.first > max(each.last for each in together):
            yield from heapq.merge(*(_in_order(each.file, surveyed, readers) for each in together), key=_moment)
            together = []
        together.append(span)
    yield from heapq.merge(*(_in_order(each.file, surveyed, readers) for each in together), key=_moment)


def _in_order(file: Path, surveyed: Survey, readers: dict[str, Reader]) -> Iterable[PastList]:
    found = lists_of(file, surveyed.hints, readers)
    return sorted(found, key=_moment) if file in surveyed.unordered else found


def _batch(hour: datetime, turn: int, by_platform: dict[str, PastList], retrospect: Retrospect) -> PastBatch:
    # The same lists make the same id; others of the same hour, from another file, make another.
    name = " ".join(f"{platform}@{each.collected_at.isoformat()}" for platform, each in sorted(by_platform.items()))
    readings = [_reading(each, retrospect) for each in by_platform.values()]
    arguments = {"batch_id": str(uuid7_of(hour, name)), "job_type": JOB_TYPE, "source": "import", "readings": readings}
    return PastBatch(arguments, len(readings))


def _reading(each: PastList, retrospect: Retrospect) -> dict[str, Any]:
    items = [Item(title=row.title, heat=row.heat, id=None if row.id is None else str(row.id), url=row.url) for row in each.items]
    said = Judgement(each.verdict, each.evidence or "") if each.verdict else None
    ruling = said or retrospect.judged(each.platform, Listing.of(items), each.collected_at)
    link = retrospect.facts(each.platform).link
    return {
        "platform": each.platform,
        "verdict": ruling.verdict.value,
        "evidence": ruling.evidence,
        "collected_at": each.collected_at.isoformat(),
        "items": [item_arguments(item, link) for item in items],
    }

"""hot2sql's tables, exported as CSV: snapshots (a row for each title of a crawl) and sessions (a row for each crawl).

Its third table, of topics, holds nothing that the snapshots do not say.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import TextIO

from hotledger import body
from hotledger.collect.history.past import Hints, PastItem, PastList, Unreadable, aware, kept
from hotledger.model import Verdict

_SNAPSHOTS = {"platform", "rank", "title", "crawled_at"}
_SESSIONS = {"session_id", "platform", "status", "started_at"}
_TOPICS = {"topic_hash", "platform", "title", "first_seen_at"}
_LONGEST_HEADER = 5_000
_LARGEST_CELL = 64 * 1024 * 1024  # hot2sql keeps the site's own row in a cell
_WELL = {"success", "completed"}


def is_header(line: str) -> bool:
    """Whether a file that begins with this line is one of the three tables."""
    try:
        names = set(next(csv.reader([line]), [])) if len(line) <= _LONGEST_HEADER else set()
    except csv.Error:
        return False
    return any(names >= table for table in (_SNAPSHOTS, _SESSIONS, _TOPICS))


def lists(lines: TextIO, hints: Hints) -> Iterator[PastList]:
    """The lists (or the failed crawls) in one table. Raises `Unreadable` with the reason when a row can't be right."""
    csv.field_size_limit(_LARGEST_CELL)
    rows = csv.DictReader(lines)
    names = set(rows.fieldnames or ())
    if names >= _SNAPSHOTS:
        for (platform, crawled_at), crawl in groupby(rows, key=lambda row: (row["platform"], row["crawled_at"])):
            ranked = sorted(crawl, key=_rank)
            items = [PastItem(row["title"], body.number(row.get("hot_value")), None, row.get("url") or None) for row in ranked]
            yield kept(platform, _instant(crawled_at, hints), items)
    elif names >= _SESSIONS:
        yield from (each for row in rows if (each := _session(row, hints)))


def _rank(row: dict[str, str]) -> int:
    try:
        return int(row["rank"])
    except ValueError:
        raise Unreadable(f"a rank in it is no number ({row['rank']})") from None


def _session(row: dict[str, str], hints: Hints) -> PastList | None:
    """A crawl that brought nothing; one that brought a list is told by its snapshots."""
    at = _instant(row["started_at"], hints)
    if row["status"] not in _WELL:
        why = row.get("error_message") or f"hot2sql noted the crawl as {row['status']}"
        return PastList(row["platform"], at, [], Verdict.BROKEN, why)
    return PastList(row["platform"], at, []) if row.get("items_count") == "0" else None


def _instant(written: str, hints: Hints) -> datetime:
    try:
        return aware(datetime.fromisoformat(written), hints)
    except ValueError:
        raise Unreadable(f"a time in it can't be right ({written})") from None

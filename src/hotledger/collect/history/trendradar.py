"""TrendRadar's SQLite files: what stood on each list at each crawl, and which platforms failed then.

Its tables keep a title once and its ranks over time, with a rank of 0 where it has left the list; times are local, of the configured zone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import groupby
from pathlib import Path

from hotledger.collect.history.past import Hints, PastItem, PastList, Unreadable, aware, kept
from hotledger.model import Verdict

MAGIC = b"SQLite format 3\x00"
_TABLES = {"news_items", "rank_history", "crawl_records", "crawl_source_status"}
_RANKS = """
SELECT item.platform_id, history.crawl_time, substr(history.created_at, 1, 10), min(history.created_at) OVER crawl, item.title, item.url
  FROM rank_history AS history JOIN news_items AS item ON item.id = history.news_item_id
 WHERE history.rank > 0
WINDOW crawl AS (PARTITION BY item.platform_id, history.crawl_time, substr(history.created_at, 1, 10))
 ORDER BY 4, 1, history.rank, history.id
"""
_FAILED = """
SELECT source.platform_id, record.created_at
  FROM crawl_source_status AS source JOIN crawl_records AS record ON record.id = source.crawl_record_id
 WHERE source.status = 'failed'
 ORDER BY record.created_at
"""


def lists(file: Path, hints: Hints) -> Iterator[PastList]:
    """The lists of one file, then its failures. Raises `Unreadable` with the reason when it is not TrendRadar's."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            known = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not known >= _TABLES:
                raise Unreadable(f"it is no news file of TrendRadar: the table {min(_TABLES - known)} is missing")
            rows = database.execute(_RANKS)
            for (platform, _, _), crawl in groupby(rows, key=lambda row: (row[0], row[1], row[2])):
                members = list(crawl)
                items = [PastItem(title, None, None, url or None) for *_, title, url in members]
                yield kept(platform, _instant(members[0][3], hints), items)
            for platform, at in database.execute(_FAILED):
                yield PastList(platform, _instant(at, hints), [], Verdict.BROKEN, "TrendRadar noted that its crawl had failed")
    except sqlite3.Error as error:
        raise Unreadable(f"SQLite can't read it ({error})") from None


def _instant(written: str, hints: Hints) -> datetime:
    try:
        return aware(datetime.fromisoformat(written), hints)
    except ValueError:
        raise Unreadable(f"a time in it can't be right ({written})") from None

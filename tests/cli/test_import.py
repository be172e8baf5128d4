"""`import`: lists of the past become batches by the hour; twice is once, and an interrupted one goes on."""

from __future__ import annotations

import gzip
import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.commands import Commands
from tests.database import Database

SERIES = Path(__file__).parents[3] / "shared" / "series"
START = datetime(2024, 6, 1, tzinfo=UTC)


def lists(platform: str, hours: int, *, minutes: int = 5) -> bytes:
    """One list an hour, of three titles."""
    lines = []
    for hour in range(hours):
        at = (START + timedelta(hours=hour, minutes=minutes)).isoformat()
        items = [{"title": f"{platform} {hour} {row}", "heat": row, "id": row} for row in range(3)]
        lines.append(json.dumps({"platform": platform, "collected_at": at, "items": items}))
    return "\n".join(lines).encode()


async def test_one_batch_an_hour_and_twice_is_once(run: Commands, database: Database) -> None:
    """Lists of several files in one hour are one batch, at the hour's own time; the same files again enter nothing."""
    (run.folder / "a.jsonl").write_bytes(lists("weibo", 4))
    (run.folder / "b.gz").write_bytes(gzip.compress(lists("mine", 4, minutes=7)))
    done = await run("import", "a.jsonl", "b.gz", "--json")
    assert (done.code, done.json) == (0, {"batches": 4, "readings": 8, "known_readings": 0, "items": 24})
    rows = await database.rows("SELECT created_at, status, platforms_processed, total_items FROM batch_jobs ORDER BY created_at")
    assert rows[0][1:] == ("completed", ["mine", "weibo"], 6)
    assert [row[0] for row in rows] == [START + timedelta(hours=hour, minutes=5) for hour in range(4)]
    again = await run("import", "b.gz", "a.jsonl", "a.jsonl", "--json")
    assert again.json == {"batches": 0, "readings": 0, "known_readings": 8, "items": 0}


async def test_more_of_the_same_hour_is_another_batch(run: Commands, database: Database) -> None:
    """A file that brings other lists of an hour that is there already adds to it."""
    (run.folder / "first.jsonl").write_bytes(lists("weibo", 2, minutes=5))
    (run.folder / "later.jsonl").write_bytes(lists("weibo", 2, minutes=35))
    assert (await run("import", "first.jsonl", "--json")).json["batches"] == 2
    assert (await run("import", "later.jsonl", "--json")).json["batches"] == 2
    assert await database.value("SELECT count(DISTINCT collected_at) FROM hot_items") == 4


async def test_interrupted_import_goes_on(run: Commands, database: Database) -> None:
    """An import that was told to stop keeps what it had entered; the same command enters the rest, and nothing twice."""
    (run.folder / "many.jsonl").write_bytes(lists("weibo", 1000))
    process = await run.start("import", "many.jsonl", "--json")
    while not await database.value("SELECT count(*) FROM batch_jobs"):
        pass
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert process.returncode == 130
    assert "The same command goes on from there" in err.decode()
    entered = await database.value("SELECT count(*) FROM hot_readings")
    assert 0 < entered < 1000
    done = await run("import", "many.jsonl", "--json")
    assert (done.code, done.json["known_readings"], done.json["readings"]) == (0, entered, 1000 - entered)


@pytest.mark.skipif(not SERIES.exists(), reason="not on this machine: the series beside the project")
async def test_real_series_is_what_its_lines_say(run: Commands, database: Database) -> None:
    """A month of real lists arrives whole: each line is a reading, each of its titles an item at its rank with its heat."""
    file = SERIES / "v2ex-2024-06.jsonl.gz"
    expected = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            each = json.loads(line)
            at = datetime.fromisoformat(each["collected_at"])
            expected += [(at, rank, item["title"], item.get("heat")) for rank, item in enumerate(each["items"], 1)]
    done = await run("import", str(file), "--json")
    assert done.json["items"] == len(expected)
    found = await database.rows("SELECT collected_at, rank, title, heat FROM hot_items ORDER BY collected_at, rank")
    assert found == sorted(expected, key=lambda row: row[:2])


HOT2SQL = """
CREATE TABLE hot_search_snapshots (id BIGSERIAL, session_id TEXT, platform TEXT, rank INTEGER, title TEXT, hot_value BIGINT, url TEXT,
                                   crawled_at TIMESTAMPTZ);
CREATE TABLE crawl_sessions (session_id TEXT, platform TEXT, status TEXT, items_count INTEGER, error_message TEXT, started_at TIMESTAMPTZ);
INSERT INTO hot_search_snapshots (session_id, platform, rank, title, hot_value, crawled_at)
SELECT 's' || hour, 'weibo', rank, 'title ' || hour || ' ' || rank, 1000 - rank, TIMESTAMPTZ '2026-01-05 00:00Z' + hour * INTERVAL '1 hour'
  FROM generate_series(1, 300) AS hour, generate_series(1, 2) AS rank;
INSERT INTO crawl_sessions VALUES ('f1', 'zhihu', 'failed', 0, 'HTTP 401', '2026-01-06 00:30Z'),
                                  ('f2', 'zhihu', 'success', 0, NULL, '2027-01-01Z')
"""


async def test_hot2sql_in_the_same_database(run: Commands, database: Database) -> None:
    """The tables of hot2sql beside ours become batches, page by page, with what failed there; a second time nothing is new."""
    await database.rows(HOT2SQL)
    done = await run("import", "--hot2sql", "--json")
    assert (done.code, done.json["readings"], done.json["items"]) == (0, 302, 600)
    bad = await database.rows("SELECT verdict, evidence FROM hot_readings WHERE status = 'failed' ORDER BY collected_at")
    assert (bad[0], bad[1][0]) == (("broken", "HTTP 401"), "empty")
    assert (await run("import", "--hot2sql", "--json")).json["known_readings"] == 302


async def test_hot2sql_that_is_not_there(run: Commands) -> None:
    """Without its tables one sentence says what to do; so it does for nothing to import at all."""
    for arguments in (["--hot2sql"], []):
        done = await run("import", *arguments)
        assert done.code == 2
        assert done.err.count("\n") == 1

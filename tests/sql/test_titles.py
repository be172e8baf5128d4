"""Lists of a moment, topics on many platforms, and titles found over all history: what is told, and that indexes are used for it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.database import Database
from tests.made import NOON, collected, opened, reading

MANY = 30_000


async def fill(database: Database, titles: int = MANY) -> None:
    """Many titles of two platforms, none in any list: the ledger of such a database is not sound."""
    for name in ("weibo", "baidu"):
        await database.rows("SELECT hot_platform_id(%(name)s)", {"name": name})
    await database.rows(
        """INSERT INTO hot_entries (first_seen_at, last_seen_at, platform_id, best_rank, peak_heat, key, title, source_id)
           SELECT TIMESTAMPTZ '2026-01-01Z' + number * INTERVAL '1 minute', TIMESTAMPTZ '2026-01-01Z' + number * INTERVAL '1 minute',
                  number %% 2 + 1, 1, number, md5(number::TEXT)::UUID,
                  'Title ' || chr(19968 + number %% 6000) || chr(20000 + number %% 5987) || ' ' || number, 's' || number
             FROM generate_series(1, %(titles)s) AS number""",
        {"titles": titles},
    )
    await database.rows("VACUUM ANALYZE hot_entries")


async def scans(database: Database, call: str) -> dict[str, tuple[int, int]]:
    """By table, how many whole scans and how many uses of an index one call made."""
    counted = """SELECT relname, seq_scan, COALESCE(idx_scan, 0) FROM pg_stat_xact_user_tables WHERE relname LIKE 'hot\\_%'"""
    async with database.connection.transaction():
        before = {name: numbers for name, *numbers in await database.rows(counted)}
        await database.rows(f"SELECT {call}")
        after = {name: numbers for name, *numbers in await database.rows(counted)}
    return {name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in after}


async def search(database: Database, query: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = await database.call("title_search", query=query, **more)
    return found


async def titles(database: Database, query: str, **more: Any) -> list[str]:
    return [each["title"] for each in (await search(database, query, **more))["items"]]


async def test_moves_are_told_against_the_list_before(database: Database) -> None:
    """Up is positive, down negative, what was not there is new; the first list of all has nothing to be compared with."""
    await collected(database, "weibo", "a", "b", "c", minutes=0)
    await collected(database, "weibo", "c", "a", "d", minutes=10)
    (now,) = (await database.call("lists_at"))["lists"]
    assert [(row["title"], row["moved"], row["is_new"]) for row in now["items"]] == [("c", 2, False), ("a", -1, False), ("d", None, True)]
    (first,) = (await database.call("lists_at", at=NOON + timedelta(minutes=5)))["lists"]
    assert [(row["moved"], row["is_new"]) for row in first["items"]] == [(None, False)] * 3
    assert (first["age_seconds"], first["before_at"]) == (300, None)


async def test_an_edited_title_has_not_come_anew(database: Database) -> None:
    """What has the id of a row of the list before is that row, whatever it is called now."""
    for minutes, rows in (
        (0, [{"title": "x"}, {"title": "draft", "id": "7"}]),
        (9, [{"title": "final", "id": "7"}, {"title": "x", "id": "8"}]),
    ):
        batch = await opened(database, "weibo")
        await batch.record("weibo", reading(minutes=minutes) | {"items": rows})
    (now,) = (await database.call("lists_at"))["lists"]
    assert [(row["title"], row["moved"], row["is_new"]) for row in now["items"]] == [("final", 1, False), ("x", None, True)]


async def test_a_list_that_stands_says_what_came_after_it(database: Database) -> None:
    """A reading without a list does not hide the last list, and is told beside it."""
    await collected(database, "weibo", "a", minutes=0)
    batch = await opened(database, "weibo")
    await batch.record("weibo", reading(verdict="blocked", minutes=10))
    (found,) = (await database.call("lists_at"))["lists"]
    assert (found["verdict"], found["latest_verdict"], len(found["items"])) == ("ok", "blocked", 1)
    assert (await database.call("lists_at", at=NOON - timedelta(days=1)))["lists"] == []


async def test_lists_come_in_the_order_asked_for(database: Database) -> None:
    """Those named, in their order; unknown ones and those without a list are left out; at most so many rows of each."""
    for name in ("a", "b", "c"):
        await collected(database, name, "x", "y", "z")
    found = await database.call("lists_at", platforms=["c", "nobody", "a"], at_most=2)
    assert [(each["platform"], len(each["items"]), each["items_in_all"]) for each in found["lists"]] == [("c", 2, 3), ("a", 2, 3)]
    assert [each["platform"] for each in (await database.call("lists_at"))["lists"]] == ["a", "b", "c"]
    paged, after = [], None
    while True:
        page = await database.call("lists_at", boards=1, preferred=["c", "nobody"], after=after)
        paged += [each["platform"] for each in page["lists"]]
        after = page["next"]
        if after is None:
            break
    assert paged == ["c", "a", "b"]
    assert (await database.call("lists_at", after="zzz"))["lists"] == []


async def test_a_topic_is_told_on_each_platform(database: Database) -> None:
    """Where the same title stood, the earliest first; the time on a list goes from each reading in which it stood to the next."""
    for minutes, first in ((0, "a"), (10, "b"), (20, "a"), (30, "a")):
        await collected(database, "weibo", "x", first, minutes=minutes, heats=[1, minutes])
    await collected(database, "baidu", "a", minutes=-5)
    found = await database.call("topic_everywhere", title="a")
    assert [(each["platform"], each["best_rank"], each["seconds_on_list"]) for each in found] == [("baidu", 1, 0), ("weibo", 2, 1200)]
    weibo = found[1]
    assert weibo["peak_heat_at"] == weibo["last_seen_at"]
    assert weibo["best_rank_at"] == weibo["first_seen_at"]
    assert await database.call("topic_everywhere", title="never") == []


@pytest.mark.parametrize("indexed", [False, True])
async def test_titles_are_found_by_any_part(database: Database, indexed: bool) -> None:
    """Whatever stands in a title is found, in either case of Latin letters, several words in any order; nothing is a pattern."""
    await database.call("titles_index", wanted=indexed)
    odd = ["高考成绩公布", "50%_off\\x", "iPhone 17 发布", "𠮷野家 sale", "a b", "日", "İstanbul", " "]
    await collected(database, "weibo", *odd)
    nothing: list[int] = []
    for query, places in {
        "高考": [0], "成绩公布": [0], "%_": [1], "\\x": [1], "IPHONE": [2], "发布  iphone": [2], "\u300017\u3000": [2], "𠮷野": [3],
        "B": [4, 6], "日": [5], "stanbul": [6], "a b": [4, 6], "%": [1], "考试": nothing, "": nothing, "  ": nothing,
    }.items():  # fmt: skip
        assert sorted(await titles(database, query)) == sorted(odd[place] for place in places), query
    assert (await search(database, "高考"))["indexed"] is indexed


async def test_single_letters_are_looked_for_among_the_latest(database: Database) -> None:
    """One letter can't be found by the index: the answer says that only the latest titles were looked at."""
    await collected(database, "weibo", "a b")
    assert (await search(database, "a b"))["among_latest"] == 20_000
    assert (await search(database, "a"))["among_latest"] == 20_000
    assert (await search(database, "ab"))["among_latest"] is None


@pytest.mark.parametrize("hottest", [False, True])
async def test_pages_bring_each_title_once(database: Database, hottest: bool) -> None:
    """Page by page comes what comes at once, also with titles of one moment and one heat, and while new ones are written."""
    for minutes in range(4):
        heats = [5, None, 5, 7] if hottest else ()
        await collected(database, "weibo", *(f"title {minutes} {number}" for number in range(4)), minutes=minutes, heats=heats)
    whole = await titles(database, "title", hottest=hottest)
    assert len(whole) == 16
    paged, after = [], None
    while True:
        page = await search(database, "title", hottest=hottest, at_most=3, after=after)
        paged += [each["title"] for each in page["items"]]
        after = page["next"]
        await collected(database, "weibo", f"later {len(paged)}", minutes=60 + len(paged))
        if after is None:
            break
    assert paged == whole
    assert await titles(database, "title", platforms=["baidu"]) == []
    assert len(await titles(database, "later", platforms=["weibo", "nobody"])) > 1


@pytest.mark.breaks_ledger
async def test_the_index_finds_among_many_what_is_found_without(database: Database) -> None:
    """With the index the entries are reached by it alone, and the answers are the same."""
    await fill(database)
    queries = ["title 12345", chr(19968 + 77) + chr(20000 + 77), "77", "no such thing"]
    without = [await search(database, query) for query in queries]
    assert (await database.call("titles_index"))["indexed"]
    for query, before in zip(queries, without, strict=True):
        assert (await search(database, query)) == before | {"indexed": True}
    used = await scans(database, "title_search('title 12345')")
    assert used["hot_entries"] == (0, 2)  # the index of titles, and the entries of the page
    assert (await scans(database, "title_search('7')"))["hot_entries"][0] == 0
    assert (await database.call("titles_index", wanted=False)) == {"indexed": False, "bytes": 0}


@pytest.mark.breaks_ledger
async def test_a_topic_is_found_without_reading_all_titles(database: Database) -> None:
    """The ranges in which a title may stand are told by a small index: none of the functions of topics scans the entries."""
    await fill(database, 120_000)
    title = await database.value("SELECT title FROM hot_entries WHERE source_id = 's60000'")
    for call in (f"topic_everywhere({_quoted(title)})", f"topic_history('weibo', {_quoted(title)})"):
        assert (await scans(database, call))["hot_entries"][0] == 0, call
    size, heap = (await database.rows("SELECT pg_relation_size('hot_entries_title_source_id_idx'), pg_relation_size('hot_entries')"))[0]
    assert size < heap / 30


@pytest.mark.breaks_ledger
async def test_lists_are_found_by_their_index(database: Database) -> None:
    """The lists of a moment take a few look-ups for each platform, whatever the number of readings."""
    await fill(database, 100)
    await database.rows(
        """INSERT INTO hot_readings (batch_id, collected_at, items, new_items, platform_id, status, verdict, entries)
           SELECT gen_random_uuid(), TIMESTAMPTZ '2026-01-01Z' + number * INTERVAL '1 minute', 50, 0, number %% 2 + 1, 'completed', 'ok',
                  ARRAY(SELECT generate_series(1, 50))
             FROM generate_series(1, 20000) AS number""",
        {},
    )
    await database.rows("VACUUM ANALYZE hot_readings")
    used = await scans(database, "lists_at(at => '2026-01-05Z')")
    assert used["hot_readings"] == (0, 6)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


async def test_the_pairs_of_letters_never_change(database: Database) -> None:
    """An index that was made of them once must fit what they are now."""
    found = await database.rows("SELECT hot_grams(title) FROM unnest(ARRAY['AbC', 'abc', '高考 𠮷', 'x', '']) AS title")
    assert json.dumps([numbers for (numbers,) in found]) == "[[3105, 3137], [3105, 3137], [43, 125, 3991], null, null]"

"""The lists: what lands of a list, what is derived, what people can ask of it, and lists of the past."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from tests.database import Database
from tests.made import NOON, collected, listing, opened, reading

from hotledger.ledger.identity import uuid7_of
from hotledger.ledger.ledger import Ledger
from hotledger.ledger.wire import reading_arguments
from hotledger.model import Item, Verdict

ODD_TITLES = [
    "微博热搜",
    "👩‍👩‍👧‍👦 family 🏳️‍🌈",
    "\u202eright to left\u202c",
    "combining e\u0301 and precomposed é",
    "quote ' \" \\ % _ $$ {title} {id}",
    "line\nbreak\tand tab",
    "\u200b\ufeffinvisible",
    "𠮷野家",
    " ",
    "",
]


async def stored(database: Database, *items: Item, platform: str = "weibo", link: str | None = None, minutes: float = 0) -> UUID:
    """Record a list as the collector does, by way of the wire, and return its batch."""
    facts = [{"name": platform, "title": platform, "link": link}] if link else []
    batch = await opened(database, platform, **({"platforms": facts} if facts else {}))
    arguments = reading_arguments(listing(platform=platform), link) | reading_arguments(listing(platform=platform, items=items), link)
    arguments["collected_at"] = NOON + timedelta(minutes=minutes)
    answer = await batch.record(platform, arguments)
    assert answer["items"] == len(items)
    return batch.id


async def items(database: Database, columns: str = "title", platform: str = "weibo") -> list[Any]:
    query = f"SELECT {columns} FROM hot_items WHERE platform = %(platform)s ORDER BY collected_at, rank"
    return [row if "," in columns else row[0] for row in await database.rows(query, {"platform": platform})]


async def test_titles_land_as_they_are(database: Database) -> None:
    """Emoji beyond the BMP, marks of direction, combining characters, quotes and blanks come back the same, each its own entry."""
    await stored(database, *(Item(title=title) for title in ODD_TITLES))
    assert await items(database) == ODD_TITLES
    assert await database.value("SELECT count(*) FROM hot_entries") == len(ODD_TITLES)


async def test_what_text_cannot_hold_is_left_out(database: Database) -> None:
    """NUL is dropped and a lone surrogate becomes a question mark, wherever they stand, and the list lands."""
    odd = "a\x00b\ud83d"
    nested = {"tags": [odd, {"k\x00": odd}], "label": odd}
    await stored(database, Item(title=odd, id=odd, url=f"https://example.com/{odd}", extras=nested), link="https://example.com/{title}")
    assert await items(database, "title, source_id, url") == [("ab?", "ab?", "https://example.com/ab?")]
    assert await database.value("SELECT extras FROM hot_entries") == {"tags": ["ab?", {"k": "ab?"}], "label": "ab?"}


async def test_giants_are_bounded(database: Database) -> None:
    """A title of ten million characters, and what else a list brings, can't fill the database; the same giant is the same entry."""
    giant = "热" * 10_000_000
    for minute in range(2):
        await stored(database, Item(title=giant, id="x" * 900, url="https://e/" + "y" * 9000, extras={"z": "z" * 9000}), minutes=minute)
    row = await database.rows("SELECT length(title), length(source_id), length(url), extras, times_seen FROM hot_entries")
    assert row == [(1000, 500, 2000, None, 2)]
    assert (await database.call("topic_history", platform="weibo", title=giant))["times_seen"] == 2


async def test_texts_of_a_reading_are_bounded(database: Database) -> None:
    """Evidence, errors and pinned rows of any size leave batch and reading small."""
    giant = "e" * 1_000_000
    pinned = tuple(Item(title=giant, url=giant) for _ in range(50))
    failed = listing(verdict=Verdict.BROKEN, evidence=giant, error_message=giant, error_code=giant, endpoint=giant, pinned=pinned)
    batch = await opened(database, "weibo")
    await batch.record("weibo", reading_arguments(failed))
    sizes = await database.rows(
        "SELECT length(metadata::TEXT), (SELECT length(details::TEXT) + length(evidence) FROM hot_readings) FROM batch_jobs"
    )
    assert sizes[0][0] < 5_000
    assert sizes[0][1] < 150_000


async def test_heat_is_a_number_or_unknown(database: Database) -> None:
    """Unknown heat stays unknown and zero stays zero; what no number of the database can hold is unknown, and the list lands."""
    heats = [None, 0, -5, 1.5, 2**62, 1e300, 10**400, float("nan"), float("inf"), float("-inf")]
    await stored(database, *(Item(title=str(number), heat=heat) for number, heat in enumerate(heats)))
    assert await items(database, "heat") == [None, 0, -5, 1.5, 2.0**62, 1e300, None, None, None, None]


async def test_a_list_without_any_heat_stores_none(database: Database) -> None:
    """No array is kept for nothing, and the list reads the same."""
    await stored(database, Item(title="a"), Item(title="b"))
    assert await database.rows("SELECT heats FROM hot_readings") == [(None,)]
    assert await items(database, "title, heat") == [("a", None), ("b", None)]


async def test_a_title_may_stand_twice_in_a_list(database: Database) -> None:
    """Both ranks are kept, on one entry that was seen once, at its best rank and its highest heat."""
    await stored(database, Item(title="a", heat=3), Item(title="b", heat=2), Item(title="a", heat=9))
    assert await items(database, "title, rank, heat") == [("a", 1, 3), ("b", 2, 2), ("a", 3, 9)]
    assert await database.rows("SELECT title, times_seen, best_rank FROM hot_entries ORDER BY title") == [("a", 1, 1), ("b", 1, 2)]


async def test_an_entry_remembers_its_best(database: Database) -> None:
    """First and last seen, best rank and peak heat are brought up to date, also by a reading that comes late."""
    await stored(database, Item(title="b"), Item(title="a", heat=5), minutes=10)
    await stored(database, Item(title="a", heat=50), minutes=20)
    await stored(database, Item(title="b"), Item(title="c"), Item(title="a", heat=1), minutes=0)
    row = await database.rows("SELECT first_seen_at, last_seen_at, best_rank, peak_heat, times_seen FROM hot_entries WHERE title = 'a'")
    assert row == [(NOON, NOON + timedelta(minutes=20), 1, 50, 3)]


async def test_the_same_title_on_two_platforms_is_two_entries(database: Database) -> None:
    """Platforms don't share entries."""
    await stored(database, Item(title="a"), platform="weibo")
    await stored(database, Item(title="a"), platform="baidu")
    assert await database.value("SELECT count(*) FROM hot_entries") == 2


# Addresses


@pytest.mark.parametrize(
    "address", ["https://example.com/s?q=%23{title}%23", "https://example.com/{id}", "https://example.com/{id}?n={title}"]
)
async def test_a_derived_address_is_not_stored(database: Database, address: str) -> None:
    """An address that follows from the template is left out and derived again; another one is kept as it is."""
    titles = [title for title in ODD_TITLES if title]
    derived = [address.replace("{title}", quote(title, safe="")).replace("{id}", str(number)) for number, title in enumerate(titles)]
    rows = [Item(title=title, id=str(number), url=derived[number]) for number, title in enumerate(titles)]
    await stored(database, *rows, Item(title="other", id="o", url="https://other.example.com/"), link=address)
    assert await items(database, "url") == [*derived, "https://other.example.com/"]
    assert await database.value("SELECT count(url) FROM hot_entries") == 1
    top = await database.call("list_top", platform="weibo")
    assert [row["url"] for row in top["items"]] == [*derived, "https://other.example.com/"]


async def test_links_are_encoded_as_the_standard_library_does(database: Database) -> None:
    """Percent-encoding equals `urllib.parse.quote` for characters of every kind."""
    chance = random.Random(7)
    planes = [
        range(1, 0x250),
        range(0x2000, 0x2100),
        range(0x4E00, 0x4F00),
        range(0xFE00, 0xFFFE),
        range(0x1F300, 0x1F700),
        range(0x20000, 0x20100),
    ]
    titles = ["".join(chr(chance.choice(chance.choice(planes))) for _ in range(60)) for _ in range(200)] + ODD_TITLES
    rows = await database.rows(
        "SELECT title, hot_link('{title}', NULL, title) FROM unnest(%(titles)s::TEXT[]) AS title", {"titles": titles}
    )
    assert [link for _, link in rows] == [quote(title, safe="") for title in titles]


async def test_no_address_is_made_up(database: Database) -> None:
    """Without a template, or without the id that it needs, the address is unknown."""
    links = await database.rows("SELECT hot_link(NULL, 'i', 't'), hot_link('https://e/{id}', NULL, 't'), hot_link('https://e/', 'i', 't')")
    assert links == [(None, None, None)]


async def test_a_known_platform_keeps_its_facts(database: Database) -> None:
    """Titles and templates are entered once, changed when they change, and not touched by a batch that brings none."""
    facts = [{"name": "weibo", "title": "微博热搜", "link": "https://e/{id}"}]
    assert await database.call("platform_register", platforms=facts) == {"changed": 1}
    assert await database.call("platform_register", platforms=facts) == {"changed": 0}
    await collected(database, "weibo", "a")
    known = (await database.call("platform_list"))[0]
    assert (known["name"], known["title"], known["link"], known["last_reading"]["items"]) == ("weibo", "微博热搜", "https://e/{id}", 1)
    assert known["last_good_at"] == NOON.isoformat()


# What people ask


async def test_the_latest_list(database: Database, ledger: Ledger) -> None:
    """The list of the last good reading comes by rank, bounded as asked; a failure since does not hide it."""
    await collected(database, "weibo", "old")
    await collected(database, "weibo", "a", "b", "c", minutes=5, heats=[3, 2])
    await collected(database, "weibo", verdict="blocked", minutes=10)
    top = await ledger.top("weibo", at_most=2)
    assert top is not None
    assert [(row["rank"], row["title"], row["heat"]) for row in top["items"]] == [(1, "a", 3), (2, "b", 2)]
    assert (top["collected_at"], top["verdict"]) == ((NOON + timedelta(minutes=5)).isoformat(), "ok")
    assert top["age_seconds"] > 0


async def test_the_list_that_stood_at_a_moment(database: Database, ledger: Ledger) -> None:
    """The reading before or at that moment; before the first one there was none."""
    for minute, title in [(0, "first"), (10, "second")]:
        await collected(database, "weibo", title, minutes=minute)

    async def at(minutes: float) -> str | None:
        top = await ledger.top("weibo", at=NOON + timedelta(minutes=minutes))
        return top["items"][0]["title"] if top else None

    assert [await at(minutes) for minutes in (-1, 0, 9.9, 10, 99)] == [None, "first", "first", "second", "second"]
    assert await ledger.top("nowhere") is None


async def test_the_history_of_a_topic(database: Database, ledger: Ledger) -> None:
    """Rank and heat over time, oldest first, with the readings between in which it did not stand, and not those outside."""
    for minute, titles in enumerate([("x",), ("a", "x"), ("x",), ("x", "a"), ("x",)]):
        await collected(database, "weibo", *titles, minutes=minute, heats=[10 * minute, 5])
    topic = await ledger.topic("weibo", "a")
    assert topic is not None
    assert [(point["rank"], point["heat"]) for point in topic["points"]] == [(1, 10), (None, None), (2, 5)]
    assert (topic["best_rank"], topic["peak_heat"], topic["times_seen"], topic["titles"]) == (1, 10, 2, ["a"])
    assert await ledger.topic("weibo", "never") is None
    assert await ledger.topic("nowhere", "a") is None


async def test_an_edited_title_is_one_topic(database: Database, ledger: Ledger) -> None:
    """Titles under one id are one topic, from whichever of them one asks; another id with the same title is another topic's."""
    for minute, title in enumerate(["draft", "final", "final!"]):
        await stored(database, Item(title="x"), Item(title=title, id="7"), minutes=minute)
    for title in ("draft", "final!"):
        topic = await ledger.topic("weibo", title)
        assert topic is not None
        assert topic["titles"] == ["final!", "final", "draft"]
        assert [point["rank"] for point in topic["points"]] == [2, 2, 2]
    other = await ledger.topic("weibo", "x")
    assert other is not None
    assert other["titles"] == ["x"]


# Lists of the past


def past(hour: int, **lists: list[str]) -> dict[str, Any]:
    """One batch of the past, as `import` makes it."""
    moment = NOON + timedelta(hours=hour)
    readings = [reading(*titles, minutes=60 * hour) | {"platform": name} for name, titles in lists.items()]
    return {"batch_id": str(uuid7_of(moment, " ".join(lists))), "job_type": "data_collection", "source": "import", "readings": readings}


MADE = [past(0, weibo=["a", "b"], baidu=["c"]), past(1, weibo=["b", "d"]), past(2, weibo=["a"], baidu=["c", "e"])]


async def contents(database: Database) -> list[Any]:
    """All that does not depend on when, and in which portions, it was imported."""
    told = "job_type, status, platforms_processed, total_items, metadata #- '{summary,new_items}' #- '{platforms}', completed_at"
    return [
        await database.rows(f"SELECT id, {told} FROM batch_jobs ORDER BY id"),
        await database.rows("SELECT platform, collected_at, rank, title, heat, batch_id FROM hot_items ORDER BY 1, 2, 3"),
        await database.rows("SELECT title, first_seen_at, last_seen_at, best_rank, times_seen FROM hot_entries ORDER BY 1"),
    ]


async def test_lists_of_the_past_are_recorded_as_whole_batches(database: Database) -> None:
    """Each is ended, dated when it was collected, and looks as if it had been collected then."""
    answer = await database.call("batch_import", batches=MADE)
    assert answer == {"batches": 3, "readings": 5, "known_readings": 0, "items": 8}
    jobs = await database.rows(
        "SELECT status, total_items, platforms_processed, created_at, completed_at FROM batch_jobs ORDER BY created_at"
    )
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    assert jobs == [
        ("completed", 3, ["baidu", "weibo"], NOON - second, NOON),
        ("completed", 2, ["weibo"], NOON + hour - second, NOON + hour),
        ("completed", 3, ["baidu", "weibo"], NOON + 2 * hour - second, NOON + 2 * hour),
    ]
    assert await database.value("SELECT metadata ->> 'source' FROM batch_jobs LIMIT 1") == "import"
    history = await database.call("topic_history", platform="weibo", title="a")
    assert [point["rank"] for point in history["points"]] == [1, None, 1]


async def test_importing_again_changes_nothing(database: Database) -> None:
    """The second time every reading is known."""
    await database.call("batch_import", batches=MADE)
    before = await contents(database)
    assert await database.call("batch_import", batches=MADE) == {"batches": 0, "readings": 0, "known_readings": 5, "items": 0}
    assert await contents(database) == before


@pytest.mark.parametrize("portions", [[1, 3], [2, 1, 3], [3, 3]])
async def test_an_import_can_be_resumed(database: Database, portions: list[int]) -> None:
    """An import that broke off and began anew comes to the same as one in a piece."""
    other = [MADE[:portion] for portion in portions]
    for batches in other:
        await database.call("batch_import", batches=batches)
    resumed = await contents(database)
    for table in ("batch_jobs", "hot_readings", "hot_entries"):
        await database.rows(f"DELETE FROM {table}")
    await database.call("batch_import", batches=MADE)
    assert await contents(database) == resumed


async def test_an_import_beside_what_was_collected_live(database: Database) -> None:
    """Entries are shared: a title that was seen live was perhaps seen before."""
    await collected(database, "weibo", "a", "z", minutes=30)
    await database.call("batch_import", batches=MADE)
    row = await database.rows("SELECT first_seen_at, last_seen_at, times_seen FROM hot_entries WHERE title = 'a'")
    assert row == [(NOON, NOON + timedelta(hours=2), 3)]


async def test_importing_nothing_is_nothing(ledger: Ledger) -> None:
    """An empty portion is no error."""
    assert await ledger.import_batches([]) == {"batches": 0, "readings": 0, "known_readings": 0, "items": 0}


async def test_an_import_records_failures_of_the_past(database: Database) -> None:
    """An archive that says that a reading failed is believed."""
    failed = {"batch_id": str(uuid4()), "job_type": "data_collection", "readings": [reading(verdict="blocked") | {"platform": "weibo"}]}
    await database.call("batch_import", batches=[failed])
    assert await database.rows("SELECT status, total_items FROM batch_jobs") == [("failed", 0)]


async def test_the_database_can_be_described(database: Database) -> None:
    """Versions, size and counts."""
    await collected(database, "weibo", "a", "b")
    about = await database.call("ledger_about")
    assert (about["batches"], about["readings"], about["entries"], about["size_bytes"] > 0) == (1, 1, 2, True)
    assert datetime.fromisoformat(about["now"]).tzinfo is not None


async def test_batches_can_be_found_by_their_first_characters(database: Database) -> None:
    """Case does not matter, ten at most."""
    batch = await collected(database, "weibo", "a")
    assert await database.call("batch_find", beginning=str(batch.id)[:6].upper()) == [str(batch.id)]
    assert await database.call("batch_find", beginning="zz") == []
    assert await database.call("batch_find", beginning="%") == []


async def test_an_import_beside_what_is_here_is_whole(database: Database) -> None:
    """A batch of which some lists are in the ledger already holds the others, and is full: it does not miss what it was not to bring."""
    one = {"platform": "baidu", "verdict": "ok", "collected_at": "2024-06-01T00:10:00Z", "items": [{"title": "first"}]}
    two = one | {"platform": "weibo"}
    await database.call("batch_import", batches=[{"batch_id": str(uuid4()), "job_type": "data_collection", "readings": [one]}])
    both = {"batch_id": str(uuid4()), "job_type": "data_collection", "readings": [one, two]}
    answer = await database.call("batch_import", batches=[both])
    assert (answer["batches"], answer["readings"], answer["known_readings"]) == (1, 1, 1)
    job = await database.call("batch_get", batch_id=both["batch_id"])
    assert job["platforms_processed"] == job["metadata"]["planned"] == ["weibo"]
    assert job["metadata"]["summary"]["outcome"] == "full"
    assert "baidu_items" not in job["metadata"]

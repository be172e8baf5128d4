"""Nothing is lost when a site changes: what could not be read comes back, at its own time, once the parser is mended."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Generator
from datetime import datetime
from typing import Any

import pytest
from tests.reparse.mending import Story

from hotledger.collect.reparsing import Fate
from hotledger.errors import BodyBlocked, BodyBroken
from hotledger.model import Item, Response, Verdict
from hotledger.simulator import Fault
from hotledger.simulator.faults import Kind


async def broken_story(story: Story) -> tuple[list[datetime], list[datetime]]:
    """Two good collections, then twelve of a changed site: the moments of both."""
    good = await story.collect(story.old, 2)
    await story.break_site()
    lost = await story.collect(story.old, 12)
    return good, lost


async def verdicts(story: Story) -> Counter[str]:
    statement = "SELECT verdict FROM hot_readings JOIN hot_platforms ON id = platform_id WHERE name = %(platform)s"
    return Counter(verdict for (verdict,) in await story.database.rows(statement, {"platform": story.platform}))


async def incidents(story: Story) -> list[tuple[Any, ...]]:
    statement = (
        "SELECT kind, bad_readings, readings_lost FROM hot_incidents JOIN hot_platforms AS p ON p.id = platform_id"
        " WHERE name = %(platform)s AND kind = 'broken'"
    )
    return await story.database.rows(statement, {"platform": story.platform})


async def sound(story: Story) -> None:
    assert (await story.database.value("SELECT ledger_verify()"))["discrepancies"] == []


@pytest.mark.parametrize("story", ["weibo", "github", "toutiao"], indirect=True)
async def test_twelve_readings_come_back_at_their_own_times(story: Story) -> None:
    """Titles, heats, ranks, first and last sights are those of a collection that had never failed; and twice changes nothing."""
    good, lost = await broken_story(story)
    assert (await verdicts(story))["broken"] == 12
    assert await incidents(story) == [("broken", 12, 12)]
    assert await story.lists() == {at: story.truth[at] for at in good}
    later = await story.collect(story.mended, 2)

    done, steps = await story.reparse()
    assert done.fates == {Fate.RECOVERED: 12}
    assert done.items == sum(len(story.truth[at]) for at in lost)
    assert [step.held.collected_at for step in steps] == lost
    assert await story.lists() == story.truth
    assert await story.entries() == story.expected_entries([*good, *lost, *later])
    assert (await verdicts(story))["broken"] == 0
    assert await incidents(story) == []
    await sound(story)

    assert (await story.reparse(everything=True))[0].fates == {Fate.UNCHANGED: 16}
    noted = await story.everything()
    assert (await story.reparse(everything=True))[0] == ({Fate.UNCHANGED: 16}, 0)
    assert await story.everything() == noted
    assert (await story.reparse())[0].fates == {}


async def test_the_batches_follow(story: Story) -> None:
    """Each batch counts the items that came back, says what was repaired, and keeps its status and what it said of the run."""
    _, lost = await broken_story(story)
    before = [await story.ledger.job(story.batches[at]) for at in lost]
    await story.reparse()
    for at, old in zip(lost, before, strict=True):
        new = await story.ledger.job(story.batches[at])
        assert old is not None
        assert new is not None
        came_back = len(story.truth[at])
        assert [new[name] for name in ("status", "started_at", "completed_at", "platforms_processed")] == [
            old[name] for name in ("status", "started_at", "completed_at", "platforms_processed")
        ]
        assert new["total_items"] == old["total_items"] + came_back
        assert new["metadata"][f"{story.platform}_items"] == came_back
        said, says = old["metadata"]["summary"], new["metadata"]["summary"]
        assert (says["outcome"], says["explanation"]) == (said["outcome"], said["explanation"])
        assert (said["succeeded"], says["succeeded"], says["failed"]) == (1, 2, 0)
        assert says["items"] == new["total_items"]
        assert says["repaired"][story.platform]["verdict_before"] == "broken"
        platform = new["metadata"]["platforms"][story.platform]
        assert (platform["parser_version"], platform["items"]) == ("mended", came_back)


async def test_nothing_changes_in_a_dry_run(story: Story) -> None:
    """It says what would come of it."""
    _, lost = await broken_story(story)
    before = await story.everything()
    done, _ = await story.reparse(dry_run=True)
    assert (done.fates, done.items) == ({Fate.RECOVERED: 12}, sum(len(story.truth[at]) for at in lost))
    assert await story.everything() == before


async def test_a_parser_that_is_not_mended_reads_no_more_than_before(story: Story) -> None:
    """All are still failing, and the ledger is as it was; a second parser that fails too is noted beside the readings alone."""
    await broken_story(story)
    before = await story.everything()
    assert (await story.reparse(by=story.old))[0] == ({Fate.FAILING: 12}, 0)
    assert await story.everything() == before
    assert (await story.reparse(by=story.old._replace(version="another")))[0].fates == {Fate.FAILING: 12}
    noted = "SELECT count(*) FROM hot_readings WHERE details #>> '{readings,-1,parser_version}' = 'another'"
    assert await story.database.value(noted) == 12
    assert (await verdicts(story))["broken"] == 12


async def test_a_parser_that_forgot_the_old_shape_loses_nothing(story: Story) -> None:
    """One that reads only the new shape recovers what was lost, and is refused what an earlier one could read."""

    def parse(response: Response) -> list[Item]:
        if b'"new_' not in response.content and b"data-class=" not in response.content:
            raise BodyBroken("this shape is forgotten")
        return story.mended.parse(response)

    good, lost = await broken_story(story)
    done, _ = await story.reparse(everything=True, by=story.mended._replace(parse=parse, version="forgetful"))
    assert done.fates == {Fate.REFUSED: len(good), Fate.RECOVERED: len(lost)}
    assert await story.lists() == story.truth
    await sound(story)


async def test_bodies_that_are_not_here_are_counted(story: Story) -> None:
    """Another machine collected them, or their time is over: the others come back, and those can still come back later."""
    await broken_story(story)
    readings = [each async for each in story.ledger.with_bodies(story.platform, only_failed=True)]
    away = {body.body_hash for each in readings[::2][:5] for body in each.bodies}
    contents = {each.path: each.path.read_bytes() for each in story.bodies.kept() if each.body_hash in away}
    for path in contents:
        path.unlink()
    done, steps = await story.reparse()
    assert done.fates == {Fate.RECOVERED: 7, Fate.MISSING: 5}
    assert done.read_again == 7
    assert {body.body_hash for step in steps if step.fate is Fate.MISSING for body in step.held.bodies} == away
    for path, content in contents.items():
        path.write_bytes(content)
    assert (await story.reparse())[0].fates == {Fate.RECOVERED: 5}
    assert await story.lists() == story.truth


async def test_the_list_of_a_second_way_comes_back(story: Story) -> None:
    """The first way is blocked, the second one has changed: what the second one said is read, and nothing is made of the first."""
    story.simulator.faults.set(story.platform, Fault(Kind.CHANGED))
    second = story.old.plans[0]

    def away() -> Generator[Any, Any, Response]:
        yield from ()
        raise BodyBlocked("a challenge")

    lost = await story.collect(story.old._replace(plans=(away, second)), 3)
    assert await verdicts(story) == {"blocked": 3}
    assert (await story.reparse(by=story.old))[0].fates == {Fate.FAILING: 3}
    assert await verdicts(story) == {"blocked": 3}
    assert (await story.reparse())[0].fates == {Fate.RECOVERED: 3}
    assert await story.lists() == {at: story.truth[at] for at in lost}


async def test_readings_outlive_their_batches(story: Story) -> None:
    """Batches that were deleted do not come back, but their readings do."""
    good, lost = await broken_story(story)
    await story.database.rows("DELETE FROM batch_jobs")
    assert (await story.reparse())[0].fates == {Fate.RECOVERED: 12}
    assert await story.database.value("SELECT count(*) FROM batch_jobs") == 0
    assert await story.entries() == story.expected_entries([*good, *lost])
    await sound(story)


async def test_a_collection_goes_on_meanwhile(story: Story) -> None:
    """Two that read again, one that collects and one that deletes old batches: in the end everything is there, once."""
    good, lost = await broken_story(story)

    async def purge() -> None:
        for at in lost[::3]:
            await story.database.rows("DELETE FROM batch_jobs WHERE id = %(id)s", {"id": story.batches[at]})

    first, second, later, _ = await asyncio.gather(story.reparse(), story.reparse(), story.collect(story.mended, 4), purge())
    assert first[0].fates[Fate.RECOVERED] + second[0].fates[Fate.RECOVERED] == 12
    assert first[0].fates.total() == second[0].fates.total() == 12
    assert await story.lists() == story.truth
    assert await story.entries() == story.expected_entries([*good, *lost, *later])
    assert (await verdicts(story))[Verdict.BROKEN] == 0
    await sound(story)


async def test_who_is_stopped_in_the_middle_goes_on_from_there(story: Story) -> None:
    """Cancelled after any reading, what was repaired is kept, and the rest follows."""
    good, lost = await broken_story(story)
    for number in (1, 2, 3, 4):
        enough = asyncio.Event()
        done = 0

        def ended(step: Any, number: int = number, enough: asyncio.Event = enough) -> None:
            nonlocal done
            done += 1
            if done == number:
                enough.set()

        running = asyncio.create_task(story.reparse(told=ended))
        await enough.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert running.cancelled()
        await sound(story)
    await story.reparse()
    assert await story.entries() == story.expected_entries([*good, *lost])
    assert await story.lists() == story.truth

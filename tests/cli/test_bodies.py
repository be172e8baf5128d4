"""`hotledger bodies` and `hotledger reparse`: what was kept is shown and given out, and read again, whenever the command is stopped."""

from __future__ import annotations

import asyncio
import hashlib
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cli.commands import Commands
from tests.database import Database
from tests.made import opened, reading
from tests.simulator.reading import run as planned

from hotledger.fetch.via import ViaTransport
from hotledger.model import Response
from hotledger.platforms import reader
from hotledger.simulator import Simulator
from hotledger.store.bodies import BodyStore

NOW = datetime.now(UTC)


class Past:
    """Readings of Weibo that an older parser could not read, an hour apart, with their bodies in the home of the commands."""

    def __init__(self, database: Database, simulator: Simulator, home: Path) -> None:
        self.database = database
        self.simulator = simulator
        self.store = BodyStore(home / "bodies", days=7)
        self.truth: list[list[tuple[str, int]]] = []
        self.hashes: list[str] = []

    async def fail(self, times: int) -> None:
        """Record so many readings as broken."""
        transport = ViaTransport(self.simulator.url, httpx2.AsyncHTTPTransport())
        async with httpx2.AsyncClient(transport=transport, timeout=20) as client:
            for hours in range(times, 0, -1):
                self.simulator.advance(3600)
                got = await planned(client, reader("weibo").plans[0])
                await self.record(got, NOW - timedelta(hours=hours))

    async def record(self, got: Response, at: datetime, verdict: str = "broken") -> None:
        self.truth.append(self.simulator.listing("weibo"))
        self.hashes.append(await self.store(got, failed=verdict == "broken"))
        batch = await opened(self.database, "weibo", started_at=at)
        facts = {"body_hash": self.hashes[-1], "parser_version": "old", "endpoint": "weibo.com/ajax/side/hotSearch", "http_status": 200}
        what = reading(verdict=verdict, **facts, bytes=len(got.content), error_code="body_broken", error_message="not known")
        await batch.record("weibo", what | {"collected_at": at})

    async def held(self) -> list[list[tuple[str, int]]]:
        """The lists of the ledger, oldest first."""
        rows = await self.database.rows("SELECT collected_at, title, heat::BIGINT FROM hot_items ORDER BY collected_at, rank")
        moments = sorted({at for at, *_ in rows})
        return [[(title, heat) for when, title, heat in rows if when == at] for at in moments]

    async def state(self) -> Any:
        return await self.database.rows(
            "SELECT (SELECT jsonb_agg(r ORDER BY collected_at) FROM hot_readings AS r),"
            " (SELECT jsonb_agg(j ORDER BY id) FROM batch_jobs AS j)"
        )


@pytest.fixture
def past(database: Database, simulator: Simulator, tmp_path: Path) -> Past:
    """A past in the home of the commands."""
    return Past(database, simulator, tmp_path / "home")


async def test_bodies_are_listed_and_given_out(run: Commands, past: Past) -> None:
    """Each with its platform, time, verdict and hash; the size of all and the budget beside; and one by the beginning of its hash."""
    await past.fail(3)
    shown = await run("bodies", HOTLEDGER_BODIES_MIB="64")
    assert shown.code == 0, shown.err
    assert shown.out.count("broken") == shown.out.count("weibo.com/ajax") == 3
    assert "of 64 MiB" in shown.out
    assert "3 files, 3 of them of failed readings" in shown.out
    listed = (await run("bodies", "--json")).json
    assert [each["body_hash"] for each in listed["bodies"]] == past.hashes
    assert listed["bytes"] == sum(each["file_bytes"] for each in listed["bodies"])
    assert (listed["files"], listed["failed_files"], listed["limit_bytes"]) == (3, 3, 512 * 2**20)
    body = past.store.read(past.hashes[0])
    assert body is not None
    given = await run("bodies", "get", past.hashes[0][:10], "--out", "body.json")
    assert (given.code, given.out) == (0, "")
    assert (run.folder / "body.json").read_bytes() == body.content
    assert (await run("bodies", "get", past.hashes[0])).out.encode() == body.content
    parsed = await run("parse", "weibo", "body.json", "--json")
    assert [row["title"] for row in parsed.json["items"]] == [title for title, _ in past.truth[0]]


async def test_only_what_is_asked_for_is_listed(run: Commands, past: Past) -> None:
    """Of one platform, of failed readings, since a time; and whether the body is here."""
    await past.fail(3)
    for file in past.store.kept()[:1]:
        file.path.unlink()
    good = Response(url="https://weibo.com", status=200, content=b"{}", received_at=NOW)
    await past.record(good, NOW - timedelta(minutes=1), verdict="ok")

    async def found(*options: str) -> list[tuple[str, bool]]:
        return [(each["verdict"], each["here"]) for each in (await run("bodies", *options, "--json")).json["bodies"]]

    assert sorted(await found()) == [("broken", False), ("broken", True), ("broken", True), ("ok", True)]
    assert len(await found("--failed")) == 3
    assert len(await found("--since", "90m")) == 2
    assert len(await found("--since", (NOW - timedelta(minutes=150)).isoformat())) == 3
    assert await found("--platform", "zhihu") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bodies", "get", "zz"], "“zz” is not a hash"),
        (["bodies", "get", "ab" * 33], "is not a hash"),
        (["bodies", "get", "abc"], "No body is kept here whose hash begins with abc"),
        (["bodies", "--platform", "nosuch"], "There is no platform “nosuch”"),
        (["bodies", "--since", "soon"], "“soon” is not a time: write it as 2026-11-24T08:00:00+00:00, or an age such as 12h or 3d."),
        (["reparse", "--platform", "nosuch"], "There is no platform “nosuch”"),
        (["reparse", "--platform", "weibo", "--until", "soon"], "“soon” is not a time"),
    ],
)
async def test_wrong_arguments_are_told(run_nothing: Commands, arguments: list[str], said: str) -> None:
    """In one sentence, with exit code 2, before any database is touched."""
    done = await run_nothing(*arguments)
    assert (done.code, said in done.err) == (2, True), done.err
    assert not (run_nothing.folder / "untouched" / "postgres").exists()


async def test_a_spoilt_body_is_told(run: Commands, past: Past) -> None:
    """What the disk has changed is not given out, and counts as missing."""
    await past.fail(1)
    (kept,) = past.store.kept()
    kept.path.write_bytes(b"spoilt")
    done = await run("bodies", "get", past.hashes[0])
    assert (done.code, done.out) == (2, "")
    assert "the disk has changed it" in done.err
    assert (await run("reparse", "--platform", "weibo", "--json")).json["body_missing"] == 1


async def test_readings_are_recovered(run: Commands, past: Past) -> None:
    """A dry run says what would come back and changes nothing; then it comes back; then there is nothing left to do."""
    await past.fail(4)
    next(each for each in past.store.kept() if each.body_hash == past.hashes[1]).path.unlink()
    items = sum(len(past.truth[number]) for number in (0, 2, 3))
    before = await past.state()
    dry = await run("reparse", "--platform", "weibo", "--dry-run")
    assert "3 of 4 readings were read again: 3 recovered." in dry.out
    assert f"{items:,} items would come back." in dry.out
    assert "Nothing was changed" in dry.out
    assert await past.state() == before
    done = await run("reparse", "--platform", "weibo")
    assert (done.code, done.err) == (0, "")
    assert f"{items:,} items came back." in done.out
    assert "1 bodies are not on this machine" in done.out
    assert await past.held() == [past.truth[number] for number in (0, 2, 3)]
    again = (await run("reparse", "--platform", "weibo", "--all", "--json")).json
    assert (again["read_again"], again["unchanged"], again["recovered"], again["body_missing"], again["items"]) == (3, 3, 0, 1, 0)
    assert [each["fate"] for each in again["readings"]] == ["unchanged", "body_missing", "unchanged", "unchanged"]
    assert (await run("verify")).code == 0


async def test_only_the_time_that_is_asked_for_is_read_again(run: Commands, past: Past) -> None:
    """Since and until a time."""
    await past.fail(4)
    until = (NOW - timedelta(minutes=90)).isoformat()
    done = (await run("reparse", "--platform", "weibo", "--since", "210m", "--until", until, "--json")).json
    assert (done["read_again"], done["recovered"]) == (2, 2)
    assert await past.held() == past.truth[1:3]


async def test_what_is_still_no_list_is_said(run: Commands, past: Past) -> None:
    """With its verdicts; and a list that would be lost is left as it is, unless forced."""
    await past.record(Response(url="https://weibo.com", status=200, content=b'{"odd": 1}', received_at=NOW), NOW - timedelta(hours=2))
    done = await run("reparse", "--platform", "weibo")
    assert "1 still failing" in done.out
    assert "Still failing: 1 broken." in done.out
    await past.database.rows("UPDATE hot_readings SET status = 'completed', verdict = 'ok'")
    await past.database.rows("SELECT incidents_rebuild('weibo')")
    assert "today's parser would lose a list that is there. --force" in (await run("reparse", "--platform", "weibo", "--all")).out
    assert (await run("reparse", "--platform", "weibo", "--all", "--force", "--json")).json["still_failing"] == 1


async def test_it_can_be_killed_at_any_time(run: Commands, past: Past) -> None:
    """Killed in the midst of its work, again and again, it goes on from there; in the end all is there, as if it had never been stopped."""
    await past.fail(24)
    count = "SELECT count(*) FROM hot_readings WHERE status = 'completed'"
    killed = 0
    for target in (1, 6, 12):
        process = await run.start("reparse", "--platform", "weibo")
        while process.returncode is None and await past.database.value(count) < target:
            await asyncio.sleep(0)
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        await process.communicate()
        assert (await run("verify")).code == 0
    assert killed
    assert (await run("reparse", "--platform", "weibo")).code == 0
    assert await past.held() == past.truth
    assert await past.database.value("SELECT sum(total_items) FROM batch_jobs") == sum(map(len, past.truth))


async def test_it_says_that_it_was_interrupted(run: Commands, past: Past) -> None:
    """Told to stop, it says that what was done is kept."""
    await past.fail(24)
    process = await run.start("reparse", "--platform", "weibo")
    while process.returncode is None and not await past.database.value("SELECT count(*) FROM hot_readings WHERE status = 'completed'"):
        await asyncio.sleep(0)
    process.send_signal(signal.SIGINT)
    _, said = await process.communicate()
    assert process.returncode in (0, 130)
    assert process.returncode == 0 or b"what was repaired is kept" in said


async def test_a_collection_keeps_within_the_budget(run: Commands, simulator: Simulator) -> None:
    """What it keeps can be read again, and no more is kept than the settings allow."""
    done = await run("collect", "weibo", "--via", simulator.url)
    assert done.code == 0, done.err
    (kept,) = (await run("bodies", "--json")).json["bodies"]
    assert kept["here"]
    given = await run("bodies", "get", kept["body_hash"], "--out", "body")
    assert (given.code, hashlib.sha256((run.folder / "body").read_bytes()).hexdigest()) == (0, kept["body_hash"])
    simulator.advance(3600)
    home = run.folder / "none"
    await run("collect", "weibo", "--via", simulator.url, HOTLEDGER_HOME=str(home), HOTLEDGER_BODIES_MIB="0")
    assert not (home / "bodies").exists()
    again = (await run("reparse", "--platform", "weibo", "--all", "--json")).json
    assert (again["unchanged"], again["body_missing"]) == (1, 1)

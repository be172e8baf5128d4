"""`hotledger incidents` and `hotledger health`: their tables, their JSON, and what they say where there is nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.cli.commands import Commands
from tests.database import Database
from tests.made import opened, reading

from hotledger.cli.health import graph
from hotledger.simulator import Simulator
from hotledger.simulator.faults import Fault, Kind

HOSTILE = "a page\x1b[31m to \u202efill in"


async def read(database: Database, verdicts: str, platform: str = "weibo", evidence: str = "made up") -> None:
    """One reading an hour until now: `.` is ok, `b` blocked."""
    now = datetime.now(UTC)
    for hours, letter in zip(range(len(verdicts), 0, -1), verdicts, strict=True):
        batch = await opened(database, platform)
        told = reading(*(["a"] if letter == "." else []), verdict="ok" if letter == "." else "blocked", evidence=evidence)
        await batch.record(platform, told | {"collected_at": now - timedelta(hours=hours)})


async def test_open_incidents_are_shown_and_ended_ones_when_asked_for(run: Commands, database: Database) -> None:
    """What is open, or all; of one platform, or of each; hostile evidence is made harmless; the exit code is 0."""
    assert (await run("incidents")).out == "No incident is open.\n"
    assert (await run("incidents", "--all")).out == "No incident is noted.\n"
    await read(database, ".bb..")
    await read(database, "..bbb", "baidu", HOSTILE)
    done = await run("incidents")
    (_, line) = done.out.splitlines()
    assert (done.code, line.split()[:2]) == (0, ["baidu", "blocked"])
    assert "a page\ufffd[31m to \ufffdfill in" in line
    assert "open" in line
    assert len((await run("incidents", "--all")).out.splitlines()) == 3
    assert (await run("incidents", "--platform", "weibo")).out == "No incident is open.\n"


async def test_incidents_as_json_have_what_programs_need(run: Commands, database: Database) -> None:
    """One JSON list, with the moments in ISO 8601; empty where nothing is open."""
    assert (await run("incidents", "--json")).json == []
    await read(database, ".bb..")
    (found,) = (await run("incidents", "--all", "--platform", "weibo", "--json")).json
    assert (found["platform"], found["kind"], found["readings_lost"], found["evidence"]) == ("weibo", "blocked", 2, "made up")
    assert datetime.fromisoformat(found["closed_at"]) - datetime.fromisoformat(found["opened_at"]) == timedelta(hours=2)


async def test_a_fault_of_two_collections_is_one_incident(run: Commands, simulator: Simulator) -> None:
    """The second bad reading opens an incident, for the platforms at fault alone, and the second good one closes it."""

    async def collect(times: int) -> list[tuple[str, str, bool]]:
        for _ in range(times):
            await run("collect", "baidu", "zhihu", "weibo", "--via", simulator.url)
        found = (await run("incidents", "--all", "--json")).json
        return sorted((each["platform"], each["kind"], each["closed_at"] is None) for each in found)

    assert await collect(1) == []
    simulator.faults.set("zhihu", Fault(kind=Kind.FORBIDDEN))
    simulator.faults.set("baidu", Fault(kind=Kind.EMPTY))
    assert await collect(1) == []
    assert await collect(1) == [("baidu", "empty", True), ("zhihu", "refused", True)]
    simulator.faults.clear()
    assert await collect(1) == [("baidu", "empty", True), ("zhihu", "refused", True)]
    assert await collect(1) == [("baidu", "empty", False), ("zhihu", "refused", False)]
    assert (await run("verify")).code == 0


async def test_an_unknown_platform_is_told(run: Commands) -> None:
    """A name that nobody knows is an error of its own; one of ours that was never read is none."""
    for command in ("incidents", "health"):
        done = await run(command, "--platform", "nobody")
        assert (done.code, "There is no platform “nobody”" in done.err) == (2, True)
        assert (await run(command, "--platform", "weibo")).code == 0


async def test_health_is_a_table_and_json(run: Commands, database: Database) -> None:
    """Each platform has a line with its share of good readings, its graph, what was bad and what is open now."""
    assert (await run("health")).out == "Nothing was read yet. `hotledger collect` reads.\n"
    await read(database, "..bb")
    await read(database, "....", "baidu")
    _, baidu, weibo = (await run("health", "--days", "3")).out.splitlines()
    assert baidu.split()[:3] == ["baidu", "100", "%"]
    assert weibo.split()[:3] == ["weibo", "50", "%"]
    assert weibo.split()[-3:] == ["blocked", "2", "blocked"]
    (found,) = (await run("health", "--platform", "weibo", "--days", "3", "--json")).json
    assert (found["readings"], found["success_rate"], found["errors"], len(found["by_day"])) == (4, 0.5, {"blocked": 2}, 3)


def test_a_graph_has_a_block_a_day_or_some_days() -> None:
    """All good is a full block, nothing good the lowest, no reading a dot; many days share a block."""
    days = [{"good": 24, "readings": 24}, {"good": 23, "readings": 24}, {"good": 12, "readings": 24}, {"good": 0, "readings": 3}]
    days.append({"good": 0, "readings": 0})
    assert graph(days) == "█▇▄▁·"
    assert graph(days, widest=3) == "▇▄·"
    assert len(graph(days * 200)) <= 30

"""`platforms`: what is known, what is switched off, and what answers from here."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import Commands
from tests.database import Database

from hotledger.platforms import readers
from hotledger.simulator import Fault, Simulator


async def test_what_is_switched_off_is_not_collected(run: Commands, database: Database, simulator: Simulator) -> None:
    """Off, with a reason, no collector asks the platform, and each says why; on again, it is collected."""
    off = await run("platforms", "disable", "weibo", "--reason", "asks for a login", "--json")
    assert (off.code, off.json["enabled"]) == (0, False)
    done = await run("collect", "weibo", "zhihu", "--via", simulator.url, "--json")
    assert [each["platform"] for each in done.json["platforms"]] == ["zhihu"]
    assert done.json["disabled"]["weibo"]["reason"] == "asks for a login"
    assert not [seen for seen in simulator.requests if seen.platform == "weibo"]
    alone = await run("collect", "weibo", "--via", simulator.url)
    assert (alone.code, alone.out) == (2, "")
    assert "asks for a login" in alone.err
    assert "off" in (await run("platforms", "weibo", "--status")).out
    assert (await run("platforms", "enable", "weibo")).code == 0
    assert (await run("collect", "weibo", "--via", simulator.url, "--json")).json["full"]


async def test_switching_off_needs_a_known_platform_and_a_reason(run: Commands) -> None:
    """An unknown name or an empty reason is refused in one sentence."""
    for arguments in (["nosuch", "--reason", "x"], ["weibo", "--reason", " "]):
        done = await run("platforms", "disable", *arguments)
        assert done.code == 2
        assert done.err.count("\n") == 1


async def test_a_check_asks_each_once_and_records_nothing(run_nothing: Commands, simulator: Simulator, tmp_path: Path) -> None:
    """Each platform's verdict is told, also where one has failed; no database is made, and no body is kept."""
    simulator.faults.set("zhihu", Fault("403"))
    done = await run_nothing("platforms", "check", "weibo", "zhihu", "--via", simulator.url, "--json")
    assert (done.code, {each["platform"]: each["verdict"] for each in done.json}) == (0, {"weibo": "ok", "zhihu": "refused"})
    assert not (tmp_path / "untouched").exists()


async def test_a_check_fails_where_nothing_answers(run_nothing: Commands) -> None:
    """From a network without any way to the platforms the exit code is 3, and each says why."""
    done = await run_nothing("platforms", "check", "weibo", "--via", "http://127.0.0.1:9")
    assert done.code == 3
    assert "unreachable" in done.out


async def test_a_report_has_no_secret_and_no_address(run_nothing: Commands, tmp_path: Path) -> None:
    """The Markdown names the platforms and verdicts; cookies, addresses of this network and Markdown's own signs are not in it."""
    report = tmp_path / "report.md"
    settings = {"HOTLEDGER_COOKIE__WEIBO": "SUB=secret", "HOTLEDGER_ATTEMPTS": "1"}
    await run_nothing("platforms", "check", "weibo", "zhihu", "--via", "http://127.0.0.1:9", "--report", str(report), **settings)
    text = report.read_text("utf-8")
    assert "| weibo | unreachable |" in text
    assert "0 of 2 platforms" in text
    assert not [word for word in ("127.0.0.1", "SUB=secret", str(tmp_path)) if word in text]


async def test_every_platform_is_told_with_its_evidence(run_nothing: Commands) -> None:
    """The list for programs names for each platform how well it is known, and how it behaves."""
    told = (await run_nothing("platforms", "--json")).json
    assert {row["id"] for row in told} == set(readers())
    assert all(row["known_from"].startswith(("recorded 20", "documentation")) or "recorded" in row["known_from"] for row in told)
    assert all((row["recorded_on"] is None) == (not row["known_from"].startswith("recorded")) for row in told)

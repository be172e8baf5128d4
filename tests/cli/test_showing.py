"""The commands that show: their tables, their JSON, and what other software or hostile titles put into the database."""

from __future__ import annotations

import asyncio
import os
import pty
from datetime import UTC, datetime, timedelta

from tests.cli.commands import PROGRAM, Commands
from tests.database import Database

from hotledger.model import Item, Reading, Verdict
from hotledger.simulator import Simulator

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOSTILE = "\x1b[31mred\x1b[0m [red]x[/] [link=http://a]l[/link] \u202eabc\u2028\x85 :smile:"
INERT = "\ufffd[31mred\ufffd[0m [red]x[/] [link=http://a]l[/link] \ufffdabc\ufffd\ufffd :smile:"
OTHERS = """
INSERT INTO batch_jobs (job_type, status, platforms_processed, total_items, metadata, started_at, completed_at, created_at) VALUES
  ('other', 'completed', '{a,NULL}', 5, '{"timing": [1], "summary": "x", "planned": {"a": 1}}', '2026-01-01', NULL, '2026-01-01'),
  ('other', NULL, NULL, NULL, '[1]', NULL, NULL, NULL),
  (E'o\\x1b[31mdd', 'failed', '{}', 0, '{"summary": {"outcome": 5, "explanation": 7}, "timing": {"duration_ms": "y"}}',
   NULL, NULL, '2026-01-02'),
  ('other', 'pending', NULL, 0, NULL, NULL, NULL, '2026-01-03')
"""


async def record(database: Database, *lists: list[Item] | None) -> None:
    """One batch an hour from noon, with a list of weibo in each; `None` is a batch in which it was blocked."""
    for hour, items in enumerate(lists):
        at = NOON + timedelta(hours=hour)
        reading = Reading(
            platform="weibo", verdict=Verdict.OK if items else Verdict.BLOCKED, evidence=HOSTILE, started_at=at, collected_at=at,
            duration_ms=1, items=tuple(items or ()),
        )  # fmt: skip
        async with database.ledger().batch("data_collection", ["weibo"]) as batch:
            await batch.record(reading)


async def on_a_terminal(run: Commands, width: int, *arguments: str, **settings: str) -> str:
    """What a command writes on a terminal of that width."""
    master, terminal = pty.openpty()
    environment = run.environment({"COLUMNS": str(width), "TERM": "xterm-256color"} | settings)
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, *arguments, stdin=terminal, stdout=terminal, stderr=terminal, cwd=run.folder, env=environment
    )
    os.close(terminal)
    written = b""
    try:
        while part := await asyncio.to_thread(os.read, master, 65536):
            written += part
    except OSError:
        pass  # the end of a terminal, on Linux
    finally:
        os.close(master)
    assert await process.wait() == 0
    return written.decode()


async def test_answers_for_programs_are_whole(run: Commands, simulator: Simulator) -> None:
    """Each command that shows something answers --json with one document that holds what its table shows."""
    collected = (await run("collect", "weibo", "v2ex", "--via", simulator.url, "--json")).json
    batch = collected["batch_job_id"]
    jobs, job, trend, top, verify, purge, status = await asyncio.gather(*(
        run(*arguments, "--json")
        for arguments in (
            ["jobs"], ["job", batch[:13]], ["trend"], ["top", "weibo", "-n", "3"], ["verify"], ["purge", "--older-than", "1s"],
            ["platforms", "--status"],
        )
    ))  # fmt: skip
    assert [each["id"] for each in jobs.json] == [batch]
    assert jobs.json[0]["metadata"]["summary"]["outcome"] == "full"
    assert (job.json["id"], {each["platform"] for each in job.json["readings"]}) == (batch, {"weibo", "v2ex"})
    assert job.json["lease"]["refused"] == 0
    assert (trend.json[0]["total_jobs"], trend.json[0]["successful"], trend.json[0]["failed"]) == (1, 1, 0)
    assert [item["rank"] for item in top.json["items"]] == [1, 2, 3]
    assert set(top.json["items"][0]) >= {"rank", "title", "id", "url", "heat"}
    assert verify.json["sound"] is True
    assert verify.json["checked"]["batches"] == 1
    assert purge.json["dry_run"] is True
    assert {row["id"]: row["status"]["last_reading"]["verdict"] for row in status.json if row["status"]} == {"weibo": "ok", "v2ex": "ok"}


async def test_settings_and_server_for_programs(run_embedded: Commands) -> None:
    """`config`, `db status`, `migrate` and the platforms answer --json too, without a configured database."""
    config, status, migrated, platforms = await asyncio.gather(
        run_embedded("config", "--json"), run_embedded("db", "status", "--json"), run_embedded("migrate", "--json"),
        run_embedded("platforms", "weibo", "--json"),
    )  # fmt: skip
    assert config.json["DATABASE_URL"] is None
    assert (status.json["running"], status.json["pinned"]) == (True, True)
    assert migrated.json["after"] >= 3
    assert [row["id"] for row in platforms.json] == ["weibo"]


async def test_rows_of_other_software_are_shown(run: Commands, database: Database) -> None:
    """Rows with holes and with metadata of any shape are listed, shown one by one, counted by day and purged."""
    await database.rows(OTHERS)
    listed = await run("jobs", "--type", "any")
    assert listed.code == 0
    assert "\x1b" not in listed.out
    ids = [each["id"] for each in (await run("jobs", "--type", "any", "--json")).json]
    assert len(ids) == 4
    shown = await asyncio.gather(*(run("job", each) for each in ids))
    assert [done.code for done in shown] == [0] * 4
    assert any("items unknown" in done.out for done in shown)
    assert (await run("trend", "--type", "any")).code == 0
    assert (await run("verify")).code == 0
    purged = await run("purge", "--older-than", "1d", "--keep-last", "0", "--yes", "--json")
    assert purged.json["purged"] >= 2


async def test_hostile_titles_are_inert(run: Commands, database: Database) -> None:
    """Escapes, overrides, line breaks and markup in titles and evidence reach a terminal as visible marks, and programs as they are."""
    await record(database, [Item(title=HOSTILE, heat=1)], [Item(title=HOSTILE, heat=2)], None)
    for arguments in (["top", "weibo"], ["topic", "weibo", HOSTILE], ["job", "last"]):
        done = await run(*arguments)
        assert done.code == 0
        assert "\x1b" not in done.out
        assert INERT in done.out, arguments
    on_terminal = await on_a_terminal(run, 200, "top", "weibo", NO_COLOR="1")
    assert INERT in on_terminal
    assert "\x1b[31m" not in on_terminal
    answer = await run("top", "weibo", "--json")
    assert answer.json["items"][0]["title"] == HOSTILE
    assert not {"\x1b", "\u202e", "\u2028", "\x85"} & set(answer.out)


async def test_topic_is_drawn_with_its_gap(run: Commands, database: Database) -> None:
    """The curve of a rank has its best on top, and breaks where the title did not stand on the list."""
    ups = [Item(title="up", heat=100), Item(title="other"), Item(title="third")]
    downs = [Item(title="other"), Item(title="third"), Item(title="up", heat=50)]
    away = [Item(title="other"), Item(title="third")]
    await record(database, downs, ups, away, ups, ups)
    done = await run("topic", "weibo", "up")
    lines = done.out.splitlines()
    assert lines[0] == "up on weibo"
    assert "4 times" in lines[1]
    assert "best rank 1, peak heat 100" in lines[2]
    ranks = [line.split("┤")[0].strip() for line in lines if "┤" in line]
    assert ranks == ["1", "2", "3", "100", "75", "50"]
    assert max(map(len, lines)) <= 80
    points = (await run("topic", "weibo", "up", "--json")).json["points"]
    assert [point["rank"] for point in points] == [3, 1, None, 1, 1]


async def test_narrow_terminal_drops_columns_not_meaning(run: Commands, database: Database) -> None:
    """In a narrow terminal no line is wider than it, and what an id shows is enough to ask for the batch."""
    await record(database, [Item(title="a long title of many words " * 10)], None)
    for arguments in (["jobs"], ["job"], ["top", "weibo"], ["platforms"], ["config"], ["trend"]):
        written = await on_a_terminal(run, 60, *arguments, NO_COLOR="1")
        assert max(len(line) for line in plain(written).splitlines()) <= 60, arguments
    first = plain(await on_a_terminal(run, 60, "jobs", NO_COLOR="1")).splitlines()[3].split()[0]
    assert (await run("job", first, "--json")).json["id"].startswith(first)


def plain(written: str) -> str:
    import re

    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written).replace("\r", "")


async def test_piped_rows_are_lines(run: Commands, database: Database) -> None:
    """In a pipe each row is one line without decoration, however long, and the whole id is there."""
    await record(database, [Item(title="a long title of many words " * 10)])
    jobs = (await run("jobs")).out.splitlines()
    assert len(jobs) == 2
    assert len(jobs[1].split()[0]) == 36
    assert (await run("top", "weibo")).out.count("many words") == 10
    assert not any(line.endswith(" ") for line in jobs)

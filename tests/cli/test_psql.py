"""`psql`: PostgreSQL's own shell on the configured database; the documented queries run in it unchanged."""

from __future__ import annotations

import pytest
from tests.cli.commands import Commands
from tests.database import Database

from hotledger.simulator import Simulator

RECENT = "SELECT * FROM batch_jobs WHERE job_type = 'data_collection' ORDER BY created_at DESC LIMIT 10"
COMPLETED = "SELECT * FROM batch_jobs WHERE status = 'completed' ORDER BY created_at DESC"
LARGEST = "SELECT id, total_items, platforms_processed, created_at FROM batch_jobs ORDER BY total_items DESC LIMIT 10"
PLATFORM = (
    "SELECT id, platforms_processed, metadata->>'baidu_items' as baidu_items, metadata->>'weibo_items' as weibo_items, created_at "
    "FROM batch_jobs WHERE 'baidu' = ANY(platforms_processed) ORDER BY created_at DESC"
)
TREND = (
    "SELECT DATE(created_at) as date, COUNT(*) as total_jobs, SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) as successful, "
    "SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) as failed, AVG(total_items) as avg_items "
    "FROM batch_jobs GROUP BY DATE(created_at) ORDER BY date DESC"
)
PURGE = "DELETE FROM batch_jobs WHERE created_at < NOW() - INTERVAL '30 days'"


async def test_documented_queries_run_unchanged(run: Commands, simulator: Simulator) -> None:
    """Each query that users already have gives a collected batch, as it is written."""
    assert (await run("collect", "baidu", "weibo", "--via", simulator.url)).code == 0
    answers = {}
    for query in (RECENT, COMPLETED, LARGEST, PLATFORM, TREND):
        done = await run("psql", "-X", "--csv", "-t", "-c", query)
        assert (done.code, done.err, done.out.count("\n")) == (0, "", 1), query
        answers[query] = done.out
    assert ",50,50," in answers[PLATFORM]
    assert ",100," in answers[LARGEST]
    assert ",1,1,0,100.0" in answers[TREND]
    assert "data_collection,completed" in answers[RECENT]
    assert (await run("psql", "-X", "-c", PURGE)).out == "DELETE 0\n"


@pytest.mark.parametrize(
    "options",
    [("jobs",), ("jobs", "--status", "completed"), ("jobs", "--largest"), ("jobs", "--platform", "baidu"), ("trend",), ("purge",)],
)
async def test_printed_query_can_be_run(run: Commands, database: Database, options: tuple[str, ...]) -> None:
    """What --sql prints is a query that psql takes from a file."""
    printed = await run(*options, "--sql")
    assert printed.code == 0
    file = run.folder / "query.sql"
    file.write_text(printed.out, encoding="utf-8")
    done = await run("psql", "-X", "-v", "ON_ERROR_STOP=1", "-f", str(file))
    assert (done.code, done.err) == (0, "")


async def test_embedded_server_is_opened(run_embedded: Commands) -> None:
    """With nothing configured, psql is on the embedded database, and takes psql's own arguments, -h apart from none of ours."""
    done = await run_embedded("psql", "-XAtc", "SELECT current_database(), version() LIKE 'PostgreSQL 1%'")
    assert (done.code, done.out) == (0, "hotledger|t\n")
    assert "psql is the PostgreSQL interactive terminal" in (await run_embedded("psql", "--help")).out


async def test_failure_of_a_query_is_the_exit_code(run: Commands) -> None:
    """psql's own exit code is passed on."""
    assert (await run("psql", "-Xc", "SELECT nothing_like_this")).code == 1
    assert (await run("psql", "-Xc", r"\q")).code == 0


async def test_password_is_not_an_argument(run: Commands) -> None:
    """The address reaches psql by the environment, for others can see the arguments of a process."""
    done = await run(
        "psql",
        "-Xc",
        r"\! tr '\0' ' ' </proc/$PPID/cmdline; echo; echo $PGPASSWORD $PGHOST",
        DATABASE_URL="postgresql://u:sekret@127.0.0.1:1/x",
    )
    assert done.code == 2  # it could not connect
    assert "sekret" not in done.out + done.err

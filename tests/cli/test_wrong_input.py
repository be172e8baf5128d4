"""Whatever is wrong, a command says one sentence about it on stderr, with the exit code of its family, and never a traceback."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket

import pytest
from psycopg.conninfo import make_conninfo
from tests.cli.commands import PROGRAM, Commands, Done
from tests.database import Database

LIST = '{"platform":"weibo","collected_at":"2024-06-01T00:00:00Z","items":[{"title":"a"}]}'


def sentence(done: Done) -> str:
    """What was said about the failure: one line, from us."""
    lines = [line for line in done.err.splitlines() if line.startswith("hotledger: ")]
    assert len(lines) == 1, done.err
    assert done.out == ""
    assert "unexpected" not in lines[0]
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["collect", "nosuch"], "There is no platform “nosuch”. Known are: "),
        (["collect", "--via", "nonsense"], "must look like http://127.0.0.1:9000"),
        (["platforms", "nosuch"], "There is no platform “nosuch”"),
        (["parse", "nosuch", "/dev/null"], "There is no platform “nosuch”"),
        (["parse", "weibo", "missing.json"], "missing.json can't be read (No such file or directory)"),
        (["parse", "weibo", "."], "can't be read (Is a directory)"),
        (["top", "weibo", "--at", "yesterday"], "“yesterday” is not a time: write it as 2026-"),
        (["jobs", "--status", "done"], "it is one of pending, in_progress, completed, failed"),
        (["jobs", "--type", "a'b", "--sql"], "can't be shown in a query"),
        (["jobs", "--largest", "--platform", "weibo", "--sql"], "use only one of"),
        (["purge", "--older-than", "soon"], "“soon” is not an age: write a number and s, m, h, d or w"),
        (["purge", "--older-than", "-5d"], "“-5d” is not an age"),
        (["purge", "--older-than", "99999999999d"], "at most a hundred years"),
        (["import", "missing.jsonl"], "missing.jsonl can't be read"),
        (["simulate", "--recordings", "missing"], "The recordings need a file"),
        (["simulate", "--choose", "weibo"], "write PLATFORM=FILE"),
    ],
)
async def test_wrong_argument(run_nothing: Commands, arguments: list[str], said: str) -> None:
    """A wrong argument is exit code 2 and touches no database."""
    done = await run_nothing(*arguments)
    assert (done.code, said in sentence(done)) == (2, True), done.err
    assert not (run_nothing.folder / "untouched").exists()


@pytest.mark.parametrize(
    "arguments", [["nosuch"], ["parse", "weibo"], ["jobs", "-n", "0"], ["trend", "--days", "x"], ["purge", "--keep-last", "-1"]]
)
async def test_wrong_usage(run_nothing: Commands, arguments: list[str]) -> None:
    """Typer's own refusals are exit code 2 too."""
    done = await run_nothing(*arguments)
    assert done.code == 2
    assert "Usage: hotledger" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["top", "weibo"], "There is no list of “weibo” yet. `hotledger collect weibo` brings one."),
        (["top", "nosuch"], "There is no platform “nosuch”"),
        (["topic", "weibo", "a"], "“a” never stood on a list of “weibo”"),
        (["job"], "There is no batch “last”"),
        (["job", "01%"], "There is no batch “01%”"),
    ],
)
async def test_nothing_of_that_name(run: Commands, arguments: list[str], said: str) -> None:
    """What the database does not have is told with the command that helps."""
    done = await run(*arguments)
    assert (done.code, said in sentence(done)) == (2, True), done.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"HOTLEDGER_LEASE_SECONDS": "abc"}, "HOTLEDGER_LEASE_SECONDS: input should be a valid integer"),
        ({"HOTLEDGER_ATTEMPTS": "0"}, "HOTLEDGER_ATTEMPTS: input should be greater than or equal to 1"),
        ({"HOTLEDGER_COOKIE": "not json"}, "cookie"),
        ({"HOTLEDGER_HOME": "~nobody-of-this-name/x"}, "home directory"),
        ({"HOTLEDGER_HOME": __file__}, "which is not a folder"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not an address of PostgreSQL: write postgresql://"),
        ({"DATABASE_URL": "postgresql://me:sek%ret@here/x"}, "with %25 for a % in the password"),
        ({"SUPABASE_URL": "https://x.supabase.co"}, "SUPABASE_KEY is not: set both"),
        ({"SUPABASE_KEY": "sekret"}, "SUPABASE_URL is not: set both"),
    ],
)
async def test_wrong_setting(run_nothing: Commands, settings: dict[str, str], said: str) -> None:
    """A wrong setting is exit code 2, is named, and its value is not told where it may be a secret."""
    done = await run_nothing("jobs", **settings)
    assert (done.code, said in sentence(done)) == (2, True), done.err
    assert "sek" not in done.err.replace("seconds", "")


async def test_broken_env_file(run_nothing: Commands) -> None:
    """A `.env` that is not text is told as that."""
    (run_nothing.folder / ".env").write_bytes(b"\xff\xfe\x00" * 50)
    done = await run_nothing("config")
    assert done.code == 2
    assert ".env can't be read as UTF-8" in sentence(done)


async def test_wrong_database(run: Commands, database: Database, bare_database: Database) -> None:
    """A database that is away, missing, forbidden or without our schema is exit code 4, told by its kind, without the password."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        port = taken.getsockname()[1]
        cases = {
            f"postgresql://me:sekret@127.0.0.1:{port}/x": "refused",
            "postgresql://me:sekret@no-such-host.invalid/x": "no-such-host.invalid",
            make_conninfo(database.url, dbname="no_such_database"): "no_such_database",
            make_conninfo(database.url, user="no_such_role", password="sekret"): "no_such_role",
            bare_database.url: "Run `hotledger migrate`",
        }
        ended = await asyncio.gather(*(run("jobs", DATABASE_URL=url) for url in cases))
    for done, said in zip(ended, cases.values(), strict=True):
        assert (done.code, said in sentence(done)) == (4, True), done.err
        assert "sekret" not in done.err


async def test_read_only_database(run: Commands, database: Database) -> None:
    """A database that is read-only can be looked at; what would change it at once says that it is."""
    url = make_conninfo(database.url, options="-c default_transaction_read_only=on")
    assert (await run("jobs", DATABASE_URL=url)).code == 0
    done = await run("migrate", DATABASE_URL=url)
    assert (done.code, "read-only" in sentence(done)) == (4, True), done.err


async def test_newer_database(run_bare: Commands, bare_database: Database) -> None:
    """A schema that is newer than the program is not touched, and the cure is to upgrade."""
    assert (await run_bare("migrate")).code == 0
    await bare_database.rows("INSERT INTO hot_migrations (number, name) SELECT 99, 'later'")
    done = await run_bare("migrate")
    assert (done.code, "upgrade hotledger" in sentence(done)) == (4, True)
    checked = await run_bare("doctor", "database")
    assert (checked.code, "Upgrade hotledger." in checked.out) == (3, True)


async def test_port_is_taken(run_nothing: Commands) -> None:
    """A simulator that can't have its port says so."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = await run_nothing("simulate", "--port", str(taken.getsockname()[1]))
    assert (done.code, "cannot listen" in sentence(done)) == (2, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{LIST}\n\n{{oops\n".encode(), "lists.jsonl, line 3, is not a list (JSON is malformed"),
        (LIST.replace('"title":"a"', '"heat":1').encode(), "line 1, is not a list (Object missing required field `title`"),
        (LIST.replace("Z", "").encode(), "line 1, is not a list (collected_at has no zone: write it as 2024-"),
        (LIST.replace("2024", "0001").encode(), "collected_at can't be right"),
        (LIST.replace("weibo", "").encode(), "the platform needs a name"),
        (LIST.replace("weibo", r"we\u0000ibo").encode(), "printable"),
        (LIST.replace('"a"', '" "').encode(), "item 1 has no title"),
        (LIST.replace('"title"', f'"heat":1{"0" * 400},"title"').encode(), "heat"),
        (os.urandom(5000), "is not a list"),
        (gzip.compress(LIST.encode() * 100)[:-9], "broken gzip"),
    ],
)
async def test_wrong_lists(run_nothing: Commands, content: bytes, said: str) -> None:
    """A file that is not lists of the past is refused before anything is imported, naming file and line."""
    (run_nothing.folder / "lists.jsonl").write_bytes(content)
    done = await run_nothing("import", "lists.jsonl")
    assert (done.code, said in sentence(done)) == (2, True), done.err
    assert not (run_nothing.folder / "untouched").exists()


@pytest.mark.parametrize("command", [["platforms"], ["sql"], ["--help"], ["config"]])
async def test_reader_that_leaves(run_nothing: Commands, command: list[str]) -> None:
    """Output through a pipe whose reader has gone ends quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, *command, stdout=writer, stderr=asyncio.subprocess.PIPE, cwd=run_nothing.folder, env=run_nothing.environment({})
    )
    os.close(writer)
    _, err = await process.communicate()
    assert b"Traceback" not in err
    assert b"Broken pipe" not in err

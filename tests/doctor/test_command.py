"""`hotledger doctor` as it is typed: its exit code, its two languages, its JSON, and the table behind it."""

from __future__ import annotations

import string
import tempfile
from pathlib import Path

import pytest
from tests.cli.commands import Commands
from tests.database import Database
from tests.doctor.examined import direct, trouble

from hotledger.diagnosis import preferred_language
from hotledger.diagnosis.table import Words, table

HERE = Path(__file__).parent
NOT_TO_BE_MADE = {"server_too_old"}  # we have no server older than PostgreSQL 14


@pytest.fixture
def run(bare_database: Database, tmp_path: Path) -> Commands:
    """Commands on a database without anything of ours."""
    return Commands(tmp_path, {"DATABASE_URL": bare_database.url, "HOTLEDGER_HOME": str(tmp_path / "home"), "LANG": "C", "LC_ALL": ""})


async def test_command_alone_examines(run: Commands) -> None:
    """Without a command below it, it says what, evidence and cure, exits with 3, and with 0 once the cure is done."""
    done = await run("doctor")
    assert done.code == 3
    for said in ("FAIL The tables are missing [schema_missing]", "not there: batch_jobs", "hotledger migrate"):
        assert said in done.out
    assert (await run("migrate")).code == 0
    well = await run("doctor")
    assert (well.code, well.out.splitlines()[-1]) == (0, "6 of 6 checks passed.")


async def test_command_speaks_chinese(run: Commands) -> None:
    """By `--lang zh`, and by the locale where nothing is said; what is to be run is the same."""
    for done in (await run("doctor", "--lang", "zh"), await run("doctor", "database", LANG="zh_CN.UTF-8")):
        assert (done.code, "数据表不存在 [schema_missing]" in done.out, "hotledger migrate" in done.out) == (3, True, True)
    assert "The tables are missing" in (await run("doctor", "--lang", "en", LANG="zh_CN.UTF-8")).out


async def test_command_for_programs(run: Commands) -> None:
    """JSON has a stable code, and what to run apart from the words."""
    done = await run("doctor", "--json", "--lang", "zh")
    (check,) = [check for check in done.json["checks"] if not check["good"]]
    assert (done.code, done.json["good"], check["code"], check["command"]) == (3, False, "schema_missing", "hotledger migrate")


async def test_embedded_server_that_can_not_start(run: Commands) -> None:
    """An embedded server whose place is taken is told, with where to look."""
    with tempfile.TemporaryDirectory(prefix="hotledger-doctor-") as home:
        Path(home).chmod(0o755)  # as root, the server's account has to come here: else it would make itself a place elsewhere
        (Path(home) / "postgres").write_text("in the way")
        done = await run("doctor", "--json", DATABASE_URL="", HOTLEDGER_HOME=home)
    assert (done.code, [check["code"] for check in done.json["checks"]]) == (3, ["embedded_failed"])


async def test_refusal_that_nobody_foresaw(database: Database, tmp_path: Path) -> None:
    """What has no case of its own is told in the database's words."""
    await database.rows(
        "CREATE FUNCTION public.no() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not on a Tuesday'; END $$;"
    )
    await database.rows("CREATE TRIGGER no BEFORE INSERT ON batch_jobs FOR EACH ROW EXECUTE FUNCTION public.no()")
    wrong = await trouble(direct(database.url, tmp_path))
    assert (wrong.code, "not on a Tuesday" in wrong.evidence) == ("database_refuses", True)


async def test_network_without_a_way(tmp_path: Path) -> None:
    """An address to which this machine does not connect is told with the system's reason."""

    async def resolve(host: str, port: int) -> list[str]:
        return ["255.255.255.255"]

    wrong = await trouble(direct("postgresql://me@db.abcdef.supabase.invalid/x", tmp_path), resolve=resolve)
    assert wrong.code == "no_answer"


@pytest.mark.parametrize(
    ("environment", "language"),
    [({}, "en"), ({"LANG": "zh_TW"}, "zh"), ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"), ({"LANG": "C", "LC_ALL": "zh_CN.UTF-8"}, "zh")],
)
def test_language_of_the_locale(environment: dict[str, str], language: str) -> None:
    """LC_ALL wins over LANG; what is not Chinese is told in English."""
    assert preferred_language(environment) == language


def test_both_languages_show_the_same_values() -> None:
    """No text lacks a value that the other language shows."""

    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    every: list[Words] = [*table().checks.values(), *table().evidence.values()]
    for case in table().cases.values():
        every += [case.what, case.cure, case.evidence]
    assert [words for words in every if values(words.en) != values(words.zh) or not words.zh.strip()] == []


def test_every_case_is_made_for_real() -> None:
    """Each case of the table is named by a test here that makes it."""
    tests = "".join(file.read_text("utf-8") for file in HERE.glob("test_*.py"))
    assert {code for code in table().cases if f'"{code}"' not in tests} - NOT_TO_BE_MADE == set()

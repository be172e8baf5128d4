"""Databases that are broken for real: each is told by its own code, and healthy once the printed cure is done."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.database import Database
from tests.doctor.examined import direct, found, run_command, run_sql, trouble, wrongs

from hotledger.app import database_target, spool
from hotledger.ledger.ledger import Ledger, utc_now
from hotledger.sql.rights import SERVICE

OTHER_TABLE = "CREATE TABLE public.batch_jobs (id SERIAL CONSTRAINT batch_jobs_pkey PRIMARY KEY, name TEXT)"


async def named(database: Database) -> str:
    """The name of the test's database, as an identifier."""
    return f'"{await database.value("SELECT current_database()")}"'


@asynccontextmanager
async def made_role(database: Database, *options: str) -> AsyncIterator[str]:
    """A role for one test."""
    name = f"doctor_{await database.value('SELECT pg_backend_pid()')}"
    await database.rows(f"CREATE ROLE {name} LOGIN {' '.join(options)}")
    try:
        yield name
    finally:
        await database.rows(f"DROP OWNED BY {name}")
        await database.rows(f"DROP ROLE {name}")


@asynccontextmanager
async def by_tcp(url: str, port: int = 0) -> AsyncIterator[str]:
    """The server's address by TCP, through a passage of ours, since it may listen on a Unix socket alone."""
    parts = conninfo_to_dict(url)
    host, at = str(parts.get("host", "")), int(str(parts.get("port") or 5432))
    open_streams: set[asyncio.StreamWriter] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_streams.add(writer)
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if host.startswith("/"):
            there, out = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{at}")
        else:
            there, out = await asyncio.open_connection(host, at)
        await asyncio.gather(carry(reader, out), carry(there, writer))

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    try:
        yield make_conninfo(url, host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for stream in open_streams:
            stream.close()
        await server.wait_closed()


async def test_a_healthy_database_is_found_well(database: Database, tmp_path: Path) -> None:
    """Nothing is wrong, nothing is noted, and nothing is left behind."""
    settings = direct(database.url, tmp_path)
    assert [(finding.good, finding.code) for finding in await found(settings)] == [(True, "")] * 6
    assert await database.value("SELECT count(*) FROM batch_jobs") == 0


async def test_missing_tables(bare_database: Database, tmp_path: Path) -> None:
    """A database without anything of ours is cured by `hotledger migrate`."""
    settings = direct(bare_database.url, tmp_path)
    wrong = await trouble(settings)
    assert (wrong.code, wrong.command) == ("schema_missing", "hotledger migrate")
    assert "batch_jobs" in wrong.evidence
    await run_command(wrong.command, {"DATABASE_URL": bare_database.url}, tmp_path)
    assert await wrongs(settings) == []


@pytest.mark.parametrize("missing", ["TABLE public.hot_leases", "FUNCTION public.batch_find", "VIEW public.hot_batches"])
async def test_missing_parts(database: Database, tmp_path: Path, missing: str) -> None:
    """A table, function or view that was dropped is named, and the whole script makes it again."""
    await database.rows(f"DROP {missing} CASCADE")
    settings = direct(database.url, tmp_path)
    wrong = await trouble(settings)
    assert wrong.code == "schema_incomplete"
    assert missing.partition(".")[2] in wrong.evidence
    await run_command(wrong.command, {"DATABASE_URL": database.url}, tmp_path)
    assert await wrongs(settings) == []


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"],
        ["GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}", "REVOKE EXECUTE ON FUNCTION public.batch_record FROM PUBLIC"],
        [*(f"GRANT ALL ON {table} TO {{role}}" for table in SERVICE), "ALTER TABLE public.batch_jobs ENABLE ROW LEVEL SECURITY"],
        ["REVOKE USAGE ON SCHEMA public FROM PUBLIC"],
    ],
)
async def test_lack_of_rights(database: Database, tmp_path: Path, given: list[str]) -> None:
    """What a role lacks (tables, functions, the schema, a policy) is printed as the statements that give exactly that."""
    async with made_role(database) as role:
        for statement in given:
            await database.rows(statement.format(role=role))
        settings = direct(make_conninfo(database.url, user=role), tmp_path)
        wrong = await trouble(settings)
        assert wrong.code == "not_allowed"
        assert role in wrong.evidence
        await run_sql(wrong.sql, database.url)
        assert await wrongs(settings) == []


@pytest.mark.parametrize(
    ("setting", "code"), [("statement_timeout = '1ms'", "statement_timeout"), ("default_transaction_read_only = on", "read_only")]
)
async def test_settings_of_the_database(database: Database, tmp_path: Path, setting: str, code: str) -> None:
    """A time limit that is too short, and a database that is read-only, are cured by the printed statement."""
    await database.rows(f"ALTER DATABASE {await named(database)} SET {setting}")
    settings = direct(database.url, tmp_path)
    wrong = await trouble(settings)
    assert wrong.code == code
    await run_sql(wrong.sql, database.url)
    assert await wrongs(settings) == []


async def test_older_schema(database: Database, tmp_path: Path) -> None:
    """A schema that lacks the last step is older, and `hotledger migrate` brings it up."""
    await database.rows("DELETE FROM hot_migrations WHERE number = (SELECT max(number) FROM hot_migrations)")
    settings = direct(database.url, tmp_path)
    wrong = await trouble(settings)
    assert wrong.code == "schema_older"
    await run_command(wrong.command, {"DATABASE_URL": database.url}, tmp_path)
    assert await wrongs(settings) == []


async def test_older_schema_that_lacks_a_table(database: Database, tmp_path: Path) -> None:
    """Where the missing table is one of a later step, the schema is told as older, and not as one that lost it."""
    await database.rows("DELETE FROM hot_migrations WHERE number >= 4")
    await database.rows("DROP TABLE hot_collectors CASCADE")
    settings = direct(database.url, tmp_path)
    wrong = await trouble(settings)
    assert (wrong.code, wrong.command) == ("schema_older", "hotledger migrate")
    await run_command(wrong.command, {"DATABASE_URL": database.url}, tmp_path)
    assert await wrongs(settings) == []


async def test_functions_of_another_edition(database: Database, tmp_path: Path) -> None:
    """Functions that are not those of this program are noted, and renewed by the command."""
    await database.rows("COMMENT ON TABLE hot_migrations IS 'hotledger of yesterday'")
    settings = direct(database.url, tmp_path)
    (note,) = [finding for finding in await found(settings) if finding.code]
    assert (note.code, note.good, "yesterday" in note.evidence) == ("functions_other_edition", True, True)
    await run_command(note.command, {"DATABASE_URL": database.url}, tmp_path)
    assert [finding.code for finding in await found(settings)] == [""] * 6


async def test_newer_schema(database: Database, tmp_path: Path) -> None:
    """A schema with a step that we don't know is newer, and nothing is written into it."""
    await database.rows("INSERT INTO hot_migrations (number, name) VALUES (99, 'later')")
    checked = await found(direct(database.url, tmp_path))
    assert [finding.code for finding in checked if not finding.good] == ["schema_newer"]
    assert "99" in next(finding.evidence for finding in checked if not finding.good)
    assert len(checked) == 5


async def test_table_of_other_software(bare_database: Database, tmp_path: Path) -> None:
    """A foreign `batch_jobs` with other columns is told before we touch it; renamed, it makes room for ours."""
    await bare_database.rows(OTHER_TABLE)
    settings = direct(bare_database.url, tmp_path)
    wrong = await trouble(settings)
    assert (wrong.code, "id must be uuid but is integer" in wrong.evidence) == ("foreign_table", True)
    await run_sql(wrong.sql, bare_database.url)
    await run_command(wrong.command, {"DATABASE_URL": bare_database.url}, tmp_path)
    assert await wrongs(settings) == []


async def test_rows_of_other_software(database: Database, tmp_path: Path) -> None:
    """Rows that others wrote into `batch_jobs` are noted, and nothing is wrong with them."""
    await database.rows("INSERT INTO batch_jobs (job_type, metadata) VALUES ('theirs', NULL), ('theirs', '{}')")
    notes = [finding for finding in await found(direct(database.url, tmp_path)) if finding.code]
    assert [(note.code, note.good, note.evidence) for note in notes] == [("other_software", True, "2 of 2 batches")]


@pytest.mark.parametrize(("minutes", "direction"), [(5, "ahead"), (-5, "behind")])
async def test_clock_skew(database: Database, tmp_path: Path, minutes: int, direction: str) -> None:
    """A clock that is five minutes off is told with its direction."""
    wrong = await trouble(direct(database.url, tmp_path), now=lambda: utc_now() + timedelta(minutes=minutes))
    assert (wrong.code, direction in wrong.evidence) == ("clock_skew", True)


async def test_size_limit(database: Database, tmp_path: Path) -> None:
    """A database over the limit is told; a higher limit cures it, and says when that is reached at the present rate."""
    wrong = await trouble(direct(database.url, tmp_path, size_limit_mb=1))
    assert (wrong.code, "the limit is reached" in wrong.evidence) == ("size_limit", True)
    for days in (10, 0):
        batch = {"batch_id": f"00000000-0000-7000-8000-0000000000{days:02}", "job_type": "data_collection", "readings": []}
        at = (utc_now() - timedelta(days=days)).isoformat()
        batch["readings"] = [{"platform": "weibo", "verdict": "ok", "collected_at": at, "items": [{"title": "a", "rank": 1}]}]
        await database.call("batch_import", batches=[batch])
    size = await database.value("SELECT pg_database_size(current_database())")
    twice = 2 * size // 1_000_000 + 1
    (room,) = [each for each in await found(direct(database.url, tmp_path, size_limit_mb=twice)) if "MB" in each.evidence]
    assert room.good
    days = round((twice * 1_000_000 - size) / (size / 10))
    assert any(f"in {near} days" in room.evidence for near in (days - 1, days, days + 1)), room.evidence


async def test_no_such_database(database: Database, tmp_path: Path) -> None:
    """A database that does not exist is made by the printed statement, and then lacks its tables."""
    name = f"{await database.value('SELECT current_database()')}_more"
    url = make_conninfo(database.url, dbname=name)
    wrong = await trouble(direct(url, tmp_path))
    assert (wrong.code, name in wrong.evidence) == ("database_missing", True)
    await run_sql(wrong.sql, database.url)
    try:
        assert await wrongs(direct(url, tmp_path)) == ["schema_missing"]
    finally:
        await database.rows(f'DROP DATABASE "{name}" WITH (FORCE)')


async def test_too_many_connections(database: Database, tmp_path: Path) -> None:
    """A role without a connection to spare is told, and let in by the printed statement."""
    async with made_role(database, "SUPERUSER", "CONNECTION LIMIT 0") as role:
        # A superuser is never counted, and so it becomes one only for the time after.
        await database.rows(f"ALTER ROLE {role} NOSUPERUSER")
        settings = direct(make_conninfo(database.url, user=role), tmp_path)
        wrong = await trouble(settings)
        assert wrong.code == "too_many_connections"
        await run_sql(wrong.sql, database.url)
        await database.rows(f"ALTER ROLE {role} SUPERUSER")
        assert await wrongs(settings) == []


async def test_unknown_role(database: Database, tmp_path: Path) -> None:
    """A role that the server does not know is not let in."""
    wrong = await trouble(direct(make_conninfo(database.url, user="doctor_nobody"), tmp_path))
    assert (wrong.code, "doctor_nobody" in wrong.evidence) == ("login_refused", True)


@asynccontextmanager
async def asking_for_passwords(database: Database, role: str) -> AsyncIterator[None]:
    """The server asks this role for its password, which is `right one`."""
    file = Path(await database.value("SHOW hba_file"))
    if not file.is_file():
        pytest.skip("not on this machine: the pg_hba.conf of the test server")
    before = file.read_text()
    file.write_text(f"local all {role} scram-sha-256\nhost all {role} all scram-sha-256\n{before}")
    try:
        await database.rows("SELECT pg_reload_conf()")
        async with asyncio.timeout(10):
            while True:
                try:
                    await (await psycopg.AsyncConnection.connect(make_conninfo(database.url, user=role))).close()
                except psycopg.OperationalError:
                    break
        yield
    finally:
        file.write_text(before)
        await database.rows("SELECT pg_reload_conf()")


async def test_passwords(database: Database, tmp_path: Path) -> None:
    """A wrong password and a missing one are told apart, over TCP too, without a word of the password; the right one is the cure."""
    async with made_role(database, "SUPERUSER PASSWORD 'right one'") as role, asking_for_passwords(database, role):
        for password, code in (("wrong one", "password_wrong"), (None, "password_needed")):
            async with by_tcp(database.url) as url:
                for address in (url, database.url):
                    wrong = await trouble(direct(make_conninfo(address, user=role, password=password), tmp_path))
                    assert wrong.code == code
                    assert "wrong one" not in str(wrong)
        assert await wrongs(direct(make_conninfo(database.url, user=role, password="right one"), tmp_path)) == []


async def test_tls_that_is_missing(database: Database, tmp_path: Path) -> None:
    """An address that asks for TLS of a server that has none is told; without the demand it works."""
    async with by_tcp(database.url) as url:
        wrong = await trouble(direct(make_conninfo(url, sslmode="require"), tmp_path))
        assert (wrong.code, "sslmode=prefer" in wrong.cure) == ("tls_missing", True)
        assert await wrongs(direct(make_conninfo(url, sslmode="prefer"), tmp_path)) == []


async def test_transaction_pooler(database: Database, tmp_path: Path) -> None:
    """Port 6543 is noted as a transaction pooler, through which all works nevertheless."""
    try:
        async with by_tcp(database.url, 6543) as url:
            notes = [finding for finding in await found(direct(url, tmp_path)) if finding.code]
    except OSError:
        pytest.skip("not on this machine: port 6543 is taken")
    assert [(note.code, note.good) for note in notes] == [("transaction_pooler", True)]


@pytest.mark.parametrize("host", ["127.0.0.1", "/nonexistent"])
async def test_nothing_listens(tmp_path: Path, host: str) -> None:
    """A port or a socket at which nothing listens is told as that."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    wrong = await trouble(direct(make_conninfo(host=host, port=port, user="me", dbname="x"), tmp_path))
    assert (wrong.code, host in wrong.evidence) == ("connection_refused", True)


async def test_name_that_does_not_resolve(tmp_path: Path) -> None:
    """A name without an address is told, with the pause of a project as one reason."""
    wrong = await trouble(direct("postgresql://me:secret@db.abcdef.supabase.invalid/x", tmp_path))
    assert (wrong.code, "paused" in wrong.cure) == ("name_unresolved", True)
    assert "secret" not in str(wrong)


async def test_ipv6_only_host(tmp_path: Path) -> None:
    """A name whose only address is an IPv6 one to which there is no way is cured by the session pooler."""

    async def resolve(host: str, port: int) -> list[str]:
        return ["fe80::1"]  # an address of a link, of which it does not say which: no machine has a way to it

    wrong = await trouble(direct("postgresql://me@db.abcdef.supabase.invalid/x", tmp_path), resolve=resolve)
    assert (wrong.code, "Session pooler" in wrong.cure) == ("ipv6_only", True)


async def test_waiting_spool(database: Database, tmp_path: Path) -> None:
    """What waits in the spool for this database is noted, and gone once it is drained; what was set aside is wrong."""
    settings = direct(database.url, tmp_path / "home")
    opening = {"batch_id": "0193-none", "platform": "weibo"}
    kept = spool(settings)
    await kept.append(database_target(settings), "00000000-0000-7000-8000-000000000001", "batch_nothing", opening, None)
    notes = [finding for finding in await found(settings) if finding.code]
    assert [(note.code, note.good) for note in notes] == [("spool_waiting", True)]
    (call,) = await kept.waiting(database_target(settings))
    await kept.set_aside(call.number, "refused by the test")
    wrong = await trouble(settings)
    assert (wrong.code, "refused by the test" in wrong.evidence) == ("spool_set_aside", True)
    await kept.remove([call.number])
    kept.close()
    assert await wrongs(settings) == []


async def test_wrong_setting(tmp_path: Path) -> None:
    """An address that is none is told as a wrong setting, without what may be a password."""
    wrong = await trouble(direct("postgresql://me:sec%ret@host/x", tmp_path))
    assert (wrong.code, "sec%ret" in str(wrong)) == ("settings_wrong", False)


async def test_diagnosis_is_the_same_in_chinese(bare_database: Database, tmp_path: Path) -> None:
    """The other language has the same code, evidence of the same values, and the same thing to run."""
    settings = direct(bare_database.url, tmp_path)
    english, chinese = await trouble(settings), await trouble(settings, language="zh")
    assert (english.code, english.command, english.sql) == (chinese.code, chinese.command, chinese.sql)
    assert chinese.what == "数据表不存在"
    assert "batch_jobs" in chinese.evidence


async def test_examining_leaves_batches_alone(database: Database, ledger: Ledger, tmp_path: Path) -> None:
    """A batch that runs meanwhile is not touched."""
    async with ledger.batch("data_collection", ["weibo"]) as batch:
        assert await wrongs(direct(database.url, tmp_path)) == []
        async with batch.unit("weibo") as unit:
            unit.items = 3
    assert await database.rows("SELECT status, total_items FROM batch_jobs") == [("completed", 3)]

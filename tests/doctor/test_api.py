"""Projects that are broken for real, over the real PostgREST: each is told by its own code, and healthy once the printed cure is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from tests.doctor.examined import api, found, run_command, trouble, wrongs
from tests.supabase.test_store import answering

from hotledger import sql
from hotledger.config import Settings
from hotledger.diagnosis import Finding
from hotledger.store.collector import hash_of, new_token
from hotledger.store.supabase import SupabaseStore
from hotledger.supabase_local import LocalSupabase
from hotledger.supabase_local.keys import made_keys

PATIENCE_SECONDS = 20
FREEZING = """
CREATE FUNCTION public.test_freeze() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN PERFORM set_config('transaction_read_only', 'on', TRUE); RETURN NULL; END $$;
CREATE TRIGGER test_freeze BEFORE INSERT ON public.batch_jobs FOR EACH STATEMENT EXECUTE FUNCTION public.test_freeze();
"""


@pytest.fixture
async def broken(emptied: LocalSupabase) -> AsyncIterator[LocalSupabase]:
    """A project to break; it is made whole again however the test ends."""
    yield emptied
    await emptied.run_as_owner(
        "SET statement_timeout = 0; ALTER ROLE service_role RESET statement_timeout; DROP FUNCTION IF EXISTS public.test_freeze CASCADE;"
        f"{sql.script()}; NOTIFY pgrst, 'reload config';"
    )
    store = SupabaseStore(emptied.url, emptied.keys.secret)
    await until(lambda: _well(store), "the project is whole again")
    await store.close()


async def _well(store: SupabaseStore) -> bool:
    try:
        await store.call("ledger_verify", {})
        await store.call("ledger_about", {})
        await store.see("hot_collectors")
    except Exception:
        return False
    return True


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """PostgREST reads schema and settings anew a moment after it was told to: come back when it has."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await holds():
                pass
    except TimeoutError:
        raise AssertionError(f"not so within {PATIENCE_SECONDS} s: {what}") from None


async def told(settings: Settings, code: str) -> Finding:
    """The finding with this code, as soon as PostgREST has seen the change."""
    seen: list[Finding] = []

    async def holds() -> bool:
        seen[:] = [finding for finding in await found(settings) if not finding.good]
        return [finding.code for finding in seen] == [code]

    await until(holds, f"{code}; there is {seen}")
    return seen[0]


async def cure(finding: Finding, project: LocalSupabase, folder: Path) -> None:
    """Do what a cure says, in the project's SQL editor: paste its SQL, or what its command prints."""
    if finding.sql:
        await project.run_as_owner(finding.sql)
    if finding.command:
        await project.run_as_owner(await run_command(finding.command, {}, folder))


@pytest.mark.parametrize("key", ["secret", "service_role"])
async def test_a_healthy_project_is_found_well(emptied: LocalSupabase, tmp_path: Path, key: str) -> None:
    """Nothing is wrong and nothing noted, and the size is seen against the 500 MB of the free plan."""
    checked = await found(api(emptied.url, getattr(emptied.keys, key), tmp_path))
    assert [(finding.good, finding.code) for finding in checked] == [(True, "")] * 6
    assert any("of 500 MB" in finding.evidence for finding in checked)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("DROP TABLE public.hot_collectors CASCADE", "schema_missing_api"),
        ("DROP TABLE public.hot_collectors CASCADE; NOTIFY pgrst, 'reload schema'", "schema_missing_api"),
        ("DROP FUNCTION public.batch_write", "function_missing_api"),
        ("REVOKE ALL ON public.batch_jobs FROM service_role", "not_allowed_api"),
        ("REVOKE EXECUTE ON FUNCTION public.batch_open FROM service_role", "not_allowed_api"),
        ("REVOKE INSERT ON public.hot_readings FROM service_role", "not_allowed_api"),
        ("DELETE FROM public.hot_migrations WHERE number = (SELECT max(number) FROM public.hot_migrations)", "schema_older_api"),
        ("ALTER ROLE service_role SET statement_timeout = '1ms'; NOTIFY pgrst, 'reload config'", "statement_timeout_api"),
    ],
)
async def test_projects_that_are_broken(broken: LocalSupabase, tmp_path: Path, change: str, code: str) -> None:
    """Each change is told by its code, and the printed cure makes the project healthy."""
    await broken.run_as_owner(change)
    settings = api(broken.url, broken.keys.secret, tmp_path)
    await cure(await told(settings, code), broken, tmp_path)
    await until(lambda: _healthy(settings), "healthy after the cure")


async def test_a_missing_function(broken: LocalSupabase, tmp_path: Path) -> None:
    """It is told by what the API says, whether that has read the schema since or not; the script of the schema cures it."""
    await broken.run_as_owner("DROP FUNCTION public.ledger_about")
    settings = api(broken.url, broken.keys.secret, tmp_path)

    async def holds() -> bool:
        return await wrongs(settings) in (["function_missing_api"], ["schema_cache_stale"])

    await until(holds, "told as missing")
    await broken.run_as_owner(sql.script())
    await until(lambda: _healthy(settings), "healthy after the cure")


async def test_a_read_only_project(broken: LocalSupabase, tmp_path: Path) -> None:
    """A write that PostgreSQL refuses in a read-only transaction is told."""
    # PostgREST begins each transaction as one that writes, whatever the default is; so this one becomes read-only in its midst.
    await broken.run_as_owner(FREEZING)
    wrong = await told(api(broken.url, broken.keys.secret, tmp_path), "read_only_api")
    await broken.run_as_owner(wrong.sql)


async def _healthy(settings: Settings) -> bool:
    return await wrongs(settings) == []


async def test_functions_of_another_edition(broken: LocalSupabase, tmp_path: Path) -> None:
    """Functions that are not those of this program are noted, and renewed by what the printed command prints."""
    await broken.run_as_owner("COMMENT ON TABLE public.hot_migrations IS 'hotledger of yesterday'")
    settings = api(broken.url, broken.keys.secret, tmp_path)
    (note,) = [finding for finding in await found(settings) if finding.code]
    assert (note.code, note.good) == ("functions_other_edition_api", True)
    await cure(note, broken, tmp_path)
    assert [finding.code for finding in await found(settings)] == [""] * 6


async def test_a_stale_schema_cache(broken: LocalSupabase, tmp_path: Path) -> None:
    """A function that is there, but of which the API was not told, is cured by telling it."""
    settings = api(broken.url, broken.keys.secret, tmp_path)
    await broken.run_as_owner("DROP FUNCTION public.ledger_about; NOTIFY pgrst, 'reload schema'")
    await told(settings, "schema_cache_stale")
    await broken.run_as_owner(files("hotledger.sql").joinpath("functions/ledger_about.sql").read_text("utf-8"))
    await broken.run_as_owner("GRANT EXECUTE ON FUNCTION public.ledger_about TO service_role")
    stale = await trouble(settings)
    assert (stale.code, stale.sql) == ("schema_cache_stale", "NOTIFY pgrst, 'reload schema';")
    await cure(stale, broken, tmp_path)
    await until(lambda: _healthy(settings), "healthy after the cure")


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (lambda keys: keys.publishable, "public_key"),
        (lambda keys: keys.anon, "public_key"),
        (lambda keys: keys.token("service_role", seconds=-60), "key_expired"),
        (lambda keys: made_keys().secret, "key_refused"),
        (lambda keys: made_keys().service_role, "key_refused"),
        (lambda keys: keys.service_role[:-4], "key_refused"),
        (lambda keys: "not.a.key", "key_refused"),
    ],
)
async def test_keys_that_do_not_open(emptied: LocalSupabase, tmp_path: Path, key: Callable[..., str], code: str) -> None:
    """The wrong kind, an expired one, and one that is none of the project's are told apart, and never shown; the right one cures."""
    given = key(emptied.keys)
    wrong = await trouble(api(emptied.url, given, tmp_path))
    assert (wrong.code, "SUPABASE_KEY" in wrong.cure) == (code, True)
    assert given not in str(wrong)
    assert await wrongs(api(emptied.url, emptied.keys.secret, tmp_path)) == []


async def test_tokens_of_collectors(emptied: LocalSupabase, tmp_path: Path) -> None:
    """With a public key, an unknown token is refused, and the one that the printed command makes is found well."""
    wrong = await trouble(api(emptied.url, emptied.keys.publishable, tmp_path, collector_token=new_token()))
    assert wrong.code == "token_refused"
    token = new_token()
    owner = SupabaseStore(emptied.url, emptied.keys.secret)
    await owner.call("collector_add", {"name": "laptop", "token_hash": hash_of(token)})
    await owner.close()
    checked = await found(api(emptied.url, emptied.keys.publishable, tmp_path, collector_token=token))
    assert [(finding.good, finding.code) for finding in checked] == [(True, "")]


@asynccontextmanager
async def gateway(status: int, content: bytes) -> AsyncIterator[str]:
    """Something that answers in the place of a project."""
    server = await asyncio.start_server(answering(status, content), "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (540, b'{"message": "Project paused"}', "paused"),
        (540, b"<html>paused</html>", "paused"),
        (503, b'{"code": "PGRST002", "message": "Could not query the database for the schema cache."}', "database_behind_api_away"),
        (402, b'{"message": "exceed_egress_quota"}', "over_quota"),
        (404, b"<html>nothing here</html>", "not_supabase"),
        (502, b"<html>Bad Gateway</html>", "not_supabase"),
        (200, b"<html>please log in</html>", "not_supabase"),
    ],
)
async def test_what_answers_is_no_project(tmp_path: Path, status: int, content: bytes, code: str) -> None:
    """A paused project, one over its quota, and pages of others are told by status and code."""
    async with gateway(status, content) as url:
        assert (await trouble(api(url, "sb_secret_x", tmp_path))).code == code


async def test_https_where_there_is_none(tmp_path: Path) -> None:
    """An answer that is no TLS is told as that."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    wrong = await trouble(api(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", "sb_secret_x", tmp_path))
    server.close()
    await server.wait_closed()
    assert wrong.code == "tls_untrusted"


@pytest.mark.parametrize(
    ("url", "code"), [("https://abcdef.supabase.invalid", "name_unresolved"), ("http://127.0.0.1:1", "connection_refused")]
)
async def test_projects_that_are_not_there(tmp_path: Path, url: str, code: str) -> None:
    """A name that is gone and a port without a listener are told apart."""
    assert (await trouble(api(url, "sb_secret_x", tmp_path))).code == code


async def test_half_of_the_settings(tmp_path: Path) -> None:
    """An address without its key is a wrong setting."""
    wrong = await trouble(Settings(_env_file=None, home=tmp_path, SUPABASE_URL="https://abcdef.supabase.co"))  # type: ignore[call-arg]
    assert wrong.code == "settings_wrong"

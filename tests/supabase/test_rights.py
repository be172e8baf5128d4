"""Who may do what in a Supabase project: every role and key, every table and verb, every function. Nothing more, nothing less."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.database import Database
from tests.project import seen

from hotledger import sql
from hotledger.errors import StoreRejected
from hotledger.ledger.ledger import Ledger
from hotledger.sql.rights import (
    ROLES,
    SERVICE,
    TRIGGERS,
    VERBS,
    VIEWS,
    Verb,
    callable_functions,
    may_call,
    may_call_by_token,
    may_use,
    relations,
)
from hotledger.store.collector import CollectorStore, hash_of, new_token
from hotledger.store.postgres import PostgresStore
from hotledger.store.supabase import SupabaseStore
from hotledger.supabase_local import LocalSupabase

KEYS = ("secret", "service_role", "publishable", "anon", "authenticated")
COLUMNS = {
    "batch_jobs": "job_type", "hot_platforms": "title", "hot_entries": "url", "hot_readings": "evidence", "hot_leases": "owner",
    "hot_collectors": "name", "hot_migrations": "name", "hot_items": "title", "hot_batches": "job_type", "hot_baselines": "baseline",
    "hot_incidents": "evidence", "hot_days": "verdicts", "hot_states": "trouble", "hot_acknowledgements": "acknowledged_by",
    "hot_alerts": "subject", "hot_alert_channels": "name",
}  # fmt: skip
# For lack of a right; and a view over several tables can be written by nobody.
REFUSED = ("42501", "55000")
# What projects granted by themselves until 2026.
GENEROUS = "".join(
    f"ALTER DEFAULT PRIVILEGES GRANT ALL ON {kind} TO anon, authenticated, service_role;" for kind in ("TABLES", "FUNCTIONS", "SEQUENCES")
)


def role_of(key: str) -> str:
    """The role that a key stands for."""
    return {"secret": "service_role", "publishable": "anon"}.get(key, key)


def headers_of(project: LocalSupabase, key: str) -> dict[str, str]:
    """How a client shows a key; a user who has signed in shows a token of their own beside the public key."""
    if key == "authenticated":
        return {"apikey": project.keys.publishable, "Authorization": f"Bearer {project.keys.token('authenticated')}"}
    shown = getattr(project.keys, key)
    return {"apikey": shown, **({} if shown.startswith("sb_") else {"Authorization": f"Bearer {shown}"})}


@pytest.fixture(params=[False, True], ids=["closed", "public-read"])
async def public_read(request: pytest.FixtureRequest, emptied: LocalSupabase) -> AsyncIterator[bool]:
    """The project as `hotledger sql` leaves it, without and with --public-read."""
    await emptied.run_as_owner(sql.script(public_read=request.param))
    yield request.param
    await emptied.run_as_owner(sql.script())


@pytest.fixture(params=KEYS)
async def client(request: pytest.FixtureRequest, emptied: LocalSupabase) -> AsyncIterator[httpx2.AsyncClient]:
    """The REST API as the holder of a key sees it; the name of the key is kept in the headers."""
    headers = headers_of(emptied, request.param) | {"X-Key": request.param}
    async with httpx2.AsyncClient(base_url=f"{emptied.url}/rest/v1", headers=headers, timeout=30) as made:
        yield made


async def tried(client: httpx2.AsyncClient, relation: str, verb: Verb) -> str:
    """Do a verb to a table, so that nothing is changed, and return the code of the failure."""
    column = COLUMNS[relation]
    nothing = {column: "is.null" if relation in ("hot_baselines", "hot_days", "hot_states") else f"eq.{uuid4()}"}
    reply = await {
        "SELECT": lambda: client.get(f"/{relation}", params={"limit": "1"}),
        "INSERT": lambda: client.post(f"/{relation}", json={column: None}),
        "UPDATE": lambda: client.patch(f"/{relation}", params=nothing, json={column: "changed"}),
        "DELETE": lambda: client.delete(f"/{relation}", params=nothing),
    }[verb]()
    return "" if reply.is_success else str(reply.json()["code"])


async def test_every_table_and_verb_over_the_api(client: httpx2.AsyncClient, public_read: bool) -> None:
    """With each kind of key, each verb on each table is let through or refused as the table of rights says."""
    role = role_of(client.headers["X-Key"])
    for relation in relations():
        for verb in VERBS:
            code = await tried(client, relation, verb)
            assert (code not in REFUSED) is may_use(role, relation, verb, public_read=public_read), (relation, verb, code)


async def test_the_public_reads_real_rows(client: httpx2.AsyncClient, public_read: bool, emptied: LocalSupabase) -> None:
    """What may be read is read in fact, addresses and all; no policy hides it, and no table beneath is open."""
    store = SupabaseStore(emptied.url, emptied.keys.secret)
    await store.call("platform_register", {"platforms": [{"name": "weibo", "title": "微博", "link": "https://s.example/{title}"}]})
    batch = {"batch_id": uuid4(), "token": uuid4()}
    await store.call("batch_open", batch | {"job_type": "data_collection", "planned": ["weibo"]})
    await store.call("batch_record", batch | {"platform": "weibo", "reading": {"verdict": "ok", "items": [{"title": "one"}]}})
    await store.close()
    reply = await client.get("/hot_items", params={"select": "platform,rank,title,url"})
    if may_use(role_of(client.headers["X-Key"]), "hot_items", "SELECT", public_read=public_read):
        assert reply.json() == [{"platform": "weibo", "rank": 1, "title": "one", "url": "https://s.example/one"}]
    else:
        assert reply.json()["code"] == "42501"


async def functions_with_arguments(project: LocalSupabase) -> dict[str, list[str]]:
    """Each function of ours with the names of its arguments."""
    statement = b"""
        SELECT proname, COALESCE(proargnames[:pronargs], '{}') FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'test\\_%' AND prorettype <> 'trigger'::regtype"""
    async with await psycopg.AsyncConnection.connect(project.address()) as owner:
        return dict(await (await owner.execute(statement)).fetchall())


async def test_every_function_over_the_api(client: httpx2.AsyncClient, public_read: bool, emptied: LocalSupabase) -> None:
    """With each kind of key, each function is let through or refused as the table of rights says."""
    role = role_of(client.headers["X-Key"])
    known = await functions_with_arguments(emptied)
    assert set(known) == set(callable_functions())
    for function, names in known.items():
        reply = await client.post(f"/rpc/{function}", json=dict.fromkeys(names))
        code = "" if reply.is_success else str(reply.json()["code"])
        assert (code != "42501") is may_call(role, function, public_read=public_read), (function, code)


async def test_every_function_with_a_collectors_token(client: httpx2.AsyncClient, emptied: LocalSupabase) -> None:
    """A token opens the same four functions whatever the key is, and no table."""
    token = new_token()
    owner = SupabaseStore(emptied.url, emptied.keys.secret)
    await owner.call("collector_add", {"name": "laptop", "token_hash": hash_of(token)})
    await owner.close()
    for function in callable_functions():
        arguments = {"batch_id": str(uuid4()), "token": str(uuid4()), "job_type": "test", "planned": [], "platform": "weibo", "reading": {}}
        reply = await client.post("/rpc/collector_call", json={"collector_token": token, "function": function, "arguments": arguments})
        assert (reply.status_code == 200) is may_call_by_token(function), (function, reply.text)
        assert reply.is_success or reply.json()["code"] == "28000"
    await client.aclose()
    async with await psycopg.AsyncConnection.connect(emptied.address(), autocommit=True) as database:
        await database.execute("DELETE FROM batch_jobs")


@pytest.fixture(params=["today", "until 2026"])
async def further(request: pytest.FixtureRequest, project: LocalSupabase) -> AsyncIterator[str]:
    """A database of the project with today's default privileges, or with those of before, and our schema in it."""
    name = f"further_{uuid4().hex[:12]}"
    await project.make_database(name)
    if request.param != "today":
        await project.run_as_owner(GENEROUS, name)
    yield name
    await project.drop_database(name)


@pytest.mark.parametrize("public_read", [False, True], ids=["closed", "public-read"])
async def test_the_catalog_says_the_same(project: LocalSupabase, further: str, public_read: bool) -> None:
    """Whatever the default privileges are, no role has any privilege on a table, sequence or function but those in the table of rights."""
    await project.run_as_owner(sql.script(public_read=public_read), further)
    async with await psycopg.AsyncConnection.connect(project.address(database=further)) as owner:
        for kind, statement, wanted in privileges(public_read=public_read):
            found = {tuple(row) for row in await (await owner.execute(statement.encode())).fetchall()}
            assert found == wanted, kind


def privileges(*, public_read: bool) -> Iterator[tuple[str, str, set[tuple[Any, ...]]]]:
    """For each kind of object: how to ask for all privileges of the three roles and of everybody, and what they have to be."""
    named = "CASE grantee WHEN 0 THEN 'everybody' ELSE grantee::regrole::TEXT END"
    ours = f"(grantee = 0 OR grantee::regrole::TEXT IN ({', '.join(repr(role) for role in ROLES)}))"
    relation = (
        f"SELECT {named}, relname, privilege_type FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'public'::regnamespace AND {ours}"
    )
    tables = {
        (role, name, verb) for role in ROLES for name in SERVICE for verb in VERBS if may_use(role, name, verb, public_read=public_read)
    }
    yield "tables, views and sequences", relation, tables
    columns = f"SELECT {named}, attrelid::regclass, privilege_type FROM pg_attribute, aclexplode(attacl) WHERE attrelid >= 16384 AND {ours}"
    yield "columns", columns, set()
    functions = {
        (role, name, "EXECUTE") for role in ROLES for name in callable_functions() if may_call(role, name, public_read=public_read)
    }
    defaults = "aclexplode(COALESCE(proacl, acldefault('f', proowner)))"
    yield (
        "functions",
        f"SELECT {named}, proname, privilege_type FROM pg_proc, {defaults} WHERE pronamespace = 'public'::regnamespace AND {ours}",
        functions,
    )
    unguarded = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity"
    yield "tables without row level security", unguarded, set()
    kinds = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
    yield "all tables and views are in the table of rights", kinds, {(name,) for name in SERVICE}
    pinned = "COALESCE(proconfig::TEXT LIKE '%search\\_path=%', FALSE)"
    loose = f"SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT {pinned}"
    yield "functions without a search path of their own", loose, set()
    definers = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    yield "functions with the rights of their owner", definers, {("collector_call",), ("batch_jobs_ended",)}


def test_the_table_of_rights_is_complete() -> None:
    """Every function and every view has its place in the table, and the script names each function."""
    assert set(callable_functions()) | set(TRIGGERS) == set(sql.functions())
    assert set(VIEWS) == set(sql.views())
    script = sql.script()
    rights = script[script.index("-- Who may do what") :]
    assert [name for name in sql.functions() if f"'{name}'" not in rights] == []


async def test_a_later_run_closes_what_was_open(project: LocalSupabase, further: str) -> None:
    """What was granted by hand since is taken back by the next run, and so is public reading when it is not asked for again."""
    await project.run_as_owner(sql.script(public_read=True), further)
    await project.run_as_owner("GRANT ALL ON batch_jobs TO anon; GRANT EXECUTE ON FUNCTION batch_purge TO anon;", further)
    await project.run_as_owner(sql.script(), further)
    async with await psycopg.AsyncConnection.connect(project.address(database=further)) as owner:
        for kind, statement, wanted in privileges(public_read=False):
            assert {tuple(row) for row in await (await owner.execute(statement.encode())).fetchall()} == wanted, kind


async def test_an_adopted_table_is_closed_and_its_policies_stay(project: LocalSupabase, further: str) -> None:
    """The grants of other software to the public keys end; its policies and its grants to roles of its own stay, and its rows too."""
    await project.run_as_owner(
        sql.migrations()[0].statements
        + """
        INSERT INTO batch_jobs (job_type) VALUES ('theirs');
        ALTER TABLE batch_jobs ENABLE ROW LEVEL SECURITY;
        CREATE POLICY everybody ON batch_jobs FOR ALL TO anon USING (TRUE);
        GRANT ALL ON batch_jobs TO anon, PUBLIC; GRANT SELECT ON batch_jobs TO pg_monitor;""",
        further,
    )
    await project.run_as_owner(sql.script(), further)
    async with await psycopg.AsyncConnection.connect(project.address(database=further)) as owner:
        facts = await owner.execute("""
            SELECT has_table_privilege('anon', 'batch_jobs', 'SELECT'), has_table_privilege('pg_monitor', 'batch_jobs', 'SELECT'),
                   has_table_privilege('pg_monitor', 'batch_jobs', 'INSERT'),
                   (SELECT count(*) FROM pg_policies), (SELECT count(*) FROM batch_jobs)""")
        assert await facts.fetchone() == (False, True, False, 1, 1)


async def test_public_reading_needs_supabases_roles(postgres: str, bare_database: Any) -> None:
    """On a database without these roles it is refused in a sentence, and nothing is made."""
    with pytest.raises(psycopg.errors.UndefinedObject, match="Leave --public-read out"):
        await bare_database.rows(f"BEGIN; {sql.script(public_read=True)} COMMIT;")
    await bare_database.rows("ROLLBACK")
    assert await bare_database.value("SELECT to_regclass('batch_jobs') IS NULL")


async def test_rights_work_as_soon_as_the_script_has_run(emptied: LocalSupabase) -> None:
    """The script tells PostgREST to read the schema anew, so that a function that it makes can be called."""
    await emptied.run_as_owner("DROP FUNCTION public.batch_find(TEXT); NOTIFY pgrst, 'reload schema'")
    await emptied.run_as_owner(sql.script())
    await seen(emptied, "batch_find", beginning="x")


async def test_a_role_that_may_only_connect_records_by_its_token(database: Database) -> None:
    """On any PostgreSQL a token lets a role without a right on anything record, and do nothing else."""
    role, token = f"recorder_{uuid4().hex[:12]}", new_token()
    await database.call("collector_add", name="laptop", token_hash=hash_of(token))
    await database.rows(f"CREATE ROLE {role} LOGIN")
    store = PostgresStore(make_conninfo(database.url, user=role), connections=1)
    try:
        async with Ledger(CollectorStore(store, token)).batch("nightly_report", ["sales"]) as batch, batch.unit("sales") as unit:
            unit.items = 3
        assert await database.rows("SELECT status, total_items FROM batch_jobs") == [("completed", 3)]
        for function, arguments in (("batch_list", {}), ("batch_reap", {}), ("collector_list", {})):
            with pytest.raises(StoreRejected) as error:
                await store.call(function, arguments)
            assert error.value.sqlstate == "42501"
    finally:
        await store.close()
        await database.rows(f"DROP ROLE {role}")

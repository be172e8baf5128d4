"""The whole thing over the REST API: a collection through the simulator, everything that can be asked of it, and the commands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.commands import Commands

from hotledger import DataCollector
from hotledger.app import opened_database, opened_ledger, opened_store
from hotledger.config import Settings
from hotledger.diagnosis import examined
from hotledger.errors import SettingsError, StoreRejected
from hotledger.ledger.wire import linked
from hotledger.platforms import reader
from hotledger.selftest import check_collection
from hotledger.simulator import Simulator
from hotledger.store.collector import hash_of, new_token
from hotledger.store.supabase import SupabaseStore
from hotledger.supabase_local import LocalSupabase

Make = Callable[..., Settings]


@pytest.fixture
def configured(emptied: LocalSupabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes the settings of a user of the project, and of nothing else that is set around the tests."""
    monkeypatch.chdir(tmp_path)

    def make(key: str = "secret", **more: Any) -> Settings:
        values = {"SUPABASE_URL": emptied.url, "SUPABASE_KEY": getattr(emptied.keys, key), "DATABASE_URL": None}
        return Settings(home=tmp_path / "home", host_interval_seconds=0, **(values | more))

    return make


@pytest.fixture
def commands(emptied: LocalSupabase, tmp_path: Path) -> Commands:
    """The real command, with the two lines of `.env`."""
    settings = {"SUPABASE_URL": emptied.url, "SUPABASE_KEY": emptied.keys.secret, "HOTLEDGER_HOME": str(tmp_path / "home")}
    return Commands(tmp_path, settings)


async def test_a_collection_lands_over_the_api(configured: Make) -> None:
    """All platforms are collected in one batch, and lists, topics, jobs, trend, verify and purge see it."""
    async with Simulator() as url:
        settings = configured(via=url)
        result = await DataCollector(settings).collect_all()
    assert [(each.platform, each.evidence) for each in result.readings if not each.verdict.keeps_list] == []
    assert result.full
    async with opened_ledger(settings) as ledger:
        job = await ledger.job(result.batch_job_id)
        assert job is not None
        assert (job["status"], job["total_items"]) == ("completed", result.total_items)
        for reading in result.readings:
            top = await ledger.top(reading.platform)
            assert top is not None
            assert [each["title"] for each in top["items"]] == [item.title for item in reading.items[:50]]
            topic = await ledger.topic(reading.platform, reading.items[0].title)
            assert topic is not None
            assert topic["best_rank"] == 1
        assert len(await ledger.platforms()) == len(result.readings)
        assert (await ledger.trend())[0]["successful"] == 1
        assert (await ledger.verify())["sound"]
        assert await ledger.purge(timedelta(0), keep_last=0, dry_run=True) == {"older": 1, "purged": 0}


async def test_a_collector_with_the_public_key_records_the_same(configured: Make, emptied: LocalSupabase) -> None:
    """With the public key and a token a collection lands, addresses and all, as with the secret key; reading is refused."""
    token = new_token()
    owner = SupabaseStore(emptied.url, emptied.keys.secret)
    await owner.call("collector_add", {"name": "laptop", "token_hash": hash_of(token)})
    settings = configured("publishable", collector_token=token)
    async with Simulator() as url:
        result = await DataCollector(settings.model_copy(update={"via": url})).collect_all()
    assert result.full
    for reading in result.readings:
        top = await owner.call("list_top", {"platform": reading.platform})
        link = reader(reading.platform).facts.link
        assert [each["url"] for each in top["items"]] == [item.url or linked(link, item) for item in reading.items[:50]]
    await owner.close()
    async with opened_store(settings) as store:
        with pytest.raises(StoreRejected, match="nothing else"):
            await store.call("batch_list", {})


@pytest.mark.parametrize("check", [examined, check_collection])
async def test_the_self_tests_pass(configured: Make, check: Callable[..., Any]) -> None:
    """`doctor database` and `doctor collect` find a project well, and leave nothing in it."""
    findings = [finding async for finding in check(configured(), lambda line: None)]
    assert [finding for finding in findings if not finding.good] == []
    async with opened_ledger(configured()) as ledger:
        assert await ledger.jobs() == []


async def test_what_needs_postgresql_says_so(configured: Make) -> None:
    """What the REST API can't do is told in a sentence that says how it can be done."""
    with pytest.raises(SettingsError, match=r"set DATABASE_URL .*hotledger sql"):
        async with opened_database(configured()):
            pass


@pytest.mark.parametrize(("missing", "given"), [("SUPABASE_KEY", "SUPABASE_URL"), ("SUPABASE_URL", "SUPABASE_KEY")])
async def test_one_setting_of_the_two_is_not_enough(configured: Make, missing: str, given: str) -> None:
    """A project without its key, or a key without its project, is told; the embedded database is not taken instead."""
    with pytest.raises(SettingsError, match=f"{given} is set, but {missing} is not"):
        async with opened_store(configured(**{missing: None})):
            pass


async def test_commands_work_over_the_api(commands: Commands, tmp_path: Path) -> None:
    """Collect, show, import, verify and doctor, with nothing but the two lines of `.env`."""
    lines = '{"platform": "weibo", "collected_at": "2026-01-02T03:04:05Z", "items": [{"title": "past"}]}\n'
    (tmp_path / "past.jsonl").write_text(lines, "utf-8")
    async with Simulator() as url:
        assert (await commands("collect", "weibo", "baidu", "--via", url, "--json")).json["status"] == "completed"
    assert (await commands("import", "past.jsonl", "--json")).json["readings"] == 1
    assert len((await commands("jobs", "--json")).json) == 2
    assert (await commands("top", "weibo", "--json")).json["items"]
    assert (await commands("verify", "--json")).json["sound"]
    assert (await commands("doctor", "database", "--json")).json["good"]


@pytest.mark.parametrize("command", ["migrate", "psql"])
async def test_commands_that_need_postgresql_say_so(commands: Commands, command: str) -> None:
    """`migrate` and `psql` say in one sentence that they need DATABASE_URL, and exit as for a wrong setting."""
    done = await commands(command)
    assert done.code == 2
    assert "set DATABASE_URL" in done.err


async def test_collectors_are_managed_by_commands(commands: Commands, emptied: LocalSupabase) -> None:
    """The token is shown once and works with the public key; the database has its hash alone; revoked, it is of no use."""
    made = await commands("collector", "add", "laptop", "--calls-per-minute", "100")
    token = made.out.strip().removeprefix("HOTLEDGER_COLLECTOR_TOKEN=")
    assert (await commands("collector", "add", "laptop")).code == 2
    public = {"SUPABASE_KEY": emptied.keys.publishable, "HOTLEDGER_COLLECTOR_TOKEN": token}
    async with Simulator() as url:
        assert (await commands("collect", "weibo", "--via", url, "--json", **public)).json["status"] == "completed"
        assert (await commands("jobs", **public)).code == 4
        (shown,) = (await commands("collector", "list", "--json")).json
        assert (shown["name"], shown["calls_per_minute"], shown["revoked_at"]) == ("laptop", 100, None)
        assert token not in str(shown)
        assert (await commands("collector", "revoke", "laptop")).code == 0
        assert "revoked" in (await commands("jobs", **public)).err
    assert (await commands("collector", "revoke", "nobody")).code == 2
    assert "laptop" in (await commands("collector", "list")).out

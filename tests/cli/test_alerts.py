"""`hotledger alerts`: what it shows, tells and tests, and that a collection tells by itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.alerts.sinks import WebHook, web_hook
from tests.cli.commands import Commands, Done

from hotledger.simulator import Fault, Simulator
from hotledger.simulator.faults import Kind

SECRET = "very-secret-topic"


@pytest.fixture
def hook() -> Iterator[WebHook]:
    """A web hook that takes what comes."""
    with web_hook() as made:
        yield made


def written(run: Commands, hook: WebHook, more: str = "") -> None:
    """The rules of a test, with a secret in the address that stands in `.env`."""
    (run.folder / "home").mkdir(exist_ok=True)
    (run.folder / ".env").write_text(f"HOOK_PATH={SECRET}\n")
    rule = '[[rules]]\non = ["incident_opened", "incident_recovered", "batch_failed"]\n'
    text = f'[channels]\nhook = "{hook.address}/${{HOOK_PATH}}"\n{more}{rule}'
    (run.folder / "home" / "alerts.toml").write_text(text)


def said(done: Done) -> str:
    """All that a command wrote, which has no secret in it."""
    assert SECRET not in done.out + done.err
    return done.out + done.err


async def test_a_collection_tells_by_itself(run: Commands, simulator: Simulator, hook: WebHook) -> None:
    """Two bad collections are one message, two good ones after them another; what the commands show has stars in it."""
    written(run, hook)

    async def collect(times: int) -> list[str]:
        for _ in range(times):
            said(await run("collect", "weibo", "zhihu", "--via", simulator.url))
        return [each["title"] for each in hook.taken]

    assert await collect(1) == []
    simulator.faults.set("zhihu", Fault(kind=Kind.FORBIDDEN))
    assert await collect(3) == ["hotledger: trouble"]
    simulator.faults.clear()
    assert await collect(3) == ["hotledger: trouble", "hotledger: recovered"]
    assert said(await run("alerts", "run")) == "0 messages about 0 events delivered, 0 events wait.\n"
    shown = said(await run("alerts"))
    assert "json://****" in shown
    assert "Rule 1: incident_opened, incident_recovered, batch_failed → hook" in shown
    found = (await run("alerts", "--json")).json
    assert [(each["name"], each["address"], each["dead"]) for each in found["channels"]] == [("hook", "json://****", False)]
    assert [(each["kind"], each["state"]) for each in found["deliveries"]] == [
        ("incident_recovered", "delivered"),
        ("incident_opened", "delivered"),
    ]


async def test_the_test_says_how_it_went(run: Commands, hook: WebHook) -> None:
    """A message arrives; where it can't, the reason is said without the secret, and the exit code is 3; a dead channel is shown."""
    written(run, hook, f'other = "{hook.address}"\n')
    done = await run("alerts", "test", "--channel", "hook")
    assert (done.code, said(done)) == (0, "hook: delivered\n")
    assert [each["title"] for each in hook.taken] == ["hotledger: test"]
    hook.status = 500
    for _ in range(3):
        done = await run("alerts", "test", "--json")
        assert (done.code, {each["channel"]: each["delivered"] for each in done.json}) == (3, {"hook": False, "other": False})
        assert all("500" in each["error"] for each in done.json)
    done = await run("alerts")
    assert (done.code, said(done).count(" dead ")) == (3, 2)


async def test_a_channel_that_fails_is_no_failure_of_a_collection(run: Commands, simulator: Simulator, hook: WebHook) -> None:
    """The collection has its own exit code and answer; the log says what could not be told."""
    written(run, hook)
    hook.status = 500
    done = await run("collect", "weibo", "--via", simulator.url, "--json")
    assert (done.code, done.json["status"]) == (0, "completed")
    done = await run("collect", "weibo", "--via", "http://127.0.0.1:1", "--json", HOTLEDGER_ATTEMPTS="1")
    assert (done.code, done.json["status"]) == (3, "failed")
    assert "an alert could not be delivered" in said(done)


async def test_wrong_rules_stop_the_command_and_no_collection(run: Commands, simulator: Simulator, hook: WebHook) -> None:
    """The command says in one sentence where the file is wrong; a collection logs the same, and goes well."""
    written(run, hook, f'odd = "nosuch://{SECRET}"\n')
    done = await run("alerts", "test", "--channel", "odd")
    assert (done.code, "odd: failed: apprise does not know this kind of address" in said(done)) == (3, True)
    written(run, hook, "x = 1\n")
    done = await run("alerts")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "alerts.toml is wrong at channels" in done.err
    done = await run("collect", "weibo", "--via", simulator.url)
    assert done.code == 0
    assert "alerts.toml is wrong at channels" in done.err


async def test_without_rules_it_says_what_to_write(run: Commands) -> None:
    """Each command names the file that is missing, and so it does where the setting names one that is not there."""
    for words in (("alerts",), ("alerts", "run"), ("alerts", "test")):
        done = await run(*words)
        assert (done.code, "alerts.toml" in done.err) == (2, True)
    assert "HOTLEDGER_ALERTS" in (await run("alerts", HOTLEDGER_ALERTS="nowhere.toml")).err


def test_help_loads_nothing_of_it() -> None:
    """Neither apprise nor the rules are imported before they are needed."""
    loaded = "[name for name in sys.modules if name.startswith(('apprise', 'hotledger.alerts'))]"
    program = f"import sys, hotledger.cli, hotledger.app; print({loaded})"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout == "[]\n"

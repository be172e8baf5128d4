"""Alerts as they arrive: over real PostgreSQL and apprise, at a web hook and a mail box."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.alerts.made import TROUBLE, readings, rules
from tests.alerts.sinks import MailBox, WebHook
from tests.database import Database
from tests.made import opened, reading

from hotledger.alerts.alerting import Alerting, told_quietly
from hotledger.alerts.configured import watched
from hotledger.alerts.rules import Rules
from hotledger.alerts.sending import Sender
from hotledger.config import load
from hotledger.ledger.telling import Telling

# Of modules that apprise loads; it is loaded when the first message is sent.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def now() -> datetime:
    """The present."""
    return datetime.now(UTC)


def teller(database: Database, known: Rules, clock: Callable[[], datetime] = now) -> Alerting:
    """One collector's alerts, over connections of its own."""
    return Alerting(Telling(database.store()), known, Sender(10), now=clock)


async def test_two_collectors_tell_an_incident_once(database: Database, tmp_path: Path, hook: WebHook) -> None:
    """Racing again and again, they deliver its opening once and its recovery once."""
    known = rules(tmp_path, f'[channels]\nhook = "{hook.address}"\n{TROUBLE}')
    collectors = [teller(database, known) for _ in range(2)]
    for verdicts, ago in ((".bb", 10), ("..", 0)):
        await readings(database, verdicts, ago=ago)
        for _ in range(3):
            await asyncio.gather(*(collector.run() for collector in collectors))
    assert [each["title"] for each in hook.taken] == ["hotledger: trouble", "hotledger: recovered"]
    first, second = hook.bodies
    assert first.splitlines()[0].startswith("weibo: blocked since ")
    assert first.splitlines()[1:2] == ["Lost: 2 lists"]
    assert "Evidence: made up" in first
    assert second.startswith("weibo: back since ")
    assert await database.value("SELECT array_agg(DISTINCT state || attempts) FROM hot_alerts") == ["delivered1"]


async def test_mail_arrives_as_plain_text_in_chinese(database: Database, tmp_path: Path, box: MailBox) -> None:
    """A failed collection comes by mail, in the language that was asked for."""
    known = rules(tmp_path, f'language = "zh"\n[channels]\nmail = "{box.address}"\n[[rules]]\non = "batch_failed"\n')
    batch = await opened(database, "weibo")
    await batch.record("weibo", reading(verdict="blocked"))
    outcome = await teller(database, known).run()
    assert (outcome.delivered, outcome.failed) == (1, {})
    ((subject, text),) = box.letters
    assert subject == "hotledger：采集失败"
    assert f"hotledger job {batch.id}" in text


async def test_quiet_hours_hold_what_is_not_urgent(database: Database, tmp_path: Path, hook: WebHook) -> None:
    """In them only the urgent is told; when they are over the rest follows, once, though the incident has long ended."""
    clock = datetime.now(UTC).replace(second=0, microsecond=0)
    began, ends = clock - timedelta(hours=1), clock + timedelta(hours=1)
    quiet = f'[quiet]\nfrom = "{began:%H:%M}"\nto = "{ends:%H:%M}"\n'
    urgent = '[[rules]]\non = "batch_failed"\nurgent = true\n'
    known = rules(tmp_path, f'[channels]\nhook = "{hook.address}"\n{quiet}{TROUBLE}{urgent}')
    await readings(database, ".bb", ago=10)
    night = await teller(database, known).run()
    assert (night.delivered, night.held) == (1, 1)
    assert [each["title"] for each in hook.taken] == ["hotledger: collection failed"]
    morning = teller(database, known, lambda: ends + timedelta(minutes=1))
    assert (await morning.run()).held == 0
    await morning.run()
    assert [each["title"] for each in hook.taken] == ["hotledger: collection failed", "hotledger: trouble"]


async def test_many_at_once_come_as_one_message(database: Database, tmp_path: Path, hook: WebHook) -> None:
    """Where everything breaks at once, that is a line for each, in one message."""
    known = rules(tmp_path, f'[channels]\nhook = "{hook.address}"\n{TROUBLE}')
    for platform in ("baidu", "weibo", "zhihu", "douyin"):
        await readings(database, ".bb", platform=platform)
    outcome = await teller(database, known).run()
    assert (outcome.delivered, outcome.events) == (1, 4)
    assert hook.taken[0]["title"] == "hotledger: 4 alerts"
    assert len(hook.bodies[0].splitlines()) == 4


async def test_a_digest_waits_for_its_time(database: Database, tmp_path: Path, hook: WebHook) -> None:
    """What is told every so many minutes waits until then, and comes together."""
    known = rules(tmp_path, f'[channels]\nhook = "{hook.address}"\n{TROUBLE}digest_minutes = 60\n')
    await readings(database, ".bb")
    await readings(database, ".bb", platform="baidu")
    assert (await teller(database, known).run()).held == 2
    later = teller(database, known, lambda: datetime.now(UTC) + timedelta(hours=1))
    assert (await later.run()).events == 2
    assert [each["title"] for each in hook.taken] == ["hotledger: 2 alerts"]


async def test_a_dead_channel_is_known_and_loses_nothing(database: Database, tmp_path: Path, hook: WebHook) -> None:
    """It fails, rests, fails again; the other channel has its message; when it lives again, all comes."""
    text = f'[channels]\nhook = "{hook.address}"\nwell = "{hook.address}?:way=well"\n{TROUBLE}channels = ["hook"]\n'
    known = rules(tmp_path, text)
    hook.status = 503
    await readings(database, ".bb")
    alerts = teller(database, known)
    for _ in range(3):
        outcome = await alerts.run()
        assert list(outcome.failed) == ["hook"]
        assert (await alerts.run()).failed == {}
        await database.rows("UPDATE hot_alert_channels SET retry_at = now() - INTERVAL '1 second' WHERE name = 'hook'")
    (dead,) = [each for each in (await Telling(database.store()).told()).channels if each.dead]
    assert (dead.name, dead.failures, dead.waiting) == ("hook", 3, 1)
    assert "503" in (dead.error or "")
    hook.status = 200
    assert (await alerts.run()).delivered == 1
    assert len(hook.taken) == 1
    assert not any(each.dead for each in (await Telling(database.store()).told()).channels)


async def test_who_died_while_telling_is_followed(database: Database, tmp_path: Path, hook: WebHook) -> None:
    """What was claimed, and never recorded, is told when the claim has run out."""
    known = rules(tmp_path, f'[channels]\nhook = "{hook.address}"\n{TROUBLE}')
    await readings(database, ".bb")
    hook.status = 503
    await teller(database, known).run()
    hook.status = 200
    await database.rows("UPDATE hot_alert_channels SET retry_at = NULL")
    await database.rows("UPDATE hot_alerts SET state = 'claimed', claimed_until = now() + INTERVAL '1 hour'")
    assert (await teller(database, known).run()).delivered == 0
    await database.rows("UPDATE hot_alerts SET claimed_until = now() - INTERVAL '1 second'")
    assert (await teller(database, known).run()).delivered == 1


async def test_a_title_cant_steer_the_message(database: Database, tmp_path: Path, hook: WebHook) -> None:
    """A hostile title arrives in one line, without mentions, markup, addresses and control characters."""
    hostile = "Rust\x1b[31m\n@everyone <b>[x](https://evil.example)</b> \u202egnp.exe"
    known = rules(tmp_path, f'[channels]\nhook = "{hook.address}"\n[[rules]]\non = "keyword_appeared"\nkeyword = "rust"\n')
    alerts = teller(database, known)
    await alerts.run()
    await database.rows("UPDATE hot_alert_channels SET since = now() - INTERVAL '1 hour'")
    batch = await opened(database, "weibo")
    await batch.record("weibo", reading(hostile) | {"collected_at": now() - timedelta(seconds=1)})
    assert (await alerts.run()).delivered == 1
    (body,) = hook.bodies
    first, *rest = body.splitlines()
    assert first.startswith("“rust” at rank 1 of weibo: Rust")
    assert not set("\x1b\u202e@<>[]") & set(body)
    assert "://" not in first
    assert all(line.startswith("First seen") for line in rest)


async def test_alerts_that_fail_are_no_failure_of_a_collection(database: Database, tmp_path: Path) -> None:
    """Where the database is gone meanwhile, nothing is raised, and nothing is told."""
    known = rules(tmp_path, f'[channels]\nhook = "json://127.0.0.1:9"\n{TROUBLE}')
    await database.rows("DROP FUNCTION alert_begin")
    assert await told_quietly(teller(database, known), 5) is None


async def test_a_service_that_never_answers_costs_a_bounded_time(database: Database, tmp_path: Path) -> None:
    """It counts as failed when its time is over, and is tried again later."""
    await readings(database, ".bb")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        known = rules(tmp_path, f'[channels]\nhook = "json://127.0.0.1:{silent.getsockname()[1]}"\n{TROUBLE}')
        outcome = await Alerting(Telling(database.store()), known, Sender(0.5), now=now).run()
    assert list(outcome.failed) == ["hook"]


async def test_who_serves_pages_tells_meanwhile(database: Database, tmp_path: Path, hook: WebHook) -> None:
    """An incident is told while the pages are served, without any collection; and nothing runs on after that."""
    rules(tmp_path, f'[channels]\nhook = "{hook.address}"\n{TROUBLE}')
    settings = load(home=tmp_path, database_url=database.url, supabase_url=None, supabase_key=None)
    await readings(database, ".bb")
    async with asyncio.timeout(30), watched(database.ledger(), settings, None):
        while not hook.taken:
            await asyncio.sleep(0)
    assert "alerts" not in {task.get_name() for task in asyncio.all_tasks()}
    assert [each["title"] for each in hook.taken] == ["hotledger: trouble"]

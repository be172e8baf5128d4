"""The decider, over made-up days: whatever the rules, what happens, when somebody looks and which deliveries fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hotledger.alerts.deciding import MOST_MESSAGES, Decision, Message, decide, is_quiet, next_digest
from hotledger.alerts.rules import Address, Quiet, Rule, Rules
from hotledger.alerts.text import MOST_CHARACTERS, MOST_EVENTS, letter
from hotledger.ledger.telling import Begun, Channel, Event, Recent, Waiting

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CHANNELS = ("mail", "phone")
KINDS = ("incident_opened", "incident_recovered", "batch_failed", "run_missed")
TEXTS = st.text(max_size=400)


def minute(number: int) -> datetime:
    """An instant of the made-up days."""
    return START + timedelta(minutes=number)


RULE = st.builds(
    Rule,
    on=st.lists(st.sampled_from(KINDS), min_size=1, unique=True).map(tuple),
    channels=st.lists(st.sampled_from(CHANNELS), unique=True).map(tuple),
    platforms=st.sampled_from([(), ("weibo",)]),
    urgent=st.booleans(),
    digest_minutes=st.sampled_from([0, 0, 30, 60]),
    cooldown_minutes=st.sampled_from([0, 0, 45]),
)
QUIET = st.none() | st.builds(
    Quiet, st.sampled_from(["22:00", "00:00"]), st.sampled_from(["07:30", "06:00"]), st.sampled_from(["UTC", "Asia/Shanghai"])
)
RULES = st.builds(
    Rules,
    channels=st.just({name: Address("json://nowhere") for name in CHANNELS}),
    rules=st.lists(RULE, min_size=1, max_size=4).map(tuple),
    quiet=QUIET,
    language=st.sampled_from(["en", "zh"]),
)
HAPPENING = st.tuples(st.integers(0, 1440), st.sampled_from(KINDS), st.sampled_from(["weibo", "baidu"]), TEXTS)
LOOKS = st.lists(st.tuples(st.integers(1, 120), st.sampled_from([set(), set(), {"mail"}, set(CHANNELS)])), max_size=30)


class Days:
    """What the database would know, in memory: for the decider alone, which never asks it."""

    def __init__(self, rules: Rules, happenings: list[tuple[int, str, str, str]]) -> None:
        self.rules = rules
        self.events = [
            msgspec.convert(
                {"key": f"{kind}:{number}", "on": kind, "at": minute(at), "subject": platform, "platforms": [platform], "kind": "blocked",
                 "evidence": text, "title": text, "since": minute(at), "until": minute(at)}, Event,
            )
            for number, (at, kind, platform, text) in enumerate(happenings)
        ]  # fmt: skip
        self.waiting: dict[tuple[str, str], Waiting] = {}
        self.delivered: Counter[tuple[str, str]] = Counter()
        self.recent: dict[tuple[str, str, str | None], datetime] = {}
        self.retry_at: dict[str, datetime] = {}

    def look(self, now: datetime, failing: set[str]) -> None:
        """One look at an instant, with some channels that fail."""
        begun = self.begun(now)
        decision = decide(self.rules, self.seen(now), begun, now)
        for channel, event in decision.noted:
            assert (channel, event.key) not in self.waiting
            self.waiting[channel, event.key] = Waiting(channel=channel, noted_at=now, event=event)
        check(self.rules, decision, begun, now)
        for message in decision.messages:
            if message.channel in failing:
                self.retry_at[message.channel] = now + timedelta(minutes=5)
            elif self.retry_at.get(message.channel, now) <= now:
                self.deliver(message, now)

    def deliver(self, message: Message, now: datetime) -> None:
        """A message has arrived."""
        for event in message.events:
            del self.waiting[message.channel, event.key]
            self.delivered[message.channel, event.key] += 1
            self.recent[message.channel, event.on, event.subject] = now

    def seen(self, now: datetime) -> list[Event]:
        """What has happened until now."""
        noted: Mapping[tuple[str, str], Any] = {**self.waiting, **self.delivered}
        return [
            msgspec.structs.replace(event, told={channel: "noted" for channel in CHANNELS if (channel, event.key) in noted})
            for event in self.events
            if event.at <= now
        ]

    def begun(self, now: datetime) -> Begun:
        """What is known of the channels."""
        return Begun(
            now=now,
            channels=[Channel(name=name, since=START, retry_at=self.retry_at.get(name)) for name in CHANNELS],
            waiting=list(self.waiting.values()),
            recent=[
                Recent(channel=channel, kind=kind, subject=subject, delivered_at=at) for (channel, kind, subject), at in self.recent.items()
            ],
        )


def check(rules: Rules, decision: Decision, begun: Begun, now: datetime) -> None:
    """What holds of each decision: bounded, each event once on a channel, nothing but the urgent in quiet hours, nothing while resting."""
    out = Counter((message.channel, event.key) for message in decision.messages for event in message.events)
    assert set(out.values()) <= {1}
    assert all(count <= MOST_MESSAGES for count in Counter(message.channel for message in decision.messages).values())
    resting = {channel.name for channel in begun.channels if channel.retry_at is not None and channel.retry_at > now}
    for message in decision.messages:
        assert message.channel not in resting
        assert len(message.events) <= MOST_EVENTS
        assert len(letter(message.events, rules.language).body) <= MOST_CHARACTERS
        for event in message.events:
            wanting = [rule for rule in rules.of(message.channel) if rule.wants(event)]
            assert wanting
            last = [
                each.delivered_at
                for each in begun.recent
                if (each.channel, each.kind, each.subject) == (message.channel, event.on, event.subject)
            ]
            assert any(not last or now >= last[0] + rule.cooldown for rule in wanting)
            assert not is_quiet(rules, now) or any(rule.urgent for rule in wanting)


@given(RULES, st.lists(HAPPENING, max_size=60), LOOKS)
@settings(max_examples=150, deadline=None)
def test_each_event_is_told_once_and_none_is_lost(rules: Rules, happenings: list[tuple[int, str, str, str]], looks: Any) -> None:
    """At most once on each channel meanwhile; and once everybody can be reached, every event that a rule wants, and no other."""
    days = Days(rules, happenings)
    at = 0
    for minutes, failing in looks:
        at += minutes
        days.look(minute(at), failing)
    for later in range(max(at, 1440), max(at, 1440) + 6000, 15):
        days.look(minute(later), set())
    wanted = {(name, event.key) for name in CHANNELS for event in days.events if any(rule.wants(event) for rule in rules.of(name))}
    assert days.delivered == Counter(wanted)
    assert days.waiting == {}


def test_a_digest_has_the_same_time_for_everybody() -> None:
    """It stands at multiples of its length, always after what is in it, and never more than its length later."""
    for number in range(0, 200, 7):
        at = next_digest(minute(number), 60)
        assert timedelta(0) < at - minute(number) <= timedelta(hours=1)
        assert at.minute == 0

"""Decides what is told now, and what waits: events, rules, what is known of the channels and `now` in; messages out. Pure.

Each event goes out in exactly one message on each channel that wants it. Nothing is thrown away here: what may not go out yet waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hotledger.alerts.rules import Rule, Rules
from hotledger.alerts.text import fitting
from hotledger.ledger.telling import Begun, Channel, Event

MOST_SINGLE = 3
MOST_MESSAGES = 10
_LASTING = ("incident_opened", "run_missed", "batch_failed", "batch_lost")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Message(NamedTuple):
    """Events that go out together on a channel."""

    channel: str
    events: tuple[Event, ...]


class Decision(NamedTuple):
    """`noted` are events that nobody has noted for their channel yet, whether they go out now or later; `messages` go out now,
    in order; so many other events are `held`."""

    noted: list[tuple[str, Event]]
    messages: list[Message]
    held: int


class _Candidate(NamedTuple):
    event: Event
    noted_at: datetime
    is_new: bool


def decide(rules: Rules, events: Sequence[Event], begun: Begun, now: datetime) -> Decision:
    """What is told now on each channel. See the module."""
    noted: list[tuple[str, Event]] = []
    messages: list[Message] = []
    wanted = 0
    for channel in begun.channels:
        if channel.name in rules.channels:
            candidates = list(_candidates(rules, events, begun, channel, now))
            wanted += len(candidates)
            noted += [(channel.name, each.event) for each in candidates if each.is_new]
            messages += _messages(rules, begun, channel, candidates, now)
    return Decision(noted, messages, wanted - sum(len(message.events) for message in messages))


def is_quiet(rules: Rules, now: datetime) -> bool:
    """Whether these are quiet hours."""
    return rules.quiet is not None and rules.quiet.covers(now)


def _candidates(rules: Rules, events: Sequence[Event], begun: Begun, channel: Channel, now: datetime) -> Iterator[_Candidate]:
    """What is to be told on a channel and was not: what waits there, and what is new."""
    known: set[str] = set()
    waiting = [_Candidate(each.event, each.noted_at, is_new=False) for each in begun.waiting if each.channel == channel.name]
    told = {event.key for event in events if channel.name in event.told}
    news = [_Candidate(each, now, is_new=True) for each in events if each.key not in told and _is_news(each, channel, told)]
    for each in waiting + news:
        if each.event.key not in known and any(rule.wants(each.event) for rule in rules.of(channel.name)):
            known.add(each.event.key)
            yield each


def _is_news(event: Event, channel: Channel, told: set[str]) -> bool:
    """Whether it happened since the channel is known. What lasts is news whenever it began, and so is the end of what was told."""
    if event.on == "incident_recovered" and event.key.replace("recovered", "opened") in told:
        return True
    return event.at >= channel.since or event.on == "size_near" or (event.on in _LASTING and event.until is None)


def _messages(rules: Rules, begun: Begun, channel: Channel, candidates: list[_Candidate], now: datetime) -> list[Message]:
    if channel.retry_at is not None and channel.retry_at > now:
        return []
    last = {(each.kind, each.subject): each.delivered_at for each in begun.recent if each.channel == channel.name}
    quiet = is_quiet(rules, now)
    ready: list[Event] = []
    is_together = False
    for each in sorted(candidates, key=lambda candidate: (candidate.event.at, candidate.event.key)):
        wanting = [rule for rule in rules.of(channel.name) if rule.wants(each.event)]
        letting = [rule for rule in wanting if _lets_out(rule, each, quiet, last.get((each.event.on, each.event.subject)), now)]
        if letting:
            ready.append(each.event)
            is_together = is_together or all(rule.digest_minutes or rule.cooldown_minutes for rule in letting)
    return _grouped(rules, channel.name, ready, is_together or len(ready) > MOST_SINGLE)[:MOST_MESSAGES]


def _lets_out(rule: Rule, candidate: _Candidate, quiet: bool, last: datetime | None, now: datetime) -> bool:
    """Whether a rule lets an event out now."""
    if quiet and not rule.urgent:
        return False
    if rule.cooldown_minutes and last is not None and now < last + rule.cooldown:
        return False
    return not rule.digest_minutes or now >= next_digest(candidate.noted_at, rule.digest_minutes)


def next_digest(noted_at: datetime, minutes: int) -> datetime:
    """When the digest goes out in which an event is: they stand at multiples of their length, whoever reckons."""
    length = timedelta(minutes=minutes)
    return _EPOCH + ((noted_at - _EPOCH) // length + 1) * length


def _grouped(rules: Rules, channel: str, ready: list[Event], together: bool) -> list[Message]:
    groups = fitting(ready, rules.language) if together else [(event,) for event in ready]
    return [Message(channel, group) for group in groups]

"""One look at what is to be told: ask the database, decide, note, claim, send, record. Any number of machines may do so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
import structlog

from hotledger.alerts.deciding import Message, decide
from hotledger.alerts.rules import Rules
from hotledger.alerts.sending import Send
from hotledger.alerts.text import letter
from hotledger.ledger.telling import Event, Telling

log = structlog.get_logger("hotledger.alerts")

_LEASE_SECONDS = 120


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one look went: messages that were delivered, those that failed (by channel, why), and events that wait."""

    delivered: int = 0
    events: int = 0
    held: int = 0
    failed: dict[str, str] = {}


class Alerting:
    """Tells what happened, by rules. `send` brings one letter to one address."""

    def __init__(
        self, telling: Telling, rules: Rules, send: Send, *, now: Callable[[], datetime], size_limit_mb: int | None = None
    ) -> None:
        self._telling = telling
        self._rules = rules
        self._send = send
        self._now = now
        self._size_limit_mb = size_limit_mb
        self._zone: tzinfo = ZoneInfo(rules.quiet.zone) if rules.quiet is not None else UTC

    async def run(self, *, limit_seconds: float = 60) -> Outcome:
        """Look once. What can't be sent within the limit waits for the next look; a channel that fails is not tried twice."""
        until = asyncio.get_running_loop().time() + limit_seconds
        rules, names = self._rules, list(self._rules.channels)
        begun = await self._telling.begin(names, keep_hours=rules.keep_hours, recent_minutes=rules.longest_cooldown_minutes)
        if {"batch_lost", "batch_failed"} & set(rules.kinds):
            await self._telling.reap()
        now = self._now()
        events = await self._telling.events(
            rules.kinds,
            now - timedelta(hours=rules.keep_hours),
            channels=names,
            keywords=rules.keywords,
            ranks=rules.ranks,
            size_limit_mb=self._size_limit_mb,
        )
        decision = decide(rules, events, begun, now)
        await self._telling.note(decision.noted)
        by_channel = groupby(decision.messages, key=lambda message: message.channel)
        told = await asyncio.gather(*(self._tell(name, list(messages), until) for name, messages in by_channel))
        done: Counter[str] = Counter()
        for each, _ in told:
            done.update(each)
        unsent = sum(len(message.events) for message in decision.messages) - done["events"] - done["others"]
        failed = {name: why for _, failures in told for name, why in failures.items()}
        return Outcome(delivered=done["delivered"], events=done["events"], held=decision.held + unsent, failed=failed)

    async def test(self, names: Sequence[str]) -> dict[str, str | None]:
        """Send a test message on each channel, whatever its state, and return what went wrong, or `None`, by channel."""
        await self._telling.begin(names, keep_hours=1, recent_minutes=0)
        now = self._now()
        events = {name: Event(key=f"test:{uuid4()}", on="test", at=now) for name in names}
        await self._telling.note(list(events.items()))
        went = await asyncio.gather(*(self._sent(Message(name, (event,)), forced=True) for name, event in events.items()))
        return {name: why for name, (_, why) in zip(events, went, strict=True)}

    async def _tell(self, channel: str, messages: list[Message], until: float) -> tuple[Counter[str], dict[str, str]]:
        done: Counter[str] = Counter()
        for message in messages:
            if asyncio.get_running_loop().time() > until:
                break
            told, why = await self._sent(message)
            if why is not None:
                log.warning("an alert could not be delivered", channel=channel, reason=why)
                return done, {channel: why}
            done.update(delivered=bool(told), events=told, others=len(message.events) - told)
        return done, {}

    async def _sent(self, message: Message, *, forced: bool = False) -> tuple[int, str | None]:
        """Claim what a message is about, send what is ours, and record it: how many events were told, and what went wrong."""
        token = uuid4()
        keys = [event.key for event in message.events]
        mine = set(await self._telling.claim(message.channel, keys, token, lease_seconds=_LEASE_SECONDS, forced=forced))
        events = [event for event in message.events if event.key in mine]
        if not events:
            return 0, None
        why = await self._send(self._rules.channels[message.channel], letter(events, self._rules.language, self._zone))
        await self._telling.done(message.channel, list(mine), token, error=why)
        return (len(events) if why is None else 0), why


async def told_quietly(alerting: Alerting, limit_seconds: float) -> Outcome | None:
    """Look once after something that must not fail for it: what goes wrong is a line in the log, and it takes a bounded time."""
    try:
        async with asyncio.timeout(limit_seconds * 2):
            return await alerting.run(limit_seconds=limit_seconds)
    except Exception as error:  # whatever it is: what was done before has been done well
        log.warning("alerts could not be looked at", reason=str(error) or type(error).__name__)
        return None

"""What has happened that may be told, and what was told on which channel: typed calls of the functions `alert_…`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from hotledger.store.port import Store

Kind = Literal[
    "incident_opened",
    "incident_recovered",
    "batch_failed",
    "batch_lost",
    "run_missed",
    "size_near",
    "keyword_appeared",
    "keyword_climbed",
    "test",
]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that has happened. Its `key` is the same for good; `told` says how it stands on each channel on which it is noted.

    `since` and `until` are those of the trouble or the batch, `lost` the readings that gave no list. All text in it is stored text.
    """

    key: str
    on: Kind
    at: datetime
    subject: str | None = None
    platforms: tuple[str, ...] = ()
    title: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    last_good_at: datetime | None = None
    lost: int | None = None
    evidence: str | None = None
    closing_evidence: str | None = None
    job_type: str | None = None
    batch_id: str | None = None
    planned: int | None = None
    succeeded: int | None = None
    percent: int | None = None
    bytes: int | None = None
    limit_mb: int | None = None
    keyword: str | None = None
    heading: str | None = None
    url: str | None = None
    rank: int | None = None
    climbed: int | None = None
    told: Mapping[str, str] = msgspec.field(default_factory=dict)


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """How a channel does. What ended before `since` is not told on it; until `retry_at` it rests after `failures` in a row."""

    name: str
    since: datetime
    failures: int = 0
    failed_at: datetime | None = None
    retry_at: datetime | None = None
    delivered_at: datetime | None = None
    error: str | None = None
    dead: bool = False
    waiting: int = 0


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is noted for a channel, and not told on it yet."""

    channel: str
    noted_at: datetime
    event: Event


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """When something was last told on a channel of a kind and a subject."""

    channel: str
    kind: str
    delivered_at: datetime
    subject: str | None = None


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when one begins to look at what is to be told."""

    now: datetime
    channels: list[Channel]
    waiting: list[Waiting]
    recent: list[Recent]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """An event on a channel, and how that went."""

    event_key: str
    channel: str
    state: Literal["held", "claimed", "delivered", "failed"]
    kind: str
    attempts: int
    noted_at: datetime
    given_up: bool
    subject: str | None = None
    tried_at: datetime | None = None
    delivered_at: datetime | None = None
    error: str | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The channels, and the last deliveries."""

    at: datetime
    channels: list[Channel]
    deliveries: list[Delivery]


class Telling:
    """The calls, over a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, channels: Sequence[str], *, keep_hours: int, recent_minutes: int) -> Begun:
        """Enter channels that are new, and ask how they do and what waits on them."""
        arguments = {"channels": list(channels), "keep_hours": keep_hours, "recent_minutes": recent_minutes}
        return msgspec.convert(await self._store.call("alert_begin", arguments), Begun)

    async def events(
        self,
        kinds: Sequence[str],
        since: datetime,
        *,
        channels: Sequence[str],
        keywords: Sequence[str] = (),
        ranks: int = 10,
        size_limit_mb: int | None = None,
    ) -> list[Event]:
        """What has happened since a moment."""
        chosen: dict[str, Any] = {"kinds": list(kinds), "since": since, "channels": list(channels), "keywords": list(keywords)}
        answer = await self._store.call("alert_events", chosen | {"ranks": ranks, "size_limit_mb": size_limit_mb})
        return msgspec.convert(answer["events"], list[Event])

    async def note(self, events: Sequence[tuple[str, Event]]) -> int:
        """Note events that are to be told, each after its channel, and return how many of them nobody had noted."""
        if not events:
            return 0
        rows = [{"channel": channel, "event": _stored(event)} for channel, event in events]
        return int((await self._store.call("alert_note", {"events": rows}))["noted"])

    async def claim(self, channel: str, keys: Sequence[str], token: UUID, *, lease_seconds: int, forced: bool = False) -> list[str]:
        """Take the right to tell noted events on a channel, and return the keys of those that are ours to tell."""
        arguments = {"event_keys": list(keys), "channel": channel, "token": token, "lease_seconds": lease_seconds, "forced": forced}
        return msgspec.convert((await self._store.call("alert_claim", arguments))["claimed"], list[str])

    async def done(self, channel: str, keys: Sequence[str], token: UUID, *, error: str | None) -> None:
        """Record how the telling went; `error` is `None` when it was delivered."""
        await self._store.call("alert_done", {"event_keys": list(keys), "channel": channel, "token": token, "error": error})

    async def told(self, *, at_most: int = 20, keep_hours: int = 72) -> Told:
        """The channels, and the last deliveries."""
        return msgspec.convert(await self._store.call("alert_list", {"at_most": at_most, "keep_hours": keep_hours}), Told)

    async def reap(self) -> None:
        """Close batches whose lease has run out, so that they are told as lost."""
        await self._store.call("batch_reap", {})


def _stored(event: Event) -> dict[str, Any]:
    rows: dict[str, Any] = msgspec.to_builtins(event)
    rows.pop("told", None)
    return rows

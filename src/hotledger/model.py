"""The words that all rooms share: frozen records and enums, without behaviour that needs the outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

import msgspec


class Status(StrEnum):
    """The four statuses that a row of `batch_jobs` can have."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"


class Verdict(StrEnum):
    """What a reading was worth. The first five keep the list, the rest are failures."""

    OK = "ok"
    SHORT = "short"
    FROZEN = "frozen"
    STALE = "stale"
    DRIFTED = "drifted"
    EMPTY = "empty"
    BLOCKED = "blocked"
    WRONG_LIST = "wrong_list"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    BROKEN = "broken"

    @property
    def keeps_list(self) -> bool:
        """Whether the list of such a reading is recorded (with a warning, unless `ok`)."""
        return self in _KEEPS_LIST


_KEEPS_LIST = frozenset({Verdict.OK, Verdict.SHORT, Verdict.FROZEN, Verdict.STALE, Verdict.DRIFTED})


class Kind(StrEnum):
    """Where a row of a list stands: among the ranked ones, pinned above them, or paid for."""

    RANKED = "ranked"
    PINNED = "pinned"
    AD = "ad"


class Identity(StrEnum):
    """As whom a request is sent; `fetch` knows the headers that go with it."""

    DESKTOP = "desktop"
    MOBILE = "mobile"
    PLAIN = "plain"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request of a platform's plan. `own_cookie` adds the user's cookie for that platform, if set."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    content: bytes | None = None
    identity: Identity = Identity.DESKTOP
    own_cookie: bool = False


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP answer, decompressed. Header names are in lower case; `received_at` is aware, UTC."""

    url: str
    status: int
    content: bytes
    received_at: datetime
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    attempts: int = 1


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a hot list, as the platform wrote it. What the platform does not say is `None`. `published_at` is aware, UTC."""

    title: str
    id: str | None = None
    url: str | None = None
    heat: int | float | None = None
    heat_text: str | None = None
    published_at: datetime | None = None
    kind: Kind = Kind.RANKED
    extras: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Listing(NamedTuple):
    """The rows of one list told apart; the rank of `ranked[i]` is i + 1."""

    ranked: tuple[Item, ...]
    pinned: tuple[Item, ...]
    ads: tuple[Item, ...]

    @classmethod
    def of(cls, items: Iterable[Item]) -> Listing:
        """Tell ranked rows, pins and ads apart, keeping the order of the platform."""
        rows = tuple(items)
        return cls(*(tuple(row for row in rows if row.kind is kind) for kind in Kind))


Plan: TypeAlias = Callable[[], Generator["Request | list[Request]", Any, Response]]
"""A generator function. It yields a request and is sent its response (or a list of requests, sent together,
and is sent the list of their responses), and returns the response that `parse` reads."""


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a platform.

    `expect` is the usual number of ranked rows. `link` says how the page of an entry is found from its `{id}`, its id
    without a beginning (`{id:Q_}`) or its `{title}` (percent-encoded); an item's `url` is stored only where that gives
    another address.

    `cadence_minutes` is how often the list changes enough to be worth a reading. `rest_hours` is the longest time that it ever stays
    unchanged, and `fresh_hours` how old its newest `published_at` may be: both by the nature of the list, until its own past tells more.
    `terms` notes what the site says about automatic reading. `aliases` are the names that other projects give the same list.
    `known_from` begins with `recorded YYYY-MM-DD` (the newest real body that the parser is proved with) or with `documentation`.
    `off` says why it is collected only when named.
    """

    id: str
    title: str
    home: str
    expect: range
    language: str = "zh"
    category: str = "general"
    heat: str | None = None
    heat_unit: str | None = None
    heat_from_rank: bool = False
    may_be_empty: bool = False
    link: str | None = None
    cookie: str | None = None
    cadence_minutes: int = 60
    rest_hours: float = 24
    fresh_hours: float | None = None
    terms: str | None = None
    aliases: tuple[str, ...] = ()
    known_from: str = "documentation"
    off: str | None = None

    @property
    def recorded_on(self) -> date | None:
        """The date of the newest real body that the parser is proved with; `None` where only documentation is known."""
        found = _RECORDED.match(self.known_from)
        return date.fromisoformat(found[1]) if found else None


_RECORDED = re.compile(r"recorded (\d{4}-\d{2}-\d{2})")


class Reader(NamedTuple):
    """A platform module, loaded: its facts, its plans in the order of trying, its parser and the parser's version."""

    facts: Platform
    plans: tuple[Plan, ...]
    parse: Callable[[Response], list[Item]]
    version: str


class Judgement(NamedTuple):
    """A verdict and the sentence that says why."""

    verdict: Verdict
    evidence: str


class KeptBody(msgspec.Struct, frozen=True, kw_only=True):
    """A body by its SHA-256 in hex, and which endpoint (an address without scheme and query) gave it with which HTTP status."""

    body_hash: str
    endpoint: str | None = None
    http_status: int | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one platform gave in one batch. Instants are aware, UTC; `body_hash` is SHA-256 in hex. For `waited_ms` of its duration
    no request was under way.

    `failed_ways` tells of each endpoint that was tried before the one that answered. `other_bodies` are those of further ways where none
    gave a list: a mended parser may find it there. `baseline` is what the judge knows of the platform after this reading, for the next one.
    """

    platform: str
    verdict: Verdict
    evidence: str
    started_at: datetime
    collected_at: datetime
    duration_ms: int
    waited_ms: int | None = None
    items: tuple[Item, ...] = ()
    pinned: tuple[Item, ...] = ()
    ads: int = 0
    attempts: int = 0
    endpoint: str | None = None
    http_status: int | None = None
    bytes: int | None = None
    body_hash: str | None = None
    parser_version: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    failed_ways: tuple[str, ...] = ()
    other_bodies: tuple[KeptBody, ...] = ()
    baseline: Mapping[str, Any] | None = None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger's answer to a reading: how many items landed, and how the batch stands now.

    `spooled` means that none landed yet: the database was away, and the reading waits in the local spool.
    """

    platform: str
    items: int
    new_items: int
    batch_status: Status
    replayed: bool = False
    spooled: bool = False


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `batch_jobs`. Every field that the table lets be NULL may be `None`."""

    id: str
    job_type: str
    status: str | None = None
    platforms_processed: list[str | None] | None = None
    total_items: int | None = None
    metadata: Any = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    created_at: datetime | None = None

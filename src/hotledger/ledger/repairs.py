"""Readings whose bodies were kept, and what became of them when they were read again."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from hotledger.model import Verdict


class WithBody(msgspec.Struct, frozen=True, kw_only=True):
    """A reading whose body was kept by the machine that collected it. `endpoint` is an address without scheme and query."""

    batch_id: str
    platform: str
    collected_at: datetime
    status: str
    verdict: Verdict
    items: int
    body_hash: str
    evidence: str | None = None
    duration_ms: int | None = None
    bytes: int | None = None
    endpoint: str | None = None
    http_status: int | None = None
    parser_version: str | None = None
    error_message: str | None = None
    repaired_at: datetime | None = None


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a reading that was read again.

    `refused` comes with its `reason`: `worse`, `needs_the_past` or `another_body`. `unknown` means that the ledger has no such reading.
    """

    outcome: Literal["repaired", "unchanged", "refused", "unknown"]
    reason: str | None = None
    verdict_before: Verdict | None = None
    verdict: Verdict | None = None
    items_before: int = 0
    items: int = 0
    new_items: int | None = None

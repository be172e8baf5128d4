"""Readings whose bodies were kept, and what became of them when they were read again."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from hotledger.model import KeptBody, Verdict


class WithBody(msgspec.Struct, frozen=True, kw_only=True):
    """A reading whose bodies were kept by the machine that collected it: that of the first way, if it had one, and those of further ways
    where none gave a list. `endpoint` and `http_status` are those of the first."""

    batch_id: str
    platform: str
    collected_at: datetime
    status: str
    verdict: Verdict
    items: int
    body_hash: str | None = None
    evidence: str | None = None
    duration_ms: int | None = None
    bytes: int | None = None
    endpoint: str | None = None
    http_status: int | None = None
    parser_version: str | None = None
    error_message: str | None = None
    repaired_at: datetime | None = None
    other_bodies: tuple[KeptBody, ...] = ()

    @property
    def bodies(self) -> tuple[KeptBody, ...]:
        """All of them, in the order in which they are read again."""
        if self.body_hash is None:
            return self.other_bodies
        return (KeptBody(body_hash=self.body_hash, endpoint=self.endpoint, http_status=self.http_status), *self.other_bodies)


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

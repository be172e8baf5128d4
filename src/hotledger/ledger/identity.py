"""Ids made by the client: UUIDv7 (RFC 9562), which sort by time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def uuid7(at: datetime, random_bits: int | None = None) -> UUID:
    """A UUIDv7 of an aware instant; `random_bits` (74 are used) come from the system when not given."""
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)  # a float of seconds is too coarse for some instants
    chance = secrets.randbits(74) if random_bits is None else random_bits & ((1 << 74) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | ((chance >> 62) << 64) | (0b10 << 62) | (chance & ((1 << 62) - 1)))


def uuid7_of(at: datetime, name: str) -> UUID:
    """The UUIDv7 that always belongs to this instant and name, so that the same import makes the same ids."""
    return uuid7(at, int.from_bytes(hashlib.sha256(name.encode()).digest()[:10], "big"))

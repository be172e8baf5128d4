"""Ids made by the client: UUIDv7 (RFC 9562), which sort by time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID


def uuid7(at: datetime, random_bits: int | None = None) -> UUID:
    """A UUIDv7 of an aware instant; `random_bits` (74 are used) come from the system when not given."""
    milliseconds = int(at.timestamp() * 1000)
    chance = secrets.randbits(74) if random_bits is None else random_bits & ((1 << 74) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | ((chance >> 62) << 64) | (0b10 << 62) | (chance & ((1 << 62) - 1)))


def uuid7_of(at: datetime, name: str) -> UUID:
    """The UUIDv7 that always belongs to this instant and name, so that the same import makes the same ids."""
    return uuid7(at, int.from_bytes(hashlib.sha256(name.encode()).digest()[:10], "big"))

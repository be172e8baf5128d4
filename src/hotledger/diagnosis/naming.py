"""Tells the case of a failure by its code, never by its text, as the table says."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

import msgspec

from hotledger.diagnosis.table import table
from hotledger.errors import StoreError


class Claims(msgspec.Struct, frozen=True):
    """What we read of a legacy key."""

    exp: float | None = None


def case_of(error: StoreError, *, over_api: bool) -> str:
    """The code of the case that a failure is."""
    signed = (code for code, case in table().cases.items() if error.sqlstate in (case.api_signs if over_api else case.signs))
    return next(signed, "database_refuses")


def expiry(key: str) -> datetime | None:
    """Until when a legacy key says that it is valid; `None` for any other key."""
    parts = key.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)), type=Claims)
        return datetime.fromtimestamp(claims.exp, UTC) if claims.exp is not None else None
    except (msgspec.DecodeError, binascii.Error, ValueError, OverflowError, OSError):
        return None

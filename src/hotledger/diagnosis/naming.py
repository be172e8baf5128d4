"""Tells the case of a failure by its code, never by its text."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from hotledger.errors import StoreError

_DIRECT: Mapping[str, str] = {
    "3F000": "schema_missing",
    "42P01": "schema_incomplete",
    "42883": "schema_incomplete",
    "42501": "not_allowed",
    "57014": "statement_timeout",
    "25006": "read_only",
    "28P01": "password_wrong",
    "28000": "login_refused",
    "3D000": "database_missing",
    "53300": "too_many_connections",
}
_API: Mapping[str, str] = {
    "42P01": "schema_missing_api",
    "PGRST205": "schema_missing_api",
    "3F000": "schema_missing_api",
    "42883": "function_missing_api",
    "PGRST202": "schema_cache_stale",
    "PGRST203": "schema_cache_stale",
    "42501": "not_allowed_api",
    "57014": "statement_timeout_api",
    "25006": "read_only_api",
    "540": "paused",
    "402": "over_quota",
    "429": "over_quota",
    "404": "not_supabase",
    "502": "not_supabase",
    "503": "not_supabase",
    **dict.fromkeys(("PGRST000", "PGRST001", "PGRST002", "PGRST003"), "database_behind_api_away"),
    **dict.fromkeys(("401", "403", "PGRST301", "PGRST302", "PGRST303", "22023"), "key_refused"),
}


class Claims(msgspec.Struct, frozen=True):
    """What we read of a legacy key."""

    exp: float | None = None


def case_of(error: StoreError, *, over_api: bool) -> str:
    """The code of the case that a failure is."""
    return (_API if over_api else _DIRECT).get(error.sqlstate or "", "database_refuses")


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

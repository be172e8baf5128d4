"""Options and readings of arguments that several commands share."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from hotledger.errors import SettingsError

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table.")]
PublicRead = Annotated[
    bool,
    typer.Option("--public-read", help="Let everybody with a public key of the Supabase project read the views; without this, nobody can."),
]
AsSql = Annotated[bool, typer.Option("--sql", help="Print the SQL query that this stands for, and do nothing.")]

_DURATION = re.compile(r"(\d+)\s*([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def duration(written: str) -> timedelta:
    """An age such as 30d, 12h, 2w. Raises `SettingsError` for anything else."""
    found = _DURATION.fullmatch(written.strip().lower())
    if not found or int(found.group(1)) * _SECONDS[found.group(2)] > 100 * 366 * 86400:
        raise SettingsError(f"“{written}” is not an age: write a number and s, m, h, d or w, such as 30d (at most a hundred years).")
    return timedelta(seconds=int(found.group(1)) * _SECONDS[found.group(2)])


def moment(written: str | None) -> datetime | None:
    """An instant (see `instant`), or the one that is an age ago, such as 12h or 3d. Raises `SettingsError` for anything else."""
    if written is not None and _DURATION.fullmatch(written.strip().lower()):
        return datetime.now(UTC) - duration(written)
    return instant(written, or_so=", or an age such as 12h or 3d")


def instant(written: str | None, *, or_so: str = "") -> datetime | None:
    """An ISO 8601 instant; without a zone it is UTC. Raises `SettingsError` for anything else."""
    if written is None:
        return None
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        raise SettingsError(f"“{written}” is not a time: write it as 2026-11-24T08:00:00+00:00{or_so}.") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)

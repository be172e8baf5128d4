"""Names the failures of a database by SQLSTATE, never by text: the same code means the same over every transport."""

from __future__ import annotations

from typing import NamedTuple

from hotledger.errors import SchemaMissing, StoreError, StoreRejected, StoreUnavailable

_MISSING = ("3F000", "42P01", "42883")
# Another try, later, can help. PT429 is our own: a collector that makes too many calls.
_UNAVAILABLE = ("08", "53", "57", "58", "40001", "40P01", "55P03", "PT429")
_READ_ONLY = "25006"
_FORBIDDEN = "42501"


class Cures(NamedTuple):
    """What to do about a missing schema and a missing right, in the words of one transport."""

    schema: str
    right: str


def named(state: str, said: str, cures: Cures) -> StoreError:
    """The failure that a SQLSTATE stands for; `said` is what the database said, in one line."""
    if state in _MISSING:
        return SchemaMissing(f"The database lacks a part of the schema ({said}). {cures.schema}", state)
    if state.startswith(_UNAVAILABLE):
        return StoreUnavailable(f"The database can't do it now ({state}): {said}.", state)
    if state == _READ_ONLY:
        return StoreUnavailable(f"The database is read-only: {said}.", state)
    if state == _FORBIDDEN:
        return StoreRejected(f"The database role may not do this ({said}). {cures.right}", state)
    return StoreRejected(f"The database refused the call ({state}): {said}", state)


def first_line(said: str, otherwise: str) -> str:
    """What a database said, in one line and without the full stop."""
    lines = said.strip().splitlines()
    return lines[0].removesuffix(".") if lines else otherwise

"""Chooses the directory of the server's socket: beside the data, or a short one in /tmp where that path can't be used."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

from hotledger.embedded import postmaster
from hotledger.embedded.account import Place
from hotledger.errors import EmbeddedError

PORT = 5432
# `sockaddr_un` holds 107 bytes on Linux and 103 on macOS; one limit keeps them alike.
_LONGEST_PATH = 103
# PostgreSQL and libpq read these as the end of a path or as the sign of another kind of address.
_UNFIT = frozenset(",\"'@%\\\n")
_SHORT_ROOT = Path("/tmp")  # noqa: S108 - each directory in it is checked to be ours
_TRIES = 10


def usual_directory(place: Place) -> Path:
    """The directory that the server of this place listens in, unless a stranger occupies it."""
    return _candidates(place)[0]


def make_directory(place: Place) -> Path:
    """Make, or find again, a directory of mode 0700 that belongs to the server's user, without the lock of a dead server."""
    for directory in _candidates(place):
        if _is_ours(directory, place):
            _remove_stale_lock(directory, place)
            return directory
    raise EmbeddedError(f"Other users occupy every name for the database's socket, such as {_candidates(place)[0]}: remove them.")


def _candidates(place: Place) -> list[Path]:
    beside = place.folder / "socket"
    longest = len(os.fsencode(beside / f".s.PGSQL.{PORT}"))
    if longest <= _LONGEST_PATH and not _UNFIT & set(str(beside)):
        return [beside]
    digest = hashlib.sha256(os.fsencode(place.folder)).hexdigest()[:12]
    name = f"hotledger-{place.owner}-{digest}"
    return [_SHORT_ROOT / name, *(_SHORT_ROOT / f"{name}-{number}" for number in range(1, _TRIES))]


def _is_ours(directory: Path, place: Place) -> bool:
    """Make the directory if it is missing. Anybody may have made it before us in /tmp: a link, or another's directory, is not ours."""
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {place.owner, os.geteuid()}:
        return False
    if place.account and found.st_uid != place.owner:
        os.chown(directory, place.account.uid, place.account.gid, follow_symlinks=False)
    if stat.S_IMODE(found.st_mode) != 0o700:
        directory.chmod(0o700)
    return True


def _remove_stale_lock(directory: Path, place: Place) -> None:
    """Remove the socket's lock of a dead server, lest PostgreSQL takes a stranger's process for it."""
    lock = directory / f".s.PGSQL.{PORT}.lock"
    if lock.exists() and not postmaster.holds(lock, place.data):
        lock.unlink()

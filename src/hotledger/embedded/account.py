"""Decides as whom the server runs, and where its files lie. Knows nothing of PostgreSQL itself.

PostgreSQL refuses to run as root. An ordinary user's server runs as that user, under the home. Root's server runs as the system
account `hotledger`, which is created the first time, or as `nobody` where that fails (no `useradd`, a read-only /etc); once there
is data, its owner stays the account. A home which that account can't enter is left as it is, modes and all: the data then lies in
`/var/lib/hotledger/<hash of the home's path>`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from hotledger.embedded.locks import open_file
from hotledger.errors import EmbeddedError

NAME = "hotledger"
SHARED_ROOT = Path("/var/lib/hotledger")


class Account(NamedTuple):
    """An unprivileged user of this machine, as whom root runs the server."""

    name: str
    uid: int
    gid: int


class Place(NamedTuple):
    """Where one server's files lie, and the account it runs as (`None`: whoever we are)."""

    folder: Path
    account: Account | None
    moved: bool = False

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log_file(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def state_lock(self) -> Path:
        return self.folder / "state.lock"

    @property
    def users_lock(self) -> Path:
        return self.folder / "users.lock"

    @property
    def pin(self) -> Path:
        return self.folder / "pinned"

    @property
    def programs(self) -> Path:
        return self.folder / "programs"

    @property
    def owner(self) -> int:
        return self.account.uid if self.account else os.geteuid()


def become(account: Account | None) -> dict[str, Any]:
    """The arguments of `subprocess` that run a program as this account."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def find_place(home: Path, *, make: bool) -> Place:
    """Where the server of this home lives. With `make`, its folder is made, and as root its account too; else nothing is touched."""
    home = Path(os.path.realpath(home.expanduser()))
    place = _root_place(home, make=make) if os.geteuid() == 0 else Place(home / "postgres", None)
    if make and not place.folder.is_dir():
        _make_folder(place.folder, 0o700 if place.account is None else 0o711)
    return place


def can_enter(account: Account, folder: Path) -> bool:
    """Whether the account can enter a folder. Tried out rather than computed, because modes are not all there is (ACLs, mounts)."""
    return try_as(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)])


def try_as(account: Account, command: list[str]) -> bool:
    """Whether a short command succeeds when the account runs it."""
    try:
        done = subprocess.run(command, cwd="/", check=False, capture_output=True, timeout=30, **become(account))  # noqa: S603
    except (PermissionError, FileNotFoundError):
        return False
    return done.returncode == 0


def _root_place(home: Path, *, make: bool) -> Place:
    inside = home / "postgres"
    outside = SHARED_ROOT / hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    for folder in (inside, outside):
        owner = _owner_of_data(folder)
        if owner is not None:
            return Place(folder, owner, moved=folder is outside)
    account = _made_account() if make else _known_account()
    if can_enter(account, _nearest_folder(home)):
        return Place(inside, account)
    return Place(outside, account, moved=True)


def _owner_of_data(folder: Path) -> Account | None:
    try:
        found = (folder / "data").stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return None if found.st_uid == 0 else Account(_name(found.st_uid), found.st_uid, found.st_gid)


def _made_account() -> Account:
    """Create the account once, however many of us try; where the machine does not let us, there is still `nobody`."""
    if _account(NAME) is None:
        with suppress(OSError, subprocess.SubprocessError):
            _create_account()
    return _known_account()


def _create_account() -> None:
    _make_folder(SHARED_ROOT, 0o755)
    descriptor = open_file(SHARED_ROOT / "account.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if _account(NAME) is None and program:
            command = [program, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME]
            subprocess.run(command, check=False, capture_output=True, timeout=60)  # noqa: S603
    finally:
        os.close(descriptor)


def _known_account() -> Account:
    account = _account(NAME) or _account("nobody")
    if account is None:
        raise EmbeddedError(
            "PostgreSQL can't run as root, and this machine has no account “hotledger” or “nobody” to run it as: create one."
        )
    return account


def _account(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return None if entry.pw_uid == 0 else Account(name, entry.pw_uid, entry.pw_gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _nearest_folder(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _make_folder(path: Path, mode: int) -> None:
    """Make a folder and its missing parents with this mode whatever the umask is; folders that exist are left as they are."""
    for folder in (*reversed(path.parents), path):
        try:
            folder.mkdir()
        except OSError:
            if not folder.is_dir():
                raise
        else:
            folder.chmod(mode)

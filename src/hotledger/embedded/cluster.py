"""Makes the data directory, whole or not at all, and says which settings the server must have."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hotledger.embedded.account import Place
from hotledger.embedded.binaries import MAJOR, Installation
from hotledger.embedded.process import Finished, run
from hotledger.embedded.sockets import PORT
from hotledger.errors import EmbeddedError

NAME = "hotledger"
_NEW = "data.new-"

# Written to postgresql.conf once, where people may change them.
_MODEST = {
    "shared_buffers": "96MB",
    "max_connections": "60",
    "min_wal_size": "32MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
}

# Given at every start, because what we promise rests on them.
_PROMISED = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "log_destination": "stderr",
    "logging_collector": "off",
}


async def make_data(place: Place, installation: Installation) -> None:
    """Make data directory and database. A killed attempt leaves a folder under another name, which the next one removes."""
    remove_leftovers(place)
    new = Path(tempfile.mkdtemp(prefix=_NEW, dir=place.folder))
    try:
        if place.account:
            os.chown(new, place.account.uid, place.account.gid)
        await _initialise(new, place, installation)
        _give_name(new, place.data)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def remove_leftovers(place: Place) -> None:
    """Remove what attempts that were killed have left."""
    for leftover in place.folder.glob(f"{_NEW}*"):
        shutil.rmtree(leftover, ignore_errors=True)


def check_version(place: Place, installation: Installation) -> None:
    """Refuse data of another major version, which these programs can't read."""
    found = (place.data / "PG_VERSION").read_text().strip()
    if found != str(MAJOR):
        raise EmbeddedError(
            f"The data in {place.data} was made by PostgreSQL {found}, and the installed programs are of {installation.version}: "
            f"install the hotledger that made it and dump it there with pg_dump, or move the folder away to begin anew."
        )


def server_command(place: Place, installation: Installation, socket_directory: Path) -> list[str]:
    """The command that runs the server; `-D` comes first, because `postmaster` looks for it there."""
    settings = _PROMISED | {"unix_socket_directories": str(socket_directory)}
    return [str(installation.program("postgres")), "-D", str(place.data), *_options(settings)]


async def _initialise(new: Path, place: Place, installation: Installation) -> None:
    options = ["--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"]
    options += ["--auth-local=trust", "--auth-host=reject", "--no-instructions", f"--username={NAME}", "-D", str(new)]
    initdb = installation.program("initdb")
    _check("initdb", await run(initdb, *options, *_options(_MODEST), account=place.account))
    postgres = installation.program("postgres")
    statement = f"CREATE DATABASE {NAME} OWNER {NAME};\n"
    _check("CREATE DATABASE", await run(postgres, "--single", "-j", "-D", str(new), "template1", account=place.account, text=statement))


def _check(step: str, finished: Finished) -> None:
    if finished.code != 0 or "ERROR:" in finished.output:
        raise EmbeddedError(f"Could not make the database: {step} failed with code {finished.code}.\n{bounded(finished.output)}")


def bounded(text: str, *, lines: int = 12, characters: int = 1500) -> str:
    """The last lines of a text, for an error message."""
    return "\n".join(text.strip().splitlines()[-lines:])[-characters:]


def _options(settings: dict[str, str]) -> list[str]:
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _give_name(new: Path, data: Path) -> None:
    """Rename, and make that outlive a power cut."""
    new.rename(data)
    descriptor = os.open(data.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

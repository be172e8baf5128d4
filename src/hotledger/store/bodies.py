"""Raw bodies on disk: zstd, named by their SHA-256, failed ones apart because they are kept longer.

Before the compressed body, in a frame that zstd programs skip, stands what a later reading needs and the ledger does not hold: the whole
address (the ledger has it without its query, where tokens may be) and the content type, which may name the charset.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog
import zstandard

from hotledger.errors import SettingsError
from hotledger.model import Response

log = structlog.get_logger("hotledger.bodies")

MIB = 1024 * 1024
_FAILED_LONGER = 4
_SKIPPED = (0x184D2A50).to_bytes(4, "little")
_UNFINISHED_SECONDS = 600
_HEX = frozenset("0123456789abcdef")
_KINDS = ("good", "failed")


class Kept(NamedTuple):
    """The file of a body: its hash, whether it is kept among the failed ones, when it was last seen, and its size on disk."""

    body_hash: str
    failed: bool
    seen_at: datetime
    bytes: int
    path: Path


class Body(NamedTuple):
    """A body that was kept, with the address that gave it and its content type as far as they are known."""

    content: bytes
    url: str | None
    content_type: str | None


class _Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    url: str | None = None
    content_type: str | None = None


class BodyStore:
    """A folder of bodies, shared by any number of processes. That a body can't be kept is logged, and never fails a reading.

    `days` and `mib` say how long and how much is kept; with 0 of either, nothing.
    """

    def __init__(self, folder: Path, *, days: int, mib: int = 512) -> None:
        self.folder = folder
        self.limit_bytes = mib * MIB
        self._days = days

    async def __call__(self, body: Response, *, failed: bool) -> str:
        """Keep a body, and return its SHA-256 in hex."""
        digest = hashlib.sha256(body.content).hexdigest()
        if self._days and self.limit_bytes:
            try:
                await asyncio.to_thread(self._keep, body, self._path(digest, failed=failed))
            except OSError as error:
                log.warning("body not kept", body_hash=digest, reason=str(error))
        return digest

    def read(self, digest: str) -> Body | None:
        """A kept body, or `None` when it is not (or no longer) kept, or the disk has spoilt it."""
        for failed in (False, True):
            with suppress(FileNotFoundError, NotADirectoryError):
                body = _unpacked(self._path(digest, failed=failed).read_bytes())
                if body is not None and hashlib.sha256(body.content).hexdigest() == digest:
                    return body
                log.warning("body spoilt", body_hash=digest)
        return None

    def has(self, digest: str) -> bool:
        """Whether a body is kept here, by its whole hash."""
        return len(digest) == 64 and _HEX.issuperset(digest) and any(self._path(digest, failed=failed).exists() for failed in (False, True))

    def find(self, beginning: str) -> str:
        """The hash of the one kept body that begins so. Raises `SettingsError` when there is none, or more than one."""
        if not beginning or not _HEX.issuperset(beginning) or len(beginning) > 64:
            raise SettingsError(f"“{beginning}” is not a hash or its beginning: write some of its 64 digits from 0 to 9 and a to f.")
        found = sorted({each.body_hash for each in self.kept() if each.body_hash.startswith(beginning)})
        if not found:
            raise SettingsError(f"No body is kept here whose hash begins with {beginning}: `hotledger bodies` lists them.")
        if len(found) > 1:
            shown = ", ".join(each[:12] for each in found[:5])
            raise SettingsError(f"{len(found)} kept bodies have a hash that begins with {beginning} ({shown} …): write more of it.")
        return found[0]

    def kept(self) -> list[Kept]:
        """All bodies that are kept, the oldest first."""
        found = (self._file(path, kind) for kind in _KINDS for path in (self.folder / kind).glob("*/*.zst"))
        return sorted((each for each in found if each is not None), key=lambda each: each.seen_at)

    def prune(self, now: datetime) -> int:
        """Delete the bodies whose time is over, then the oldest until the rest fits, failed ones last; return how many.

        What killed processes left unfinished goes too. Another process may prune at the same time. What can't be deleted stays.
        """
        try:
            self._remove_unfinished(now)
            return sum(map(self._remove, self._doomed(now)))
        except OSError as error:
            log.warning("bodies not pruned", reason=str(error))
            return 0

    def _doomed(self, now: datetime) -> Iterator[Kept]:
        days = {False: self._days, True: self._days * _FAILED_LONGER}
        kept = self.kept()
        old = {each.path for each in kept if each.seen_at < now - timedelta(days=days[each.failed])}
        over = sum(each.bytes for each in kept if each.path not in old) - self.limit_bytes
        for each in sorted(kept, key=lambda each: each.failed):
            if each.path in old:
                yield each
            elif over > 0:
                over -= each.bytes
                yield each

    def _remove(self, doomed: Kept) -> bool:
        again = self._file(doomed.path, "")  # a body that was seen again meanwhile lives on
        if again is None or again.seen_at != doomed.seen_at:
            return False
        try:
            doomed.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            log.warning("body not deleted", body_hash=doomed.body_hash, reason=str(error))
            return False
        return True

    def _remove_unfinished(self, now: datetime) -> None:
        long_ago = now.timestamp() - _UNFINISHED_SECONDS
        for path in self.folder.glob("*/*/*.unfinished"):
            with suppress(OSError):
                if path.stat().st_mtime < long_ago:
                    path.unlink()

    def _path(self, digest: str, *, failed: bool) -> Path:
        return self.folder / _KINDS[failed] / digest[:2] / f"{digest}.zst"

    @staticmethod
    def _file(path: Path, kind: str) -> Kept | None:
        try:
            facts = path.stat()
        except FileNotFoundError:
            return None
        return Kept(path.stem, kind == "failed", datetime.fromtimestamp(facts.st_mtime, UTC), facts.st_size, path)

    def _keep(self, body: Response, path: Path) -> None:
        with suppress(FileNotFoundError):
            os.utime(path)
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # an address may hold a token
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{secrets.token_hex(8)}.unfinished")
        try:
            unfinished.write_bytes(_packed(body))
            unfinished.replace(path)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            raise


def _packed(body: Response) -> bytes:
    origin = msgspec.json.encode(_Origin(body.url, body.headers.get("content-type")))
    return _SKIPPED + len(origin).to_bytes(4, "little") + origin + zstandard.ZstdCompressor().compress(body.content)


def _unpacked(packed: bytes) -> Body | None:
    """What a file holds. Those of older versions say nothing of the origin."""
    origin = _Origin()
    try:
        if packed.startswith(_SKIPPED):
            end = 8 + int.from_bytes(packed[4:8], "little")
            origin, packed = msgspec.json.decode(packed[8:end], type=_Origin), packed[end:]
        return Body(zstandard.ZstdDecompressor().decompress(packed), origin.url, origin.content_type)
    except (zstandard.ZstdError, msgspec.MsgspecError):
        return None

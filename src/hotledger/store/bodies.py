"""Raw bodies on disk: zstd, named by their SHA-256, failed ones apart because they are kept longer."""

from __future__ import annotations

import asyncio
import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path

import structlog
import zstandard

log = structlog.get_logger("hotledger.bodies")

_FAILED_LONGER = 4


class BodyStore:
    """A folder of bodies. That a body can't be kept is logged, and never fails a reading."""

    def __init__(self, folder: Path, *, days: int) -> None:
        self._folder = folder
        self._days = days

    async def __call__(self, content: bytes, *, failed: bool) -> str:
        """Keep a body, and return its SHA-256 in hex."""
        digest = hashlib.sha256(content).hexdigest()
        if self._days:
            try:
                await asyncio.to_thread(self._keep, content, self._path(digest, failed=failed))
            except OSError as error:
                log.warning("body not kept", body_hash=digest, reason=str(error))
        return digest

    def read(self, digest: str) -> bytes | None:
        """A kept body, or `None` when it is not (or no longer) kept."""
        for failed in (False, True):
            path = self._path(digest, failed=failed)
            if path.exists():
                return zstandard.ZstdDecompressor().decompress(path.read_bytes())
        return None

    def prune(self, now: datetime) -> int:
        """Delete the bodies whose time is over, and return how many."""
        gone = 0
        for kind, days in (("good", self._days), ("failed", self._days * _FAILED_LONGER)):
            oldest = (now - timedelta(days=days)).timestamp()
            for path in (self._folder / kind).glob("*/*.zst"):
                if path.stat().st_mtime < oldest:
                    path.unlink(missing_ok=True)
                    gone += 1
        return gone

    def _path(self, digest: str, *, failed: bool) -> Path:
        return self._folder / ("failed" if failed else "good") / digest[:2] / f"{digest}.zst"

    @staticmethod
    def _keep(content: bytes, path: Path) -> None:
        if path.exists():
            os.utime(path)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(zstandard.ZstdCompressor().compress(content))
        unfinished.replace(path)

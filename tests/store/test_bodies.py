"""Raw bodies on disk: kept, found again, and deleted when their time is over."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotledger.store.bodies import BodyStore

BODY = "热榜".encode() * 5000


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("failed", [False, True])
async def test_a_kept_body_is_found_again(tmp_path: Path, failed: bool) -> None:
    """By its SHA-256, the same bytes, in less space."""
    bodies = BodyStore(tmp_path, days=7)
    digest = await bodies(BODY, failed=failed)
    assert digest == hashlib.sha256(BODY).hexdigest()
    assert bodies.read(digest) == BODY
    (file,) = files(tmp_path)
    assert file.stat().st_size < len(BODY) / 50


async def test_an_unknown_body_is_none(tmp_path: Path) -> None:
    """Also before anything was kept."""
    assert BodyStore(tmp_path / "new", days=7).read("ab" * 32) is None


async def test_the_same_body_is_kept_once(tmp_path: Path) -> None:
    """A site that always says the same takes no more room, and the body lives on from its last sight."""
    bodies = BodyStore(tmp_path, days=7)
    await bodies(BODY, failed=False)
    (file,) = files(tmp_path)
    os.utime(file, (0, 0))
    await bodies(BODY, failed=False)
    assert files(tmp_path) == [file]
    assert file.stat().st_mtime > 0


async def test_failed_bodies_are_kept_four_times_as_long(tmp_path: Path) -> None:
    """They are what a repaired parser will want to read."""
    bodies = BodyStore(tmp_path, days=7)
    good, failed = await bodies(b"good", failed=False), await bodies(b"failed", failed=True)
    now = datetime.now(UTC)

    def after(days: float) -> tuple[int, bool, bool]:
        return bodies.prune(now + timedelta(days=days)), bodies.read(good) is not None, bodies.read(failed) is not None

    assert after(6.9) == (0, True, True)
    assert after(7.1) == (1, False, True)
    assert after(27.9) == (0, False, True)
    assert after(28.1) == (1, False, False)


async def test_bodies_need_not_be_kept(tmp_path: Path) -> None:
    """With no days at all nothing is written, and the digest is known all the same."""
    bodies = BodyStore(tmp_path, days=0)
    assert await bodies(BODY, failed=True) == hashlib.sha256(BODY).hexdigest()
    assert files(tmp_path) == []


async def test_a_body_that_can_not_be_kept_is_no_failure(tmp_path: Path) -> None:
    """A folder that can't be made (here, a file is in the way) is logged, and the reading goes on."""
    (tmp_path / "bodies").write_text("in the way")
    bodies = BodyStore(tmp_path / "bodies", days=7)
    assert await bodies(BODY, failed=False) == hashlib.sha256(BODY).hexdigest()
    assert bodies.read(hashlib.sha256(BODY).hexdigest()) is None

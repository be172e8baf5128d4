"""Raw bodies on disk: kept, found again, and deleted when their time is over or there are too many."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from hotledger.errors import SettingsError
from hotledger.model import Response
from hotledger.store.bodies import Body, BodyStore, Kept

CONTENT = "热榜".encode() * 5000
ADDRESS = "https://site.example/hot?board=7&token=1"
NOW = datetime.now(UTC)


def body(content: bytes, *, url: str = ADDRESS, content_type: str | None = "text/html; charset=gbk") -> Response:
    headers = {"set-cookie": "secret"} | ({"content-type": content_type} if content_type else {})
    return Response(url=url, status=200, content=content, received_at=NOW, headers=headers)


def noise(megabytes: float) -> bytes:
    """Bytes that no compression makes smaller."""
    return os.urandom(int(megabytes * 1024 * 1024))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def content_of(bodies: BodyStore, digest: str) -> bytes | None:
    found = bodies.read(digest)
    return found and found.content


async def kept_at(bodies: BodyStore, content: bytes, *, failed: bool, days_ago: float) -> str:
    """Keep a body that was last seen so long ago."""
    digest = await bodies(body(content), failed=failed)
    (file,) = (each.path for each in bodies.kept() if each.body_hash == digest)
    at = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(file, (at, at))
    return digest


@pytest.mark.parametrize("failed", [False, True])
async def test_a_kept_body_is_found_again(tmp_path: Path, failed: bool) -> None:
    """By its SHA-256, the same bytes, with address and content type, and no other header; in less space."""
    bodies = BodyStore(tmp_path, days=7)
    digest = await bodies(body(CONTENT), failed=failed)
    assert digest == hashlib.sha256(CONTENT).hexdigest()
    assert bodies.read(digest) == Body(CONTENT, ADDRESS, "text/html; charset=gbk")
    (file,) = files(tmp_path)
    assert file.stat().st_size < len(CONTENT) / 50
    assert b"secret" not in file.read_bytes()


async def test_any_zstd_program_reads_a_kept_body(tmp_path: Path) -> None:
    """The origin stands in a frame that such programs skip."""
    bodies = BodyStore(tmp_path, days=7)
    await bodies(body(CONTENT), failed=False)
    (file,) = files(tmp_path)
    try:
        done = subprocess.run(["zstd", "-dc", str(file)], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("not on this machine: the program zstd")
    assert done.stdout == CONTENT


async def test_bodies_of_older_versions_are_read(tmp_path: Path) -> None:
    """They were kept without their origin."""
    digest = hashlib.sha256(CONTENT).hexdigest()
    folder = tmp_path / "failed" / digest[:2]
    folder.mkdir(parents=True)
    (folder / f"{digest}.zst").write_bytes(zstandard.ZstdCompressor().compress(CONTENT))
    assert BodyStore(tmp_path, days=7).read(digest) == Body(CONTENT, None, None)


@pytest.mark.parametrize("spoilt", [b"", b"PK\2\2", b"\x50\x2a\x4d\x18\xff", None], ids=["empty", "foreign", "cut", "other bytes"])
async def test_a_spoilt_body_is_none(tmp_path: Path, spoilt: bytes | None) -> None:
    """What the disk has changed is not passed for what the site said."""
    bodies = BodyStore(tmp_path, days=7)
    digest = await bodies(body(CONTENT), failed=False)
    (file,) = files(tmp_path)
    file.write_bytes(zstandard.ZstdCompressor().compress(b"another body") if spoilt is None else spoilt)
    assert bodies.read(digest) is None


async def test_an_unknown_body_is_none(tmp_path: Path) -> None:
    """Also before anything was kept."""
    assert BodyStore(tmp_path / "new", days=7).read("ab" * 32) is None


async def test_the_same_body_is_kept_once(tmp_path: Path) -> None:
    """A site that always says the same takes no more room, and the body lives on from its last sight."""
    bodies = BodyStore(tmp_path, days=7)
    await bodies(body(CONTENT), failed=False)
    (file,) = files(tmp_path)
    os.utime(file, (0, 0))
    await bodies(body(CONTENT, url="https://site.example/other"), failed=False)
    assert files(tmp_path) == [file]
    assert file.stat().st_mtime > 0


async def test_failed_bodies_are_kept_four_times_as_long(tmp_path: Path) -> None:
    """They are what a repaired parser will want to read."""
    bodies = BodyStore(tmp_path, days=7)
    good, failed = await bodies(body(b"good"), failed=False), await bodies(body(b"failed"), failed=True)
    now = datetime.now(UTC)

    def after(days: float) -> tuple[int, bool, bool]:
        return bodies.prune(now + timedelta(days=days)), bodies.read(good) is not None, bodies.read(failed) is not None

    assert after(6.9) == (0, True, True)
    assert after(7.1) == (1, False, True)
    assert after(27.9) == (0, False, True)
    assert after(28.1) == (1, False, False)


async def test_the_oldest_good_bodies_go_first_when_there_is_no_room(tmp_path: Path) -> None:
    """Until the rest fits: first the good ones, the oldest of them first, then the failed ones."""
    generous = BodyStore(tmp_path, days=7, mib=100)
    kept = {
        (failed, days_ago): await kept_at(generous, noise(0.6), failed=failed, days_ago=days_ago)
        for failed in (False, True)
        for days_ago in (1, 5, 3)
    }
    left: dict[int, set[tuple[bool, int]]] = {}
    for mib in (4, 3, 2, 1):
        bodies = BodyStore(tmp_path, days=7, mib=mib)
        bodies.prune(NOW)
        assert sum(each.bytes for each in bodies.kept()) <= bodies.limit_bytes
        left[mib] = {name for name, digest in kept.items() if bodies.read(digest)}
    failed = {(True, 1), (True, 3), (True, 5)}
    assert left == {4: {*kept}, 3: {(False, 1), *failed}, 2: failed, 1: {(True, 1)}}


async def test_old_bodies_make_room_before_young_ones_go(tmp_path: Path) -> None:
    """What goes by age does not count against the budget."""
    bodies = BodyStore(tmp_path, days=7, mib=1)
    await kept_at(bodies, noise(0.6), failed=False, days_ago=8)
    young = await kept_at(bodies, noise(0.6), failed=False, days_ago=1)
    assert bodies.prune(NOW) == 1
    assert [each.body_hash for each in bodies.kept()] == [young]


async def test_what_killed_processes_left_unfinished_goes(tmp_path: Path) -> None:
    """But nothing that another process may be writing at this moment."""
    bodies = BodyStore(tmp_path, days=7)
    digest = await bodies(body(CONTENT), failed=False)
    (file,) = files(tmp_path)
    left, written = (file.with_suffix(f".{name}.unfinished") for name in ("left", "written"))
    for path, minutes in ((left, 11), (written, 1)):
        path.write_bytes(b"half")
        at = (NOW - timedelta(minutes=minutes)).timestamp()
        os.utime(path, (at, at))
    assert bodies.prune(NOW) == 0
    assert files(tmp_path) == sorted([file, written])
    assert content_of(bodies, digest) == CONTENT


async def test_many_may_keep_and_prune_at_the_same_time(tmp_path: Path) -> None:
    """Nobody fails when another was quicker, and what is there in the end is whole."""
    stores = [BodyStore(tmp_path, days=7, mib=1) for _ in range(8)]
    contents = [noise(0.2) for _ in range(12)]
    for content in contents[:8]:
        await kept_at(stores[0], content, failed=False, days_ago=3)

    def collect(store: BodyStore) -> None:
        for content in contents:
            asyncio.run(store(body(content), failed=False))
            store.prune(datetime.now(UTC))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(collect, stores))
    kept = stores[0].kept()
    assert kept
    assert all(content_of(stores[0], each.body_hash) in contents for each in kept)
    assert [path for path in files(tmp_path) if path.suffix != ".zst"] == []


@pytest.mark.parametrize("limits", [{"days": 0}, {"days": 7, "mib": 0}])
async def test_bodies_need_not_be_kept(tmp_path: Path, limits: dict[str, int]) -> None:
    """With no days or no room at all nothing is written, and the digest is known all the same."""
    bodies = BodyStore(tmp_path, **limits)
    assert await bodies(body(CONTENT), failed=True) == hashlib.sha256(CONTENT).hexdigest()
    assert files(tmp_path) == []


async def test_a_body_that_can_not_be_kept_is_no_failure(tmp_path: Path) -> None:
    """A folder that can't be made (here, a file is in the way) is logged, and the reading goes on."""
    (tmp_path / "bodies").write_text("in the way")
    bodies = BodyStore(tmp_path / "bodies", days=7)
    assert await bodies(body(CONTENT), failed=False) == hashlib.sha256(CONTENT).hexdigest()
    assert bodies.prune(NOW) == 0
    assert bodies.read(hashlib.sha256(CONTENT).hexdigest()) is None


FULL_DISK = """
import asyncio, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from hotledger.model import Response
from hotledger.store.bodies import BodyStore
bodies = BodyStore(Path(sys.argv[1]), days=7)
answer = Response(url="https://site.example", status=200, content=sys.argv[2].encode(), received_at=datetime.now(UTC))
resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
print(asyncio.run(bodies(answer, failed=False)))
"""


async def test_a_full_disk_is_no_failure(tmp_path: Path) -> None:
    """Where no more can be written, the reading goes on, and no half of a body is left that takes room or passes for whole."""
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path), "list"], capture_output=True, text=True, check=True)
    assert "body not kept" in done.stdout
    assert done.stdout.splitlines()[-1] == hashlib.sha256(b"list").hexdigest()
    assert files(tmp_path) == []


async def test_a_body_is_found_by_the_beginning_of_its_hash(tmp_path: Path) -> None:
    """By as much as tells it from others; what is none, unknown, or not enough is said."""
    bodies = BodyStore(tmp_path, days=7)
    digests = [await bodies(body(str(number).encode()), failed=number % 2 == 0) for number in range(20)]
    assert [bodies.find(digest[:40]) for digest in digests] == digests
    assert bodies.find(digests[0]) == digests[0]
    shared = next(letter for letter in "0123456789abcdef" if sum(digest.startswith(letter) for digest in digests) > 1)
    for beginning, said in ((shared, "write more of it"), ("0" * 64, "No body is kept"), ("", "not a hash"), ("../x", "not a hash")):
        with pytest.raises(SettingsError, match=said):
            bodies.find(beginning)


async def test_what_is_kept_is_listed(tmp_path: Path) -> None:
    """The oldest first, with its size on disk and whether it failed."""
    bodies = BodyStore(tmp_path, days=7)
    young = await kept_at(bodies, b"young", failed=False, days_ago=1)
    old = await kept_at(bodies, b"old", failed=True, days_ago=2)
    found: list[Kept] = bodies.kept()
    assert [(each.body_hash, each.failed) for each in found] == [(old, True), (young, False)]
    assert [each.bytes for each in found] == [each.path.stat().st_size for each in found]
    assert found[0].seen_at == NOW - timedelta(days=2)

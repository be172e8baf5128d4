"""Feeds mutated bodies to every parser, and to what stores its items: only failures that we name, within bounds of time and memory."""

from __future__ import annotations

import multiprocessing
import resource
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import process_time
from typing import NamedTuple

import msgspec

from drill.mutations import mutated
from hotledger import body
from hotledger.errors import HotledgerError
from hotledger.ledger.wire import item_arguments
from hotledger.platforms import reader

FIXTURES = Path(__file__).parents[1] / "tests" / "platforms" / "fixtures"
RECEIVED_AT = datetime(2026, 6, 4, 12, tzinfo=UTC)
_SHOWN = 5
_LONGEST_SECONDS = 5.0
_LARGEST_MIB = 1024


class Found(NamedTuple):
    """What became of some bodies: how each ended, the longest time on one (CPU seconds), peak memory (MiB), and what must not be."""

    ended: Counter[str]
    longest_seconds: float
    longest: str
    peak_mib: float
    wrong: tuple[str, ...]


def bodies() -> dict[str, tuple[bytes, ...]]:
    """The bodies that we keep, by platform."""
    found: dict[str, list[bytes]] = {}
    for file in sorted(FIXTURES.glob("*/*")):
        if not file.name.endswith(".expected.json"):
            found.setdefault(file.parent.name, []).append(file.read_bytes())
    return {platform: tuple(contents) for platform, contents in found.items()}


def outcome(platform: str, content: bytes) -> str:
    """Read one body as a collection would: `list`, or the code of the failure. Raises whatever is not a failure that we name."""
    try:
        items = reader(platform).parse(body.from_file(content, RECEIVED_AT))
    except HotledgerError as error:
        str(error).encode("utf-8", "strict")
        return error.code
    for item in items:
        msgspec.convert(msgspec.to_builtins(item), type(item))
        msgspec.json.encode(item_arguments(item))
        if not item.title.strip():
            raise AssertionError("an item without a title")
    return "list"


def attempts(platform: str, count: int, seed: int) -> Iterator[bytes]:
    """Mutated bodies of one platform, always the same for one seed."""
    known = bodies()
    others = tuple(contents[0] for name, contents in known.items() if name != platform)
    chance = Random(f"{seed}:{platform}")
    for _ in range(count):
        yield mutated(chance.choice(known[platform]), chance, others)


def fuzz(platform: str, count: int, seed: int) -> Found:
    """Try so many bodies on one platform."""
    ended: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    longest = 0.0
    for number, content in enumerate(attempts(platform, count, seed)):
        began = process_time()
        try:
            ended[outcome(platform, content)] += 1
        except Exception as error:  # what a drill is there to find
            ended["unnamed"] += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            told = f"{platform}: {type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
            wrong.setdefault(told, f"{told}: {str(error)[:200]!r} (seed {seed}, body {number})")
        longest = max(longest, process_time() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    limits = [f"{platform}: one body took {longest:.1f} s"] if longest > _LONGEST_SECONDS else []
    limits += [f"{platform}: {peak:.0f} MiB of memory"] if peak > _LARGEST_MIB else []
    return Found(ended, longest, platform, peak, tuple([*wrong.values(), *limits][:_SHOWN]))


def fuzz_all(count: int, seed: int, processes: int = 2) -> Found:
    """Try so many bodies, shared out over all platforms."""
    platforms = sorted(bodies())
    shares = [count // len(platforms) + (place < count % len(platforms)) for place in range(len(platforms))]
    with multiprocessing.get_context("spawn").Pool(processes, maxtasksperchild=4) as pool:
        found = pool.starmap(fuzz, [(name, share, seed) for name, share in zip(platforms, shares, strict=True)], chunksize=1)
    slowest = max(found, key=lambda each: each.longest_seconds)
    return Found(
        sum((each.ended for each in found), Counter()),
        slowest.longest_seconds,
        slowest.longest,
        max(each.peak_mib for each in found),
        tuple(wrong for each in found for wrong in each.wrong),
    )

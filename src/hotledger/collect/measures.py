"""What can be measured on one list, without any past: how long, how hot, which titles, which fields. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

from hotledger.collect.baseline import Snapshot, packed
from hotledger.model import Item, Listing

ROWS = 100
_EXTRAS = 20
_NAME_CHARACTERS = 40
_HIGHEST = 65_535
_FEWEST_HEATS = 3


class Body(NamedTuple):
    """What is known of the answer that a list was read from. `paths` are the key paths of a JSON body, hashed; `None` where it is none."""

    endpoint: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    paths: frozenset[int] | None = None


UNKNOWN_BODY = Body()


class Measures(NamedTuple):
    """A list as the judge sees it; only the first hundred rows count, but for `length`.

    `titles`, `rows` and `print` are hashes; `rows` covers title and heat, `print` all of them in their order. `heats` are 1000 times the
    logarithm of each heat, 0 where there is none; `level` is the one in the middle, 100 times. `fields` is the percentage of the rows
    with each field, `newest` the moment of the newest row.
    """

    length: int
    print: int
    titles: tuple[int, ...]
    rows: tuple[int, ...]
    heats: tuple[int, ...]
    level: int | None
    fields: dict[str, int]
    newest: int | None
    body: Body

    def snapshot(self, at: int) -> Snapshot:
        """The list as it is kept."""
        return Snapshot(at, packed(self.titles, "I"), packed(self.rows, "H"), packed(self.heats, "H"))


def measured(listing: Listing, body: Body = UNKNOWN_BODY) -> Measures:
    """Measure the ranked rows of a list."""
    items = listing.ranked[:ROWS]
    titles = [item.title.encode("utf-8", "surrogatepass") for item in items]
    hashes = tuple(map(crc32, titles))
    full = [crc32(repr(item.heat).encode(), known) for item, known in zip(items, hashes, strict=True)]
    heats = tuple([_logarithm(item.heat) for item in items])
    return Measures(
        length=len(listing.ranked),
        print=crc32(repr(full).encode()),
        titles=hashes,
        rows=tuple([row & 0xFFFF for row in full]),
        heats=heats,
        level=level_of(heats),
        fields=_fields(items),
        newest=_newest(items),
        body=body,
    )


def _logarithm(heat: float | None) -> int:
    if heat is None or not heat > 0:
        return 0
    try:
        return min(_HIGHEST, round(1000 * math.log1p(heat)))
    except OverflowError:
        return _HIGHEST


def level_of(heats: Sequence[int]) -> int | None:
    """The heat in the middle of a list, 100 times its logarithm; `None` when too few have one."""
    known = sorted(filter(None, heats))
    return known[len(known) // 2] // 10 if len(known) >= _FEWEST_HEATS else None


def _fields(items: Sequence[Item]) -> dict[str, int]:
    if not items:
        return {}
    had = {
        "id": sum([item.id is not None for item in items]),
        "url": sum([item.url is not None for item in items]),
        "heat": sum([item.heat is not None for item in items]),
        "heat_text": sum([item.heat_text is not None for item in items]),
        "published_at": sum([item.published_at is not None for item in items]),
    }
    if any(item.extras for item in items):
        extras = Counter(str(name)[:_NAME_CHARACTERS] for item in items for name, value in item.extras.items() if value is not None)
        had |= {f"extras.{name}": times for name, times in extras.most_common(_EXTRAS)}
    return {name: 100 * times // len(items) for name, times in had.items() if times}


def _newest(items: Sequence[Item]) -> int | None:
    written = [item.published_at for item in items if item.published_at is not None]
    return max(map(_seconds, written)) if written else None


def _seconds(at: datetime) -> int:
    return int(at.timestamp()) if at.tzinfo else 0

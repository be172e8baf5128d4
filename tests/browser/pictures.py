"""Makes a screenshot small: a PNG of at most 256 colours, each standing for those that are much like it."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256


def small(png: bytes) -> bytes:
    """The picture, which must have 8 bits for each of red, green and blue (and none for how clear it is), with a palette."""
    header, packed = b"", b""
    for kind, content in _chunks(png):
        header = content if kind == b"IHDR" else header
        packed += content if kind == b"IDAT" else b""
    width, height = struct.unpack(">II", header[:8])
    assert header[8:10] == b"\x08\x02", "three bytes a pixel"
    pixels = [bytes(row[place : place + 3]) for row in _rows(zlib.decompress(packed), width * 3) for place in range(0, width * 3, 3)]
    palette, indexed = _palette(pixels)
    lines = b"".join(b"\x00" + indexed[row * width : (row + 1) * width] for row in range(height))
    told = struct.pack(">II", width, height) + b"\x08\x03\x00\x00\x00"
    parts = ((b"IHDR", told), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(map(_chunk, parts))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    while place < len(png):
        size = int.from_bytes(png[place : place + 4])
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        place += size + 12


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, content = part
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _rows(raw: bytes, size: int) -> Iterator[bytearray]:
    """The rows without the filters by which PNG packs them better."""
    above = bytearray(size)
    for begin in range(0, len(raw), size + 1):
        kind, row = raw[begin], bytearray(raw[begin + 1 : begin + 1 + size])
        for place in range(size if kind else 0):
            left, corner = (row[place - 3], above[place - 3]) if place >= 3 else (0, 0)
            row[place] = (row[place] + _guess(kind, left, above[place], corner)) & 255
        yield row
        above = row


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        return min((left, up, corner), key=lambda each: abs(left + up - corner - each))
    return (0, left, up, (left + up) // 2)[kind]


def _palette(pixels: list[bytes]) -> tuple[list[bytes], bytes]:
    """The most frequent colours, and the most frequent one of each further group of them."""
    counted = Counter(pixels)
    palette = [colour for colour, _ in counted.most_common(_COLOURS // 2)]
    alike: dict[bytes, Counter[bytes]] = {}
    for colour in counted.keys() - set(palette):
        alike.setdefault(bytes(each >> 4 for each in colour), Counter())[colour] = counted[colour]
    frequent = sorted(alike.values(), key=lambda each: -each.total())[: _COLOURS - len(palette)]
    palette += [each.most_common(1)[0][0] for each in frequent]
    nearest = {colour: min(range(len(palette)), key=lambda place: _distance(palette[place], colour)) for colour in counted}
    return palette, bytes(nearest[pixel] for pixel in pixels)


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))

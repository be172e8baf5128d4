"""Makes of a good body one that no site would send: pure, a body and chance in, bytes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

_NUMBERS = ("1e400", "-1e400", "9" * 400, "-0", "NaN", "Infinity", "1E-400", "18446744073709551616", "0.1e1", "01", "-", "1" * 5000)
_TEXTS = (
    "", " ", "\x00", "\ud800", "\\ud83d", "\u202etxt", "\x1b[31m", "=1+1", "<script>alert(1)</script>", "&#xD800;&#0;&nbsp", "万" * 50,
    "1.2.3万", "9" * 400 + "亿", "２０２６", "1e309万", "2026-13-45 25:61:61", "0000-00-00", "99999-01-01T00:00:00Z", "http://[", "//",
    "%zz", "a" * 20_000,
)  # fmt: skip
_VALUES: tuple[Any, ...] = (None, True, False, 0, -1, 10**30, 1.5, "", "x", [], {}, [None], [[]], {"": None}, [{}], *_TEXTS)
_CHARSETS = ("gb18030", "utf-16", "utf-16-le", "utf-32", "latin-1", "big5", "shift_jis", "utf-7", "cp037")
_DEEP = 30_000

Mutation = Callable[[bytes, Random], bytes]


def mutated(content: bytes, chance: Random, others: tuple[bytes, ...] = ()) -> bytes:
    """The body after one to three mutations; `others` are bodies that another site might have sent."""
    if others and chance.random() < 0.03:
        return chance.choice(others)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        content = chance.choices(_MUTATIONS, _WEIGHTS)[0](content, chance)
    return content


def _flipped(content: bytes, chance: Random) -> bytes:
    mutable = bytearray(content)
    for _ in range(min(len(mutable), chance.choice((1, 1, 2, 8, 64)))):
        mutable[chance.randrange(len(mutable))] = chance.randrange(256)
    return bytes(mutable)


def _cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randint(0, len(content))]


def _span(content: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randint(0, len(content))
    return start, min(len(content), start + chance.choice((1, 4, 16, 64, 256, 1024)))


def _removed(content: bytes, chance: Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[end:]


def _repeated(content: bytes, chance: Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[start:end] * chance.choice((2, 3, 100)) + content[end:]


def _moved(content: bytes, chance: Random) -> bytes:
    start, end = _span(content, chance)
    rest = content[:start] + content[end:]
    place = chance.randint(0, len(rest))
    return rest[:place] + content[start:end] + rest[place:]


def _inserted(content: bytes, chance: Random) -> bytes:
    place = chance.randint(0, len(content))
    return content[:place] + chance.choice(_TEXTS).encode("utf-8", "surrogatepass") + content[place:]


def _renumbered(content: bytes, chance: Random) -> bytes:
    """A run of digits becomes a number that fits nowhere."""
    digits = [place for place in range(len(content)) if content[place : place + 1].isdigit()] if len(content) < 200_000 else []
    if not digits:
        return content
    start = chance.choice(digits)
    end = start
    while end < len(content) and content[end : end + 1].isdigit():
        end += 1
    return content[:start] + chance.choice(_NUMBERS).encode() + content[end:]


def _nested(content: bytes, chance: Random) -> bytes:
    """Something of great depth, in place of the body or inside it."""
    opening, closing = chance.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"<div>", b"</div>"), (b"<table><tr><td>", b""), (b"(", b")")))
    deep = opening * _DEEP + (closing * _DEEP if chance.random() < 0.5 else b"")
    place = chance.choice((0, chance.randint(0, len(content)), len(content)))
    return deep if chance.random() < 0.3 else content[:place] + deep + content[place:]


def _recoded(content: bytes, chance: Random) -> bytes:
    return content.decode("utf-8", "replace").encode(chance.choice(_CHARSETS), "replace")


def _reshaped(content: bytes, chance: Random) -> bytes:
    """JSON with one place removed, renamed, or of another type or size."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return _flipped(content, chance)
    parent, key = _place(document, chance)
    if key is None:
        return json.dumps(chance.choice(_VALUES)).encode()
    kind = chance.randrange(5)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent, dict):
        parent[f"{key}_"] = parent.pop(key)
    elif kind == 2:
        parent[key] = [parent[key]]
    else:
        parent[key] = chance.choice(_VALUES)
    return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def _place(document: Any, chance: Random) -> tuple[Any, Any]:
    """A place in a JSON value, found by walking down; no key where the value is no container."""
    parent, key = document, None
    node = document
    while isinstance(node, (dict, list)) and node:
        parent, key = node, chance.choice(list(node)) if isinstance(node, dict) else chance.randrange(len(node))
        node = parent[key]
        if chance.random() < 0.25:
            break
    return parent, key


_MUTATIONS: tuple[Mutation, ...] = (
    _flipped, _cut, _removed, _repeated, _moved, _inserted, _renumbered, _nested, _recoded, _reshaped,
)  # fmt: skip
_WEIGHTS = (15, 10, 10, 5, 10, 10, 10, 1, 4, 25)

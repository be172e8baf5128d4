"""The shape of a JSON body: which key paths it has, whatever its values. Pure."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import msgspec

from hotledger.model import Response

_PATHS = 250
_NODES = 50_000


def paths_of(response: Response) -> frozenset[int] | None:
    """The hashes of a body's key paths, lists taken as one; `None` when it is no JSON, or has more paths than can be remembered."""
    try:
        document = msgspec.json.decode(response.content)
    except (msgspec.DecodeError, RecursionError):
        return None
    found: set[int] = set()
    rest: list[tuple[Any, int]] = [(document, 0)]
    for _ in range(_NODES):
        if not rest:
            break
        value, above = rest.pop()
        for member, path in _members(value, above):
            found.add(path)
            if isinstance(member, (dict, list)):
                rest.append((member, path))
    return frozenset(found) if 0 < len(found) <= _PATHS else None


def _members(value: dict[str, Any] | list[Any], above: int) -> list[tuple[Any, int]]:
    if isinstance(value, list):
        path = crc32(b"[]", above)
        return [(member, path) for member in value]
    if isinstance(value, dict):
        return [(member, crc32(b"." + name.encode("utf-8", "surrogatepass"), above)) for name, member in value.items()]
    return []

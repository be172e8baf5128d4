"""Reads the metadata of batches, which other software may have written in any shape."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def noted(metadata: Any, *path: str, kind: type[T]) -> T | None:
    """What the metadata says at a path, if it says it in the kind that we write there."""
    value = metadata
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, kind) else None

"""The words of the pages in English and Chinese: one TOML file for each page, each key with its two texts."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")


@cache
def words() -> dict[str, dict[str, str]]:
    """All texts by key, which is the name of the file, a dot, and the key in it. Each has every language."""
    found: dict[str, dict[str, str]] = {}
    for file in files(__name__).iterdir():
        if file.name.endswith(".toml"):
            texts = tomllib.loads(file.read_text("utf-8"))
            found |= {f"{file.name.removesuffix('.toml')}.{key}": text for key, text in texts.items()}
    return found


def said(key: str, language: str, **values: object) -> str:
    """A text in a language, its `{name}`s filled in. Raises `KeyError` for a text that is not there."""
    return words()[key][language].format(**values)

"""The one table of what can be wrong, read from `cases.toml`: how it is told, in both languages, and how it is cured.

`docs/troubleshooting` is made from it. What is looked at, and in which order, is in `examination`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in each language."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The text in a language."""
        return self.zh if language == "zh" else self.en


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that can be wrong.

    `signs` are the SQLSTATEs by which it is told, `api_signs` the codes and statuses of the API. `sql` and `command` are exactly
    what to run, the SQL as the owner of the tables.
    """

    what: Words
    cure: Words
    evidence: Words = Words("{said}", "{said}")
    signs: tuple[str, ...] = ()
    api_signs: tuple[str, ...] = ()
    sql: str = ""
    command: str = ""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All cases by their codes; what is looked at, as it is said when it is well; and pieces of evidence."""

    cases: Mapping[str, Case]
    checks: Mapping[str, Words]
    evidence: Mapping[str, Words]


@cache
def table() -> Table:
    """The table."""
    return msgspec.toml.decode(files(__package__).joinpath("cases.toml").read_bytes(), type=Table)

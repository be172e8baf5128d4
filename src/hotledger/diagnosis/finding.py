"""What a look at one thing gave, in the words of one language."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from hotledger.diagnosis.table import Language, table


class Finding(NamedTuple):
    """One thing that was checked: what, whether it is good, on what evidence, and what to do if not.

    A good one with a cure is a note. `code` is that of its case in the table; `sql` and `command` are what to run, exactly.
    """

    what: str
    good: bool
    evidence: str = ""
    cure: str = ""
    code: str = ""
    sql: str = ""
    command: str = ""


class Teller(NamedTuple):
    """Says things in one language, from the table."""

    language: Language

    def well(self, check: str, evidence: str) -> Finding:
        """Something that was looked at is as it has to be."""
        return Finding(table().checks[check].of(self.language), True, evidence)

    def ill(self, code: str, facts: Mapping[str, Any], *, note: bool = False) -> Finding:
        """Something is wrong, or worth a note."""
        found = table().cases[code]
        return Finding(
            found.what.of(self.language),
            note,
            found.evidence.of(self.language).format_map(facts),
            found.cure.of(self.language),
            code,
            found.sql.format_map(facts),
            found.command,
        )

    def evidence(self, name: str, **facts: Any) -> str:
        """A piece of evidence in words."""
        return table().evidence[name].of(self.language).format_map(facts)


def preferred_language(environment: Mapping[str, str] = os.environ) -> Language:
    """The language of the person, as the locale says: Chinese or English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'

"""What `hotledger platforms check` found, as a table for the screen and as Markdown that can be shown to others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hotledger.cli.screen import inert, seconds, table, word

if TYPE_CHECKING:
    from rich.table import Table

    from hotledger.config import Settings
    from hotledger.model import Reading

_IPV4 = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b")
_IPV6 = re.compile(r"\[?(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])\]?", re.IGNORECASE)
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_MAIL = re.compile(r"\S+@\S+")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#!~])")


def table_of(readings: Sequence[Reading]) -> Table | str:
    """One row for each platform."""
    columns = ["platform", "verdict", "items", "time", "requests", "answered by", "evidence"]
    rows = [
        (each.platform, word(each.verdict.value), len(each.items), seconds(each.duration_ms), each.attempts, each.endpoint, _why(each))
        for each in readings
    ]
    return table(columns, rows, right=columns[2:5], wide=["evidence", "answered by"], spare=["requests", "time", "answered by"])


def markdown(readings: Sequence[Reading], settings: Settings) -> str:
    """A report for an issue: no secret, no address of this machine, its network or its proxies, and nothing that Markdown would act on."""
    import platform

    from hotledger import __version__

    good = sum(reading.verdict.keeps_list for reading in readings)
    head = f"hotledger {__version__}, Python {platform.python_version()}, {platform.system()}"
    asked = f"{min(reading.started_at for reading in readings):%Y-%m-%d %H:%M} UTC" if readings else "never"
    via = ", through another server" if settings.via else ""
    lines = [f"{head}; asked {asked}{via}: {good} of {len(readings)} platforms gave their list.", ""]
    lines += ["| platform | verdict | items | time | HTTP | answered by | evidence |", "| --- | --- | ---: | ---: | ---: | --- | --- |"]
    for each in readings:
        numbers = (len(each.items), seconds(each.duration_ms), each.http_status or "-")
        cells = (each.platform, each.verdict.value, *numbers, each.endpoint or "-")
        lines.append(f"| {' | '.join(_cell(str(cell)) for cell in cells)} | {_cell(shareable(_why(each), settings))} |")
    return "\n".join(lines) + "\n"


def shareable(text: str, settings: Settings) -> str:
    """Text without the user's cookies, without addresses of machines and mailboxes; of other addresses only that there was one."""
    for secret in (cookie.get_secret_value() for cookie in settings.cookie.values()):
        if secret.strip():
            text = text.replace(secret, "(cookie)")
    for pattern, instead in ((_ADDRESS, "(address)"), (_MAIL, "(mail)"), (_IPV4, "(address)"), (_IPV6, "(address)")):
        text = pattern.sub(instead, text)
    return text


def _why(reading: Reading) -> str:
    beside = f"; before it {'; '.join(reading.failed_ways)}" if reading.failed_ways else ""
    return "" if reading.evidence == f"{len(reading.items)} items" and not beside else reading.evidence + beside


def _cell(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", inert(text))

"""Made-up rules and readings for the tests of alerts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.database import Database
from tests.made import opened, reading

from hotledger.alerts.rules import Rules, read

TROUBLE = """
[[rules]]
on = ["incident_opened", "incident_recovered"]
"""


def rules(folder: Path, text: str, **secrets: str) -> Rules:
    """The rules of a file with this text."""
    path = folder / "alerts.toml"
    path.write_text(text, "utf-8")
    return read(path, secrets)


async def readings(database: Database, verdicts: str, *, ago: int = 0, platform: str = "weibo", **more: Any) -> None:
    """One reading a minute until some minutes ago: `.` is ok, `b` blocked."""
    until = datetime.now(UTC) - timedelta(minutes=ago)
    for minutes, letter in zip(range(len(verdicts), 0, -1), verdicts, strict=True):
        batch = await opened(database, platform)
        told = reading(*(["a"] if letter == "." else []), verdict="ok" if letter == "." else "blocked", **{"evidence": "made up", **more})
        await batch.record(platform, told | {"collected_at": until - timedelta(minutes=minutes)})

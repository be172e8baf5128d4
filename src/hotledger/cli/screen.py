"""Shows things in a terminal: tables, JSON, times. All stored text is hostile until `inert` has made it harmless."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_JOINERS = {"\u200c", "\u200d"}
COLOURS = {
    "ok": "green", "completed": "green", "full": "green", "in_progress": "cyan", "pending": "cyan", "partial": "yellow", "short": "yellow",
    "frozen": "yellow", "stale": "yellow", "drifted": "yellow", "failed": "red",
}  # fmt: skip


def console(*, stderr: bool = False) -> Console:
    """A console on stdout, or on stderr for what is said beside the answer."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=not (sys.stderr if stderr else sys.stdout).isatty())


def say(line: str) -> None:
    """Tell a person something on stderr."""
    console(stderr=True).print(inert(line), style="dim", markup=False)


def print_json(value: Any) -> None:
    """Print one JSON document on one line."""
    import msgspec

    sys.stdout.write(msgspec.json.encode(value, order="sorted").decode() + "\n")


def inert(text: str) -> str:
    """Text without control characters, ANSI escapes and bidirectional overrides; each becomes a visible mark."""
    return "".join("\ufffd" if unicodedata.category(letter) in {"Cc", "Cf"} and letter not in _JOINERS else letter for letter in text)


def word(value: str | None) -> Text:
    """A status or verdict, coloured."""
    from rich.text import Text

    return Text(inert(value or "-"), style=COLOURS.get(value or "", "red" if value else "dim"))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None, right: Sequence[str] = ()) -> Table:
    """A plain table; cells are text (made inert), numbers, `None` or `Text`."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title and Text(inert(title)), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(_shown(cell)) for cell in row))
    return made


def _shown(cell: Any) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell == int(cell) else f"{cell:,.1f}"
    if isinstance(cell, int):
        return f"{cell:,}"
    return inert(str(cell))


def when(at: str | datetime | None) -> str:
    """An instant in the zone of this machine."""
    if at is None:
        return "-"
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def ago(at: str | datetime | None) -> str:
    """How long ago an instant was."""
    if at is None:
        return "never"
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{max(0, seconds):.0f} s ago"


def seconds(milliseconds: float | None) -> str:
    """A duration for people."""
    return "-" if milliseconds is None else f"{milliseconds / 1000:.1f} s"

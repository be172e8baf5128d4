"""Shows things in a terminal: tables, JSON, times. All stored text is hostile until `inert` has made it harmless."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_ESCAPED = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_JOINERS = {"\u200c", "\u200d"}
_UNSHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_UNLIMITED = 100_000
_WRAPPED = 24
_GAP = 3
_LONGEST = 400
COLOURS = {
    "ok": "green", "completed": "green", "full": "green", "in_progress": "cyan", "pending": "cyan", "partial": "yellow", "short": "yellow",
    "frozen": "yellow", "stale": "yellow", "drifted": "yellow", "failed": "red",
}  # fmt: skip


def console(*, stderr: bool = False) -> Console:
    """A console on stdout, or on stderr for what is said beside the answer. Text is taken as it is, never as markup.

    Where no terminal limits the width, nothing is wrapped: a row of a table is then one line.
    """
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    free = not stream.isatty()
    width = _UNLIMITED if free and "COLUMNS" not in os.environ else None
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=free, width=width)


def say(line: str, screen: Console | None = None) -> None:
    """Tell a person something on stderr; above what moves there, when its console is given."""
    (screen or console(stderr=True)).print(inert(line), style="dim")


def print_json(value: Any) -> None:
    """Print one JSON document on one line: what other programs take for a line break or a control character is escaped."""
    import msgspec

    written = msgspec.json.encode(value, order="sorted").decode()
    sys.stdout.write(_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", written) + "\n")


def inert(text: str) -> str:
    """Text without control characters, line breaks, ANSI escapes and bidirectional overrides; each becomes a visible mark."""
    return "".join("\ufffd" if unicodedata.category(letter) in _UNSHOWN and letter not in _JOINERS else letter for letter in text)


def word(value: str | None) -> Text:
    """A status or verdict, coloured."""
    from rich.text import Text

    return Text(inert(value or "-"), style=COLOURS.get(value or "", "red" if value else "dim"))


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Sequence[str] = (),
    wide: Sequence[str] = (),
    spare: Sequence[str] = (),
) -> Table | str:
    """A plain table; cells are text (made inert), numbers, `None` or `Text`.

    Columns named in `wide` are wrapped where the terminal is narrow, the others never; those in `spare` go, one by one, before that.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    cells = [[cell if isinstance(cell, Text) else Text(_shown(cell)) for cell in row] for row in rows]
    screen = console()
    free = screen.width == _UNLIMITED
    kept = _fitting(columns, cells, wide, spare, screen.width)
    made = Table(box=None if free else box.SIMPLE_HEAD, pad_edge=False)
    for column in kept:
        name = columns[column]
        made.add_column(name, justify="right" if name in right else "left", overflow="fold", no_wrap=name not in wide)
    for row in cells:
        made.add_row(*(row[column] for column in kept))
    return _plain(made, screen) if free else made


def _plain(made: Table, screen: Console) -> str:
    """A table for a pipe: its rows are lines without anything after their last word."""
    with screen.capture() as captured:
        screen.print(made)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _fitting(columns: Sequence[str], cells: Sequence[Sequence[Text]], wide: Sequence[str], spare: Sequence[str], room: int) -> list[int]:
    widths = [max(len(name), *(row[column].cell_len for row in cells), 0) for column, name in enumerate(columns)]
    needed = [min(width, _WRAPPED) if name in wide else width for name, width in zip(columns, widths, strict=True)]
    kept = list(range(len(columns)))
    for name in spare:
        if sum(needed[column] + _GAP for column in kept) <= room:
            break
        kept.remove(columns.index(name))
    return kept


def _shown(cell: Any) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell == int(cell) else f"{cell:,.1f}"
    if isinstance(cell, int):
        return f"{cell:,}"
    return inert(text if len(text := str(cell)) <= _LONGEST else f"{text[:_LONGEST]}…")


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
    return f"{lasting((datetime.now(UTC) - moment).total_seconds())} ago"


def lasting(seconds: float) -> str:
    """A length of time, roughly."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"


def seconds(milliseconds: float | None) -> str:
    """A duration for people."""
    return "-" if milliseconds is None else f"{milliseconds / 1000:.1f} s"

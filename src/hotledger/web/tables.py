"""Tables of the pages as files: CSV that no spreadsheet takes for formulas, and Parquet where the extra `parquet` is installed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from fastapi import Request, Response

from hotledger.errors import SettingsError

FORMATS = ("csv", "parquet")
# What a spreadsheet takes for the beginning of a formula, or leaves out before one.
_FORMULA = "=+-@\t\r\n＝＋－＠"
_MARK = "\ufeff"


class Table(NamedTuple):
    """A table under a name, which its file gets. Cells are text, numbers, dates, aware instants, truths or `None`."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def table_of(name: str, columns: Sequence[str], records: Iterable[object]) -> Table:
    """A table of records: in each column what a record holds under that name."""
    return Table(name, columns, [[getattr(each, column) for column in columns] for each in records])


def format_of(request: Request) -> str | None:
    """The format that a request asks for by `format=`; `None` where it asks for the page."""
    wanted = request.query_params.get("format")
    return wanted if wanted in FORMATS else None


def as_file(table: Table, wanted: str) -> Response:
    """The table as a file to keep. Raises `SettingsError` for Parquet where pyarrow is not installed."""
    content, media = (
        (_parquet(table), "application/vnd.apache.parquet") if wanted == "parquet" else (_csv(table), "text/csv; charset=utf-8")
    )
    headers = {"Content-Disposition": f'attachment; filename="hotledger-{table.name}.{wanted}"'}
    return Response(content, media_type=media, headers=headers)


def _csv(table: Table) -> bytes:
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(table.columns)
    lines.writerows([inert(cell) for cell in row] for row in table.rows)
    return (_MARK + written.getvalue()).encode()


def inert(cell: Any) -> Any:
    """A cell as CSV writes it: text that a spreadsheet would compute begins with a quote, instants are written in UTC."""
    if isinstance(cell, str):
        return f"'{cell}" if cell[:1] and cell[0] in _FORMULA else cell
    return cell.astimezone(UTC).isoformat() if isinstance(cell, datetime) else cell


def _parquet(table: Table) -> bytes:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise SettingsError("Parquet needs the extra: pip install 'hotledger[parquet]'. CSV works without it.") from None
    written = io.BytesIO()
    cells = {name: [row[place] for row in table.rows] for place, name in enumerate(table.columns)}
    parquet.write_table(pyarrow.table(cells), written, compression="zstd")
    return written.getvalue()

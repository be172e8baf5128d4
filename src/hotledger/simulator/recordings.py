"""Serves recorded bodies: a folder with an `INDEX.tsv` that says which file answered which address. Reads files, no network.

For an address the newest full body is taken; a partial one only where there is no full one; recordings that are not a body
as served (notes with comments in them) never.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from hotledger.errors import SettingsError
from hotledger.simulator.scene import JSON, Answer, Asked

_COLUMNS = {"platform", "endpoint", "file", "capture_date", "completeness", "entries"}
_TYPES = {".json": JSON, ".html": "text/html", ".xml": "application/xml"}
# The words of an address that choose a list, with what their absence means. All others are noise.
_SIGNIFICANT = {"tab": None, "platform": None, "containerid": None, "cate": None, "since": "daily", "aggregation_id": None}


class Recorded(NamedTuple):
    """One recorded body. A value of `query` that ends in `...` was cut by whoever wrote it down."""

    platform: str
    host: str
    path: str
    query: Mapping[str, str]
    file: str
    captured: str
    full: bool


class Recordings:
    """The recorded bodies under a folder. `choose` forces one file for every address of a platform; `cycle` plays series in order."""

    def __init__(self, folder: Path, *, choose: Mapping[str, str] | None = None, cycle: bool = False) -> None:
        self._folder = folder
        self._choose = dict(choose or {})
        self._cycle = cycle
        self._served: dict[str, int] = {}
        self.bodies = _index(folder)
        for file in self._choose.values():
            self._path(file)

    @property
    def platforms(self) -> set[str]:
        """The platforms of which something was recorded."""
        return {body.platform for body in self.bodies}

    def platform(self, host: str) -> str | None:
        """The platform that a host belongs to, by the index."""
        return next((body.platform for body in self.bodies if body.host == host), None)

    def pick(self, platform: str, asked: Asked) -> str | None:
        """The file that answers a request, relative to the folder; `None` where nothing was recorded there."""
        if platform in self._choose:
            return self._choose[platform]
        matching = [body for body in self.bodies if _matches(body, asked)]
        candidates = [body for body in matching if body.full] or matching
        if not candidates:
            return None
        series = [body for body in candidates if "/series-" in body.file] or candidates
        if self._cycle and len(series) > 1:
            return self._next(series)
        return max(candidates, key=lambda body: (body.captured, body.file)).file

    def answer(self, file: str) -> Answer:
        """A recorded body as an answer, byte for byte."""
        path = self._path(file)
        return Answer(path.read_bytes(), _TYPES.get(path.suffix, "application/octet-stream"))

    def _path(self, file: str) -> Path:
        """Where a recording lies. Nothing outside the folder is served, whatever the index says."""
        path = (self._folder / file).resolve()
        if not path.is_file() or not path.is_relative_to(self._folder.resolve()):
            raise SettingsError(f"There is no recording {file} in {self._folder}.")
        return path

    def _next(self, series: list[Recorded]) -> str:
        first, *_ = ordered = sorted(series, key=lambda body: (body.captured, body.file))
        turn = self._served.get(first.file, 0)
        self._served[first.file] = turn + 1
        return ordered[turn % len(ordered)].file


def _index(folder: Path) -> list[Recorded]:
    index = folder / "INDEX.tsv"
    try:
        with index.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise SettingsError(f"The recordings need a file {index}: {error.strerror}.") from error
    if not rows or not set(rows[0]) >= _COLUMNS:
        raise SettingsError(f"{index} must have the columns {', '.join(sorted(_COLUMNS))}.")
    return [_recorded(row) for row in rows if _is_body(folder, row)]


def _is_body(folder: Path, row: Mapping[str, str]) -> bool:
    return not (row["entries"] or "").startswith("not valid") and (folder / row["file"]).is_file()


def _recorded(row: Mapping[str, str]) -> Recorded:
    # Remarks such as "(inferred)" may follow the address.
    address = urlsplit((row["endpoint"].split() or [""])[0])
    return Recorded(
        platform=row["platform"],
        host=address.hostname or "",
        path=address.path.rstrip("/"),
        query=dict(parse_qsl(address.query)),
        file=row["file"],
        captured=row["capture_date"] or "",
        full=(row["completeness"] or "").lower().startswith("full"),
    )


def _matches(body: Recorded, asked: Asked) -> bool:
    if (body.host, body.path) != (asked.host, asked.path.rstrip("/")):
        return False
    return all(_agrees(body.query.get(name, usual), asked.query.get(name, usual)) for name, usual in _SIGNIFICANT.items())


def _agrees(recorded: str | None, wanted: str | None) -> bool:
    if recorded is None or wanted is None:
        return True
    return wanted.startswith(recorded[:-3]) if recorded.endswith("...") else recorded == wanted

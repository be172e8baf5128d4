"""Lists of the past as other projects have kept them, told apart by their content. Reads files, no network and no database."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from hotledger.collect.history import hot2sql, trendradar
from hotledger.collect.history.documents import decoded, whole
from hotledger.collect.history.past import Hints, PastItem, PastList, Unreadable, checked
from hotledger.errors import SettingsError
from hotledger.model import Reader

__all__ = ["Hints", "PastItem", "PastList", "files_of", "lists_of"]

_LARGEST_DOCUMENT = 64 * 1024 * 1024
_ENDINGS = {".json", ".jsonl", ".ndjson", ".gz", ".html", ".htm", ".csv", ".db", ".sqlite", ".sqlite3"}


def files_of(paths: list[Path]) -> list[Path]:
    """The files that are meant, each once: a folder stands for what in it can hold lists, in the order of its names."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(each for each in path.rglob("*") if each.suffix in _ENDINGS and each.is_file()) if path.is_dir() else [path]
        if not inside:
            raise SettingsError(f"{path} is a folder without a file that can hold lists ({', '.join(sorted(_ENDINGS))}).")
        found |= dict.fromkeys(inside)
    return list(found)


def lists_of(file: Path, hints: Hints, readers: dict[str, Reader]) -> Iterator[PastList]:
    """The lists of one file, under our names of their platforms. Raises `SettingsError` naming file (and line) where it is not readable."""
    names = {alias: each.facts.id for each in readers.values() for alias in each.facts.aliases}
    try:
        for each in _lists(file, hints, readers):
            yield each if each.platform not in names else msgspec.structs.replace(each, platform=names[each.platform])
    except csv.Error as error:
        raise SettingsError(f"{file} is not a table ({error}): export it again as CSV.") from None
    except Unreadable as error:
        raise SettingsError(f"{file}{error.place} is not a list ({error}): correct or remove it, and import again.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SettingsError(f"{file} is a broken gzip file ({error}). Get it again, or unzip what can be saved.") from None
    except OSError as error:
        raise SettingsError(f"{file} can't be read ({error.strerror}). Name a file with lists of the past.") from None


def _lists(file: Path, hints: Hints, readers: dict[str, Reader]) -> Iterator[PastList]:
    with _opened(file) as content:
        first = content.readline(_LARGEST_DOCUMENT)
        content.seek(0)
        if first.startswith(trendradar.MAGIC):
            yield from map(checked, trendradar.lists(file, hints))
        elif hot2sql.is_header(first.decode("utf-8-sig", "replace").strip()):
            with io.TextIOWrapper(content, "utf-8-sig", newline="") as text:
                yield from map(checked, hot2sql.lists(text, hints))
        elif _is_whole(first) and (first.strip() or ".json" not in file.suffixes):
            yield from _by_line(content, file, hints, readers)
        else:
            yield checked(whole(_document(content), file, hints, readers))


def _is_whole(line: bytes) -> bool:
    """Whether a line is a JSON object by itself (or blank), so that the file is one of lines."""
    if not line.strip():
        return True
    try:
        return line.lstrip().startswith(b"{") and bool(msgspec.json.decode(line, type=msgspec.Raw))
    except (msgspec.DecodeError, RecursionError):
        return False


def _by_line(content: IO[bytes], file: Path, hints: Hints, readers: dict[str, Reader]) -> Iterator[PastList]:
    ours = msgspec.json.Decoder(PastList)
    for number, line in enumerate(content, 1):
        if not line.strip():
            continue
        try:
            yield checked(_decoded(line, ours) or decoded(line, file, hints, readers))
        except Unreadable as error:
            raise Unreadable(str(error), f", line {number},") from None


def _decoded(line: bytes, ours: msgspec.json.Decoder[PastList]) -> PastList | None:
    """A line in our own form, which is by far the most frequent; `None` for any other."""
    try:
        return ours.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _document(content: IO[bytes]) -> bytes:
    document = content.read(_LARGEST_DOCUMENT + 1)
    if len(document) > _LARGEST_DOCUMENT:
        raise Unreadable(f"it is one document of more than {_LARGEST_DOCUMENT // 1024 // 1024} MiB")
    return document


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    """A file, unzipped where it is gzipped, whatever its name."""
    with file.open("rb") as start:
        zipped = start.read(2) == b"\x1f\x8b"
    with gzip.open(file) if zipped else file.open("rb") as content:
        yield content  # type: ignore[misc]
